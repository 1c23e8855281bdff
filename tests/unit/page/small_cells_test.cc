#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "page/small_cells.h"

using namespace songtan;
using page::Cell;

namespace {

std::int64_t hidden_in(const std::vector<Cell>& cells, const std::vector<std::size_t>& line) {
  return std::ranges::count_if(line, [&](std::size_t at) { return cells[at] != Cell::shown; });
}

}  // namespace

TEST_CASE("a table without small counts is shown whole; zero is shown") {
  const std::vector<std::int64_t> body = {10, 0, 25, 400};
  for (const Cell cell : page::hidden_cells(page::with_totals(2, 2, body))) CHECK(cell == Cell::shown);
}

TEST_CASE("one small count withholds what would give it away") {
  // 3 | 40 | 43          the row and the column of 3 need a second hidden cell, and so do theirs
  // 50 | 60 | 110
  // 53 | 100 | 153
  const std::vector<std::int64_t> body = {3, 40, 50, 60};
  const auto cells = page::hidden_cells(page::with_totals(2, 2, body));
  CHECK(cells[0] == Cell::small);
  CHECK(cells[1] == Cell::withheld);
  CHECK(cells[3] == Cell::withheld);
  CHECK(cells.back() == Cell::shown);
}

TEST_CASE("no line of any table can be solved for a small count") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t rows = 1 + random() % 6;
    const std::size_t columns = 1 + random() % 6;
    std::vector<std::int64_t> body(rows * columns);
    for (auto& count : body) count = random() % 3 == 0 ? static_cast<std::int64_t>(random() % 12) : random() % 300;
    const page::CountTable table = page::with_totals(rows, columns, body);
    const auto cells = page::hidden_cells(table);
    const auto check_line = [&](std::size_t first, std::size_t step, std::size_t count) {
      std::vector<std::size_t> line;
      std::int64_t open = 0;
      for (std::size_t at = 0; at < count; ++at) {
        line.push_back(first + at * step);
        if (cells[line.back()] == Cell::shown && table.counts[line.back()] > 0) ++open;
      }
      const std::int64_t hidden = hidden_in(cells, line);
      CHECK((hidden != 1 || open == 0));
    };
    for (std::size_t row = 0; row < table.rows; ++row) check_line(row * table.columns, 1, table.columns);
    for (std::size_t column = 0; column < table.columns; ++column) check_line(column, table.columns, table.rows);
    for (std::size_t at = 0; at < cells.size(); ++at)
      CHECK((cells[at] == Cell::small) == (table.counts[at] > 0 && table.counts[at] < page::kSmallCell));
  }
}

TEST_CASE("hidden counts never print their number") {
  CHECK(page::shown_count(1504) == "1,504");
  CHECK(page::shown_count(0) == "0");
  CHECK(page::shown_count(9).find('9') == std::string::npos);
  CHECK(page::shown_count(77, Cell::withheld).find("77") == std::string::npos);
}

TEST_CASE("where asked, a row withholds its total before one of its parts") {
  const std::vector<std::int64_t> body = {120, 1, 0, 400, 60, 30, 300, 50, 40};
  const auto cells = page::hidden_cells(page::with_totals(3, 3, body), page::Withhold::totals);
  CHECK(cells[0] == Cell::shown);     // 120
  CHECK(cells[1] == Cell::small);     // 1
  CHECK(cells[3] == Cell::withheld);  // the row's total
  CHECK(cells[15] == Cell::shown);    // the grand total
}
