#include "policy/detail/plan_tables.h"

#include <algorithm>

#include "base/tasks.h"
#include "policy/detail/interval.h"
#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
namespace {

constexpr std::int64_t kMostDense = 4'000'000;
constexpr std::size_t kSpanRows = 1 << 16;

}  // namespace

std::pair<std::int64_t, std::int64_t> span_of(const InputColumn& column, int threads) {
  const std::size_t rows = column.values.size();
  const std::size_t parts = (rows + kSpanRows - 1) / kSpanRows;
  std::vector<std::pair<std::int64_t, std::int64_t>> spans(parts);
  parallel_for(std::max(1, threads), parts, [&](std::size_t i) {
    const std::size_t begin = i * kSpanRows;
    const std::uint8_t* known = column.known.empty() ? nullptr : column.known.data() + begin;
    spans[i] = kernels::span(column.values.data() + begin, known, std::min(kSpanRows, rows - begin));
  });
  std::pair<std::int64_t, std::int64_t> out{0, 0};
  for (const auto& [low, high] : spans) out = {std::min(out.first, low), std::max(out.second, high)};
  return out;
}

std::optional<DenseTable> dense_table(const Law& law, const Parameter& parameter,
                                      std::span<const ParameterRow* const> rows) {
  DenseTable table;
  std::int64_t size = 1;
  for (std::size_t k = 0; k < parameter.keys.size(); ++k) {
    DenseTable::Axis axis;
    const ValueKind kind = parameter.keys[k].type.kind;
    if (kind == ValueKind::number || kind == ValueKind::date) {
      for (const ParameterRow* row : rows) {
        if (row->keys[k].kind != KeyCell::Kind::band) continue;
        axis.breaks.push_back(row->keys[k].low);
        axis.breaks.push_back(row->keys[k].high);
      }
      std::ranges::sort(axis.breaks);
      axis.breaks.erase(std::unique(axis.breaks.begin(), axis.breaks.end()), axis.breaks.end());
      axis.size = std::ssize(axis.breaks) + 1;
    } else {
      axis.codes = kind == ValueKind::boolean
                       ? 2
                       : std::ssize(law.enums[static_cast<std::size_t>(parameter.keys[k].type.enumeration)].words);
      axis.size = axis.codes + 1;  // the last class: any other word
    }
    size *= axis.size;
    if (size > kMostDense) return std::nullopt;
    table.axes.push_back(std::move(axis));
  }
  table.values.assign(static_cast<std::size_t>(size), 0);
  table.present.assign(static_cast<std::size_t>(size), 0);
  std::vector<int> any(static_cast<std::size_t>(size), 1'000);
  std::vector<std::pair<std::int64_t, std::int64_t>> spans(table.axes.size());
  for (const ParameterRow* row : rows) {
    int row_any = 0;
    for (std::size_t k = 0; k < spans.size(); ++k) {
      const DenseTable::Axis& axis = table.axes[k];
      const KeyCell& cell = row->keys[k];
      spans[k] = {0, axis.size};
      if (cell.kind == KeyCell::Kind::any) ++row_any;
      if (cell.kind == KeyCell::Kind::exact) spans[k] = {cell.low, cell.low + 1};
      if (cell.kind == KeyCell::Kind::band) {
        spans[k].first = std::ranges::upper_bound(axis.breaks, cell.low) - axis.breaks.begin();
        spans[k].second = std::ranges::lower_bound(axis.breaks, cell.high) - axis.breaks.begin() + 1;
      }
    }
    std::vector<std::int64_t> at;
    for (const auto& span : spans) at.push_back(span.first);
    for (bool more = true; more;) {
      std::int64_t index = 0;
      for (std::size_t k = 0; k < at.size(); ++k) index = index * table.axes[k].size + at[k];
      const auto i = static_cast<std::size_t>(index);
      if (row_any < any[i]) {
        any[i] = row_any;
        table.values[i] = row->value;
        table.present[i] = 1;
      }
      more = false;
      for (std::size_t k = at.size(); k-- > 0 && !more;) {
        if (++at[k] < spans[k].second) {
          more = true;
        } else {
          at[k] = spans[k].first;
        }
      }
    }
  }
  return table;
}

AgeTable age_table(std::int64_t day) {
  constexpr std::int64_t kBefore = 47'000;  // about 128 years
  constexpr std::int64_t kAfter = 800;
  AgeTable table;
  table.first = day - kBefore;
  for (std::int64_t birth = table.first; birth <= day + kAfter; ++birth)
    table.years.push_back(static_cast<std::int16_t>(age_of(birth, day)));
  return table;
}

ScaleTable scale_table(const ScaleVersion& scale, Op op) {
  ScaleTable table;
  Wide base = 0;
  for (const ScaleLevel& level : scale.levels) {
    const bool first = table.from.empty();
    if (!first) base += Wide{level.from - table.from.back()} * table.rate.back();
    table.base.push_back(static_cast<std::int64_t>(base));  // of a level beyond reach it may wrap: it is never read
    table.step.push_back(first ? level.rate : level.rate - table.rate.back());
    table.from.push_back(level.from);
    table.rate.push_back(level.rate);
  }
  table.rising = op == Op::marginal ? std::ranges::min(table.rate) >= 0
                                    : table.from[0] >= 0 && table.rate[0] >= 0 && std::ranges::is_sorted(table.rate);
  return table;
}

}  // namespace songtan::policy::detail
