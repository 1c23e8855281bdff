// How far each programme reaches its people: receiving, certainly not receiving, probably not receiving.
#include <fmt/format.h>

#include <algorithm>

#include "page/charts.h"
#include "page/markup.h"
#include "page/table_markup.h"
#include "report/detail/director_sections.h"

namespace songtan::report {
namespace {

using page::both;
using page::Cell;

std::int64_t owed_of(const std::map<std::string, std::int64_t>& counts) {
  const auto at = counts.find("entitled_not_receiving");
  return at == counts.end() ? 0 : at->second;
}

/// Programmes by the share of their people who receive, the lowest first; columns: receiving, certain, probable, entitled.
struct Coverage {
  enum Column : std::size_t { receiving, certain, probable, entitled };
  static constexpr std::size_t kColumns = 4;

  std::vector<const ProgrammeFigures*> programmes;
  page::CountTable counts;
  std::vector<Cell> cells;

  std::int64_t at(std::size_t row, Column column) const { return counts.at(row, column); }
  bool shown(std::size_t row, Column column) const { return cells[row * kColumns + column] == Cell::shown; }
  std::string words(std::size_t row, Column column) const {
    return page::shown_count(at(row, column), cells[row * kColumns + column]);
  }
};

Coverage coverage_of(const DirectorView& view) {
  Coverage coverage;
  for (const ProgrammeFigures& programme : view.figures.programmes) {
    if (programme.entitled > 0) coverage.programmes.push_back(&programme);
  }
  std::ranges::stable_sort(coverage.programmes, [](const ProgrammeFigures* a, const ProgrammeFigures* b) {
    const auto owed = [](const ProgrammeFigures& one) { return owed_of(one.certain) + owed_of(one.probable); };
    return owed(*a) * b->entitled > owed(*b) * a->entitled;
  });
  std::vector<std::int64_t> body;
  for (const ProgrammeFigures* programme : coverage.programmes) {
    const std::int64_t certain = owed_of(programme->certain);
    const std::int64_t probable = owed_of(programme->probable);
    body.insert(body.end(), {std::max<std::int64_t>(0, programme->entitled - certain - probable), certain, probable});
  }
  coverage.counts = page::with_totals(coverage.programmes.size(), Coverage::kColumns - 1, body);
  coverage.cells = page::hidden_cells(coverage.counts);
  return coverage;
}

bool has_bar(const Coverage& coverage, std::size_t row) {
  return coverage.shown(row, Coverage::receiving) && coverage.shown(row, Coverage::entitled);
}

page::BarRow bar_of(const Coverage& coverage, std::size_t row, const Text& word) {
  page::BarRow bar{.label = both(word), .parts = {}, .value = both({"数太小，不显示", "too small to show"})};
  bar.hidden = !has_bar(coverage, row);
  if (bar.hidden) return bar;
  const auto percent = [&](std::int64_t count) {
    return static_cast<double>(count) * 100 / static_cast<double>(coverage.at(row, Coverage::entitled));
  };
  const std::int64_t certain = coverage.at(row, Coverage::certain);
  const std::int64_t probable = coverage.at(row, Coverage::probable);
  const bool apart = coverage.shown(row, Coverage::certain) && coverage.shown(row, Coverage::probable);
  bar.parts.push_back({percent(coverage.at(row, Coverage::receiving)), "arrived"});
  if (apart) bar.parts.push_back({percent(certain), "entitled"});
  bar.parts.push_back({percent(apart ? probable : certain + probable), "entitled", true});
  bar.value = page::share(coverage.at(row, Coverage::receiving), coverage.at(row, Coverage::entitled)) +
              both({"已在领", " receive"});
  return bar;
}

}  // namespace

page::Section coverage_section(const DirectorView& view) {
  const Coverage coverage = coverage_of(view);
  page::Section section{.id = "coverage", .half = true};
  section.title = {"没有可以比较的项目", "No programme to compare"};
  section.subtitle = {
      "确定或很可能符合条件的人或家庭：已在领、确定未领、很可能未领",
      "People or families certainly or probably entitled: receiving, certainly not receiving, probably not receiving"};
  page::TableMarkup table{{"覆盖", "Coverage"},
                          {{{"项目", "Programme"}, false},
                           {{"符合条件", "Entitled"}},
                           {{"已在领", "Receiving"}},
                           {{"确定未领", "Not receiving, certain"}},
                           {{"很可能未领", "Not receiving, probable"}}},
                          {}};
  std::vector<page::BarRow> bars;
  bool titled = false;
  for (std::size_t row = 0; row < coverage.programmes.size(); ++row) {
    const Text word = view.programme_word(coverage.programmes[row]->code);
    bars.push_back(bar_of(coverage, row, word));
    table.rows.push_back({both(word), coverage.words(row, Coverage::entitled), coverage.words(row, Coverage::receiving),
                          coverage.words(row, Coverage::certain), coverage.words(row, Coverage::probable)});
    if (titled || !has_bar(coverage, row)) continue;
    titled = true;
    const std::string part = page::share(coverage.at(row, Coverage::receiving), coverage.at(row, Coverage::entitled));
    section.title = {
        fmt::format("“{}”离得最远：符合条件的只有{}在领", word.zh, part),
        fmt::format("Farthest from its people is “{}”: only {} of the entitled receive it", word.en, part)};
  }
  section.body =
      page::bar_chart(bars) +
      page::chart_key({{"arrived", false, {"已在领", "receiving"}},
                       {"entitled", false, {"确定未领", "not receiving, certain"}},
                       {"entitled", true, {"很可能未领，或两者合计", "not receiving, probable, or both together"}}});
  section.table = page::table_markup(table);
  return section;
}

}  // namespace songtan::report
