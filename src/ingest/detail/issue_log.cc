#include "ingest/detail/issue_log.h"

#include <algorithm>

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kWarningsListed = 10'000;  // of one column, rule and class in one file
constexpr std::size_t kUnknownCodesKept = 1'000;

}  // namespace

void IssueLog::add_to(Group& group, Fate fate, std::int64_t row, std::int64_t count) {
  if (count == 1 && (fate == Fate::reject || group.rows.size() < kWarningsListed)) {
    group.rows.push_back(row);
    return;
  }
  if (group.rest == 0) group.first_rest_row = row;
  group.rest += count;
}

void IssueLog::add(std::int64_t row, int column, std::string_view rule, Fate fate, ValueClass value_class) {
  add_to(groups_[{column, rule, fate, value_class}], fate, row, 1);
}

void IssueLog::add_unknown_code(int code_list, int column, std::string_view code) {
  const std::tuple<int, int, std::string> key(code_list, column, code);
  const auto found = unknown_codes_.find(key);
  if (found != unknown_codes_.end())
    ++found->second;
  else if (unknown_codes_.size() < kUnknownCodesKept)
    unknown_codes_.emplace(key, 1);
}

void IssueLog::append(const IssueLog& later) {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const ColumnCount& more = later.counts_[i];
    if (counts_[i].bad == 0) counts_[i].first_bad_row = more.first_bad_row;
    counts_[i].filled += more.filled;
    counts_[i].bad += more.bad;
  }
  for (const auto& [key, count] : later.unknown_codes_) unknown_codes_[key] += count;
  for (const auto& [key, more] : later.groups_) {
    Group& group = groups_[key];
    const Fate fate = std::get<2>(key);
    for (const std::int64_t row : more.rows) add_to(group, fate, row, 1);
    if (more.rest == 0) continue;
    if (group.rest == 0) group.first_rest_row = more.first_rest_row;
    group.rest += more.rest;
  }
}

std::vector<IssueLog::Issue> IssueLog::sorted() const {
  std::vector<Issue> issues;
  for (const auto& [key, group] : groups_) {
    const auto& [column, rule, fate, value_class] = key;
    for (const std::int64_t row : group.rows) issues.push_back({row, column, std::string(rule), fate, value_class, 1});
    if (group.rest > 0)
      issues.push_back({group.first_rest_row, column, std::string(rule), fate, value_class, group.rest});
  }
  std::sort(issues.begin(), issues.end(), [](const Issue& a, const Issue& b) {
    return std::tie(a.row, a.column, a.rule, a.value_class) < std::tie(b.row, b.column, b.rule, b.value_class);
  });
  return issues;
}

}  // namespace songtan::ingest::detail
