#include "page/small_cells.h"

#include "base/result.h"
#include "page/markup.h"

namespace songtan::page {
namespace {

bool is_small(std::int64_t count) { return count > 0 && count < kSmallCell; }

// The cells of one row or one column, as places in the table.
std::vector<std::vector<std::size_t>> lines_of(const CountTable& table) {
  std::vector<std::vector<std::size_t>> lines;
  for (std::size_t row = 0; row < table.rows; ++row) {
    lines.emplace_back();
    for (std::size_t column = 0; column < table.columns; ++column) lines.back().push_back(row * table.columns + column);
  }
  for (std::size_t column = 0; column < table.columns; ++column) {
    lines.emplace_back();
    for (std::size_t row = 0; row < table.rows; ++row) lines.back().push_back(row * table.columns + column);
  }
  return lines;
}

// Hides the least shown cell of a line whose hidden cells can be worked out; true if it did.
bool protect(const CountTable& table, const std::vector<std::size_t>& line, Withhold withhold,
             std::vector<Cell>& cells) {
  std::int64_t hidden = 0;
  std::int64_t sum = 0;
  std::size_t least = table.counts.size();
  for (const std::size_t at : line) {
    if (cells[at] != Cell::shown) {
      ++hidden;
      sum += table.counts[at];
    } else if (table.counts[at] > 0 && (least == table.counts.size() || table.counts[at] < table.counts[least])) {
      least = at;
    }
  }
  if (hidden == 0 || (hidden > 1 && sum >= kSmallCell) || least == table.counts.size()) return false;
  const bool own_row = line.front() % table.columns == 0 && line.back() == line.front() + table.columns - 1 &&
                       line.back() + 1 < table.counts.size();
  if (withhold == Withhold::totals && own_row && cells[line.back()] == Cell::shown) least = line.back();
  cells[least] = Cell::withheld;
  return true;
}

}  // namespace

CountTable with_totals(std::size_t body_rows, std::size_t body_columns, std::span<const std::int64_t> body) {
  CHECK_PROMISE(body.size() == body_rows * body_columns);
  CountTable table{body_rows + 1, body_columns + 1, std::vector<std::int64_t>((body_rows + 1) * (body_columns + 1))};
  for (std::size_t row = 0; row < body_rows; ++row) {
    for (std::size_t column = 0; column < body_columns; ++column) {
      const std::int64_t count = body[row * body_columns + column];
      table.counts[row * table.columns + column] = count;
      table.counts[row * table.columns + body_columns] += count;
      table.counts[body_rows * table.columns + column] += count;
      table.counts.back() += count;
    }
  }
  return table;
}

std::vector<Cell> hidden_cells(const CountTable& table, Withhold withhold) {
  std::vector<Cell> cells(table.counts.size(), Cell::shown);
  for (std::size_t at = 0; at < cells.size(); ++at) {
    if (is_small(table.counts[at])) cells[at] = Cell::small;
  }
  const auto lines = lines_of(table);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& line : lines) {
      while (protect(table, line, withhold, cells)) changed = true;
    }
  }
  return cells;
}

std::string shown_count(std::int64_t count, Cell cell) {
  switch (cell) {
    case Cell::shown: return grouped(count);
    case Cell::small: return "<span class=\"hidden-count\">" + both({"不足10", "under 10"}) + "</span>";
    case Cell::withheld: return "<span class=\"hidden-count\">" + both({"略", "withheld"}) + "</span>";
  }
  return {};
}

std::string shown_count(std::int64_t count) { return shown_count(count, is_small(count) ? Cell::small : Cell::shown); }

}  // namespace songtan::page
