// Small numbers are not published. In: a table of counts with its totals. Out: which cells may be shown, which are
// under the limit, and which are withheld because a hidden one could be worked out from them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace songtan::page {

/// Counts from 1 to this minus one are hidden (day.md: statistics).
inline constexpr std::int64_t kSmallCell = 10;

enum class Cell : std::uint8_t { shown, small, withheld };

/// A rectangle of counts; the last row and the last column are the totals of the others.
struct CountTable {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<std::int64_t> counts;  ///< row by row

  std::int64_t at(std::size_t row, std::size_t column) const { return counts[row * columns + column]; }
};

/// `body` holds (rows − 1) × (columns − 1) counts; adds the totals.
CountTable with_totals(std::size_t body_rows, std::size_t body_columns, std::span<const std::int64_t> body);

/// What is withheld to keep a small count hidden: the least other count of its line, or a row's total before its parts.
enum class Withhold : std::uint8_t { least, totals };

/// One state a cell, row by row. No line (its total included) is left with exactly one hidden cell, nor with hidden
/// cells that sum to less than the limit. Zero is shown: that nobody is there accuses nobody.
/// Cost: rows × columns for every cell that is withheld.
std::vector<Cell> hidden_cells(const CountTable& table, Withhold withhold = Withhold::least);

/// "1,504", "不足 10" / "under 10", "略" / "withheld", as markup in both languages.
std::string shown_count(std::int64_t count, Cell cell);

/// A single count that stands alone.
std::string shown_count(std::int64_t count);

}  // namespace songtan::page
