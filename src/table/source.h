// Rows that are made while they are read: a table function of one session. For writing Parquet straight from memory,
// without storing the rows first (TableWriter stores them and costs about three times as much).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "table/session.h"

namespace songtan::table {

/// A column of a source. With `words` it is a closed list (at most 255, type text): cells are written by `word` and
/// stored as one byte each, in memory and in Parquet, where they read as text.
struct SourceColumn {
  std::string name;
  ColumnType type = ColumnType::text;
  std::vector<std::string> words;
};

/// The chunk that is being filled. For each row one call per column in the order of the columns, then end_row().
class SourceRows {
 public:
  SourceRows(void* chunk, const std::vector<SourceColumn>& columns);

  /// Rows that still fit.
  std::int64_t room() const { return capacity_ - row_; }
  std::int64_t size() const { return row_; }

  void null();
  void bigint(std::int64_t value);
  void integer(std::int32_t value);
  void tiny(std::int8_t value);
  void boolean(bool value);
  void date(Day value);
  void text(std::string_view value);
  void word(std::string_view value);  ///< must be in the column's list (CHECK)
  void end_row();

 private:
  void* data_for(ColumnType type, bool listed);

  void* chunk_;
  const std::vector<SourceColumn>& columns_;
  std::vector<void*> data_;
  std::size_t column_ = 0;
  std::int64_t row_ = 0;
  std::int64_t capacity_;
};

struct TableSource {
  std::string name;
  std::vector<SourceColumn> columns;
  /// Adds rows while there is room; adding none ends the table. Called from one thread, in order.
  std::function<void(SourceRows&)> fill;
};

/// Afterwards `SELECT … FROM <name>()` reads the rows, once.
Result<void> add_source(Session& session, TableSource source);

}  // namespace songtan::table
