// What the tables of parameters leave out: words without a row, times without a row, bands that do not meet.
#include <algorithm>
#include <map>

#include "policy/detail/check_state.h"

namespace songtan::policy::detail {

// Closed enumerations: on each day on which some row begins, every combination of words has a row.
Result<void> check_completeness(CheckState& state, const Parameter& parameter) {
  std::size_t combinations = 1;
  for (const ParameterKey& key : parameter.keys) {
    if (key.type.kind != ValueKind::enumeration || state.law.enums[static_cast<std::size_t>(key.type.enumeration)].open)
      return {};
    combinations *= state.law.enums[static_cast<std::size_t>(key.type.enumeration)].words.size();
  }
  if (parameter.keys.empty() || combinations > 10'000 || parameter.rows.empty()) return {};
  for (const ParameterRow& start : parameter.rows) {
    const Day day = start.dates.from.value_or(Day{-1'000'000});
    const auto rows = rows_on(parameter, day);
    for (std::size_t combination = 0; combination < combinations; ++combination) {
      std::vector<std::int64_t> codes;
      std::size_t rest = combination;
      for (const ParameterKey& key : parameter.keys) {
        const std::size_t size = state.law.enums[static_cast<std::size_t>(key.type.enumeration)].words.size();
        codes.push_back(static_cast<std::int64_t>(rest % size));
        rest /= size;
      }
      const bool found = std::ranges::any_of(rows, [&](const ParameterRow* row) {
        for (std::size_t k = 0; k < codes.size(); ++k) {
          if (row->keys[k].kind == KeyCell::Kind::exact && row->keys[k].low != codes[k]) return false;
        }
        return true;
      });
      if (found) continue;
      std::vector<std::string> words;
      for (std::size_t k = 0; k < codes.size(); ++k)
        words.push_back(state.law.enums[static_cast<std::size_t>(parameter.keys[k].type.enumeration)]
                            .words[static_cast<std::size_t>(codes[k])]);
      return fail(mistake("table.hole", start.file, {0, start.line, 1},
                          {fmt::format("参数“{}”缺少 {} 的行{}", parameter.name, fmt::join(words, "、"),
                                       start.dates.from ? fmt::format("（{} 起）", day.text()) : ""),
                           fmt::format("the parameter '{}' has no row for {}{}", parameter.name, fmt::join(words, ", "),
                                       start.dates.from ? " from " + day.text() : "")},
                          {"补上这一行，或用 * 表示其余", "add the row, or use * for the others"}));
    }
  }
  return {};
}

namespace {

// Rows of the same keys, one after the other in time.
Result<void> no_gap_in_time(const Parameter& parameter, std::vector<const ParameterRow*>& rows) {
  std::ranges::stable_sort(rows, {}, [](const ParameterRow* row) { return row->dates.from.value_or(Day{-1'000'000}); });
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const DateRange& before = rows[i - 1]->dates;
    const DateRange& after = rows[i]->dates;
    if (!before.to || !after.from || *after.from <= before.to->plus(1)) continue;
    const std::string first = before.to->plus(1).text();
    const std::string last = after.from->plus(-1).text();
    return fail(
        mistake("table.gap", rows[i]->file, {0, rows[i]->line, 1},
                {fmt::format("参数“{}”的这些键在 {} 至 {} 没有行（前一行：第 {} 行）", parameter.name, first, last,
                             rows[i - 1]->line),
                 fmt::format("the parameter '{}' has no row for these keys from {} to {} (the row before: line {})",
                             parameter.name, first, last, rows[i - 1]->line)},
                {"补上这段时间的一行，或改正“至”", "add a row for that time, or correct a 'to'"}));
  }
  return {};
}

// Bands of the same other keys and dates, from low to high. Single values are no bands: they may leave others out.
Result<void> no_gap_in_bands(const Parameter& parameter, std::size_t key, std::vector<const ParameterRow*>& rows) {
  const auto band = [key](const ParameterRow* row) -> const KeyCell& { return row->keys[key]; };
  std::ranges::stable_sort(rows, {}, [&](const ParameterRow* row) { return band(row).low; });
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const KeyCell& low = band(rows[i - 1]);
    const KeyCell& high = band(rows[i]);
    if (low.high >= high.low || low.high - low.low == 1 || high.high - high.low == 1) continue;
    return fail(mistake(
        "table.hole", rows[i]->file, {0, rows[i]->line, 1},
        {fmt::format("参数“{}”的区间与第 {} 行之间有空档", parameter.name, rows[i - 1]->line),
         fmt::format("the parameter '{}' has a hole between this band and line {}", parameter.name, rows[i - 1]->line)},
        {"让前一行的上端等于这一行的下端，或补一行", "let the upper end there meet the lower end here, or add a row"}));
  }
  return {};
}

}  // namespace

Result<void> check_gaps(const Parameter& parameter) {
  std::map<std::vector<std::int64_t>, std::vector<const ParameterRow*>> by_keys;
  std::vector<std::map<std::vector<std::int64_t>, std::vector<const ParameterRow*>>> by_others(parameter.keys.size());
  const auto open = [](const KeyCell& cell) { return cell.kind == KeyCell::Kind::any; };
  for (const ParameterRow& row : parameter.rows) {
    if (std::ranges::any_of(row.keys, open)) return {};  // "*" fills what the other rows leave out
    std::vector<std::int64_t> whole;
    for (const KeyCell& cell : row.keys) whole.insert(whole.end(), {cell.low, cell.high});
    by_keys[whole].push_back(&row);
    for (std::size_t k = 0; k < row.keys.size(); ++k) {
      if (row.keys[k].kind != KeyCell::Kind::band) continue;
      std::vector<std::int64_t> others = whole;
      others[2 * k] = others[2 * k + 1] = 0;
      others.push_back(row.dates.from ? row.dates.from->days : -1'000'000);
      others.push_back(row.dates.to ? row.dates.to->days : 1'000'000);
      by_others[k][others].push_back(&row);
    }
  }
  for (auto& [keys, rows] : by_keys) TRY_VOID(no_gap_in_time(parameter, rows));
  for (std::size_t k = 0; k < by_others.size(); ++k) {
    for (auto& [others, rows] : by_others[k]) TRY_VOID(no_gap_in_bands(parameter, k, rows));
  }
  return {};
}

}  // namespace songtan::policy::detail
