// What was wrong in one file: each rejected row by its number, warnings up to a cap and then as a count. Values never
// enter.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ingest/contract.h"
#include "ingest/detail/cell.h"

namespace songtan::ingest::detail {

/// Counts of one column, for the scorecard and for judging shifts.
struct ColumnCount {
  std::int64_t filled = 0;
  std::int64_t bad = 0;
  std::int64_t first_bad_row = 0;
};

class IssueLog {
 public:
  explicit IssueLog(std::size_t columns) : counts_(columns) {}

  /// `column` -1: the row as a whole. Rules are words that live as long as the contract.
  void add(std::int64_t row, int column, std::string_view rule, Fate fate, ValueClass value_class);
  ColumnCount& count(std::size_t column) { return counts_[column]; }
  const std::vector<ColumnCount>& counts() const { return counts_; }

  /// Counts a delivered code that is in no list. Of many different ones the first are kept: they are no codes then.
  void add_unknown_code(int code_list, int column, std::string_view code);
  using UnknownCodes = std::map<std::tuple<int, int, std::string>, std::int64_t, std::less<>>;
  /// Counts by code list, column and code.
  const UnknownCodes& unknown_codes() const { return unknown_codes_; }

  /// Adds the issues of later rows of the same file.
  void append(const IssueLog& later);

  struct Issue {
    std::int64_t row;
    int column;
    std::string rule;
    Fate fate;
    ValueClass value_class;
    std::int64_t count;
  };
  /// By row, column, rule. Beyond the cap one issue carries the count of the rest, at the first row of them.
  std::vector<Issue> sorted() const;

 private:
  using Key = std::tuple<int, std::string_view, Fate, ValueClass>;
  struct Group {
    std::vector<std::int64_t> rows;
    std::int64_t rest = 0;
    std::int64_t first_rest_row = 0;
  };
  void add_to(Group& group, Fate fate, std::int64_t row, std::int64_t count);

  std::vector<ColumnCount> counts_;
  std::map<Key, Group> groups_;
  UnknownCodes unknown_codes_;
};

}  // namespace songtan::ingest::detail
