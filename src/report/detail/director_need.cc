// Where help is owed: the steps of a night, the map, the towns, findings by class and county, coverage by programme.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "page/charts.h"
#include "page/markup.h"
#include "page/table_markup.h"
#include "report/detail/director_sections.h"

namespace songtan::report {
namespace {

using page::both;
using page::Cell;
using page::grouped;
using page::shown_count;

constexpr const char* kOwed = "entitled_not_receiving";

std::string per_thousand_tag(std::int64_t part, std::int64_t whole) {
  const std::string rate = page::permille(part, whole);
  return both({"每千户" + rate + "户", rate + " in 1,000"});
}

CountyFigures folded(const std::vector<CountyFigures>& few) {
  CountyFigures other;
  other.code = "other";
  for (const CountyFigures& county : few) {
    other.families += county.families;
    other.waiting.certain += county.waiting.certain;
    other.waiting.probable += county.waiting.probable;
    for (const auto& [name, count] : county.findings) other.findings[name] += count;
  }
  return other;
}

std::vector<std::string> classes_of(const DirectorFigures& figures) {
  std::vector<std::string> classes = {kOwed,       "receiving_not_entitled", "amount_differs",
                                      "to_verify", "early_warning",          "complex"};
  std::erase_if(classes, [&](const std::string& name) {
    const bool early = name == "early_warning" || name == "complex";
    return early && std::ranges::none_of(figures.nights,
                                         [&](const NightFigures& night) { return night.findings.contains(name); });
  });
  return classes;
}

}  // namespace

std::string tone_of(const std::string& class_name) {
  if (class_name == kOwed) return "entitled";
  if (class_name == "receiving_not_entitled" || class_name == "amount_differs") return "over";
  if (class_name == "to_verify") return "verify";
  return class_name == "early_warning" ? "warning" : "neutral";
}

Text DirectorView::place(const std::string& code) const {
  if (code == "other") return {"其他地方", "Other places"};
  const auto at = inputs.divisions.find(code);
  return at == inputs.divisions.end() ? Text{code, code} : at->second.name;
}

Text DirectorView::class_word(const std::string& name) const {
  if (const auto at = inputs.classes.find(name); at != inputs.classes.end()) return at->second;
  if (name == "early_warning") return {"预警", "early warning"};
  return name == "complex" ? Text{"一事一议", "for conference"} : Text{name, name};
}

Text DirectorView::programme_word(const std::string& code) const {
  const auto at = inputs.programmes.find(code);
  return at == inputs.programmes.end() ? Text{code, code} : at->second;
}

bool DirectorView::waiting_shown(std::size_t row) const {
  return county_cells[row * county_findings.columns] == Cell::shown && !is_small(counties[row].waiting.all());
}

DirectorView view_of(const DirectorInputs& inputs, const DirectorFigures& figures) {
  DirectorView view{inputs, figures, classes_of(figures), {}, {}, {}};
  std::vector<CountyFigures> few;
  for (const CountyFigures& county : figures.counties) {
    const bool own_row = !county.code.empty() && county.families >= kFewFamilies;
    (own_row ? view.counties : few).push_back(county);
  }
  if (!few.empty()) view.counties.push_back(folded(few));
  std::vector<std::int64_t> body;
  for (const CountyFigures& county : view.counties) {
    for (const std::string& name : view.classes)
      body.push_back(county.findings.contains(name) ? county.findings.at(name) : 0);
  }
  view.county_findings = page::with_totals(view.counties.size(), view.classes.size(), body);
  view.county_cells = page::hidden_cells(view.county_findings, page::Withhold::totals);
  return view;
}

page::Section steps_section(const DirectorView& view) {
  const DirectorFigures& figures = view.figures;
  struct Step {
    std::string count;
    Text word;
    Text note;
  };
  const std::string records_each = page::permille(figures.records, figures.persons * 1000);
  const std::vector<Step> steps = {
      {grouped(figures.records),
       {"条记录", "records"},
       {fmt::format("来自{}个来源", figures.sources.size()), fmt::format("from {} sources", figures.sources.size())}},
      {grouped(figures.persons),
       {"人", "people"},
       {"每人平均" + records_each + "条记录", records_each + " records each on average"}},
      {grouped(figures.families), {"户", "families"}, {"依法共同生活的家庭", "living together as the law counts"}},
      {grouped(figures.decisions),
       {"个判断", "decisions"},
       {page::share(figures.open_decisions, figures.decisions) + "待核",
        page::share(figures.open_decisions, figures.decisions) + " to verify"}},
      {shown_count(figures.findings),
       {"件发现", "findings"},
       {fmt::format("涉及{}户", is_small(figures.finding_families) ? "不足10" : grouped(figures.finding_families)),
        fmt::format("in {} families",
                    is_small(figures.finding_families) ? "under 10" : grouped(figures.finding_families))}}};
  page::Section section{.id = "steps"};
  section.title = {"从记录到发现，一步一步能数清", "From records to findings, every step can be counted"};
  section.subtitle = {"一夜的数量；单位各不相同，所以不画成一根漏斗",
                      "Counts of one night; their units differ, so they are not drawn as one funnel"};
  section.body = "<ol class=\"steps\">";
  for (const Step& step : steps)
    section.body +=
        fmt::format("<li><b>{}</b>{}<span class=\"note\">{}</span></li>", step.count, both(step.word), both(step.note));
  section.body += "</ol>";
  return section;
}

namespace {

// The width of a class that is easy to read: 1, 2 or 5 times a power of ten, so that six cover the largest rate.
double easy_step(double largest) {
  if (largest <= 0) return 1;
  const double raw = largest / 6;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) return factor * power;
  }
  return 10 * power;
}

struct MapRates {
  std::vector<double> rates;  ///< per 1,000 families; -1 no data, -2 hidden; one a county row
  double step = 1;
};

MapRates rates_of(const DirectorView& view) {
  MapRates rates;
  double largest = 0;
  for (std::size_t row = 0; row < view.counties.size(); ++row) {
    const CountyFigures& county = view.counties[row];
    const double rate = static_cast<double>(county.waiting.all()) * 1000 /
                        static_cast<double>(std::max<std::int64_t>(1, county.families));
    rates.rates.push_back(view.waiting_shown(row) ? rate : -2);
    if (county.code != "other") largest = std::max(largest, rates.rates.back());
  }
  rates.step = easy_step(largest);
  return rates;
}

std::string map_key(double step) {
  std::string key = "<p class=\"key\">";
  for (int at = 0; at < 6; ++at)
    key += fmt::format(
        "<span><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><circle cx=\"7\" cy=\"7\" r=\"6\" class=\"place "
        "need-{}\"/></svg>{:g}–{:g}</span>",
        at, at * step, (at + 1) * step);
  const auto swatch = [](const char* pattern, const Text& word) {
    return fmt::format(
        "<span><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><circle cx=\"7\" cy=\"7\" r=\"6\" class=\"place "
        "no-data\"/><circle cx=\"7\" cy=\"7\" r=\"6\" fill=\"url(#{})\"/></svg>{}</span>",
        pattern, both(word));
  };
  return key + swatch("dots", {"不足10户，不显示", "under 10, not shown"}) +
         swatch("hatch-line", {"没有数据", "no data"}) + "</p>";
}

// The smallest division of the sheet that holds every county of the night: its counties are drawn, with data or without.
std::string scope_of(const DirectorView& view) {
  std::string scope;
  bool first = true;
  for (const CountyFigures& county : view.counties) {
    if (county.code == "other") continue;
    if (first) scope = county.code;
    first = false;
    while (!county.code.starts_with(scope)) scope.pop_back();
  }
  return scope;
}

std::string county_table(const DirectorView& view, const MapRates& rates) {
  page::TableMarkup table{{"每千户有几户该领未领（确定和很可能）",
                           "Families owed and not receiving, in 1,000 families (certain and probable)"},
                          {{{"区县", "County"}, false},
                           {{"家庭", "Families"}},
                           {{"该领未领", "Owed, not receiving"}},
                           {{"每千户", "In 1,000"}}},
                          {}};
  std::vector<std::size_t> order(view.counties.size());
  for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return rates.rates[a] > rates.rates[b]; });
  for (const std::size_t row : order) {
    const CountyFigures& county = view.counties[row];
    const Cell cell = view.waiting_shown(row)          ? Cell::shown
                      : is_small(county.waiting.all()) ? Cell::small
                                                       : Cell::withheld;
    table.rows.push_back({both(view.place(county.code)), grouped(county.families),
                          shown_count(county.waiting.all(), cell),
                          cell == Cell::shown ? page::permille(county.waiting.all(), county.families) : "—"});
  }
  return page::table_markup(table);
}

std::vector<page::MapCircle> circles_of(const DirectorView& view, const MapRates& rates) {
  const std::string scope = scope_of(view);
  std::vector<page::MapCircle> circles;
  for (const MapPlace& place : view.inputs.map) {
    if (!place.code.starts_with(scope)) continue;
    page::MapCircle circle{.name = view.place(place.code),
                           .x = static_cast<double>(place.x),
                           .y = static_cast<double>(place.y),
                           .radius = static_cast<double>(place.radius),
                           .step = -1,
                           .value = "—"};
    for (std::size_t row = 0; row < view.counties.size(); ++row) {
      if (view.counties[row].code != place.code) continue;
      circle.step = rates.rates[row] < 0 ? -2 : std::min(5, static_cast<int>(rates.rates[row] / rates.step));
      circle.value = rates.rates[row] < 0
                         ? "<10"
                         : page::permille(view.counties[row].waiting.all(), view.counties[row].families) + " ‰";
    }
    circles.push_back(std::move(circle));
  }
  return circles;
}

}  // namespace

page::Section map_section(const DirectorView& view) {
  const MapRates rates = rates_of(view);
  page::Section section{.id = "map", .half = true};
  std::size_t worst = view.counties.size();
  for (std::size_t row = 0; row < view.counties.size(); ++row) {
    if (view.counties[row].code == "other" || rates.rates[row] <= 0) continue;
    if (worst == view.counties.size() || rates.rates[row] > rates.rates[worst]) worst = row;
  }
  section.title = {"各区县都没有可以显示的数", "No county has a figure that may be shown"};
  if (worst < view.counties.size()) {
    const CountyFigures& county = view.counties[worst];
    const Text name = view.place(county.code);
    const std::string rate = page::permille(county.waiting.all(), county.families);
    section.title = {
        fmt::format("{}每千户有{}户该领未领，区县中最多", name.zh, rate),
        fmt::format("{} has the most: {} in 1,000 families are owed help and do not receive it", name.en, rate)};
  }
  section.subtitle = {"每千户家庭中确定或很可能符合条件而未领的户数；一个圆是一个区县，面积是人口，位置只作示意",
                      "Families certainly or probably entitled and not receiving, in 1,000; a circle is a county, its "
                      "area the population, its place a sketch"};
  const auto circles = circles_of(view, rates);
  if (circles.size() > 1) {
    section.body =
        page::dorling_map(circles, 560, "wide") + page::dorling_map(circles, 320, "narrow") + map_key(rates.step);
    section.table = county_table(view, rates);
  } else {
    section.subtitle = {"每千户家庭中确定或很可能符合条件而未领的户数",
                        "Families certainly or probably entitled and not receiving, in 1,000"};
    section.body = county_table(view, rates);
  }
  return section;
}

namespace {

page::BarRow town_bar(const DirectorView& view, const TownFigures& town) {
  const bool certain_shown = !is_small(town.waiting.certain) && !is_small(town.waiting.probable);
  page::BarRow bar{.label = both(view.place(town.code)),
                   .parts = {},
                   .value = grouped(town.waiting.all()) + both({"户 · ", " · "}) +
                            per_thousand_tag(town.waiting.all(), town.families)};
  const double per = 1000.0 / static_cast<double>(town.families);
  if (certain_shown) bar.parts.push_back({static_cast<double>(town.waiting.certain) * per, "entitled"});
  bar.parts.push_back(
      {static_cast<double>(certain_shown ? town.waiting.probable : town.waiting.all()) * per, "entitled", true});
  return bar;
}

std::string town_line(const TownFigures& town) {
  std::vector<std::optional<double>> line;
  double most = 1;
  for (const std::int64_t count : town.by_night) {
    line.push_back(is_small(count) ? std::nullopt : std::optional<double>(static_cast<double>(count)));
    most = std::max(most, static_cast<double>(count));
  }
  return page::sparkline(line, most, "entitled");
}

}  // namespace

page::Section towns_section(const DirectorView& view) {
  std::vector<const TownFigures*> towns;
  std::vector<std::int64_t> counts;
  for (const TownFigures& town : view.figures.towns) {
    if (town.families < kFewFamilies) continue;
    towns.push_back(&town);
    counts.push_back(town.waiting.all());
  }
  const auto cells = page::hidden_cells(page::with_totals(counts.size(), 1, counts));
  const auto rate = [](const TownFigures& town) {
    return static_cast<double>(town.waiting.all()) / static_cast<double>(town.families);
  };
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < towns.size(); ++at) {
    if (cells[at * 2] == Cell::shown && towns[at]->waiting.all() > 0) order.push_back(at);
  }
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return rate(*towns[a]) > rate(*towns[b]); });
  const std::size_t hidden = static_cast<std::size_t>(
      std::ranges::count_if(towns, [](const TownFigures* town) { return is_small(town->waiting.all()); }));
  if (order.size() > 10) order.resize(10);

  page::Section section{.id = "towns", .half = true};
  section.subtitle = {
      "每千户中该领未领的户数，最多的十个乡镇；表中有历次运行",
      "Owed and not receiving in 1,000 families, the ten highest townships; the table has the nights so far"};
  if (order.empty()) {
    section.title = {"没有一个乡镇的数到了可以显示的10户", "No township reaches the ten families that may be shown"};
    section.body = fmt::format("<p>{}</p>",
                               both({"乡镇的数都不足10户；看区县。", "All are under ten families; see the counties."}));
    return section;
  }
  const TownFigures& first = *towns[order.front()];
  const Text name = view.place(first.code);
  section.title = {fmt::format("{}的需要最集中：{}户该领未领", name.zh, grouped(first.waiting.all())),
                   fmt::format("Need is densest in {}: {} families are owed help and do not receive it", name.en,
                               grouped(first.waiting.all()))};
  page::TableMarkup table{{"乡镇", "Townships"},
                          {{{"乡镇", "Township"}, false},
                           {{"家庭", "Families"}},
                           {{"该领未领", "Owed, not receiving"}},
                           {{"每千户", "In 1,000"}},
                           {{"历次", "So far"}}},
                          {}};
  std::vector<page::BarRow> bars;
  for (const std::size_t at : order) {
    const TownFigures& town = *towns[at];
    bars.push_back(town_bar(view, town));
    table.rows.push_back({both(view.place(town.code)), grouped(town.families), grouped(town.waiting.all()),
                          page::permille(town.waiting.all(), town.families), town_line(town)});
  }
  section.body = page::bar_chart(bars) +
                 page::chart_key({{"entitled", false, {"确定", "certain"}},
                                  {"entitled", true, {"很可能，或两者合计", "probable, or both together"}}});
  if (hidden > 0)
    section.body += fmt::format("<p class=\"key\">{}</p>",
                                both({fmt::format("另有{}个乡镇有，但不足10户。", hidden),
                                      fmt::format("{} more townships have some, but under ten families.", hidden)}));
  section.table = page::table_markup(table);
  return section;
}

page::Section classes_section(const DirectorView& view) {
  page::Section section{.id = "classes"};
  std::size_t most = 0;
  const std::size_t columns = view.county_findings.columns;
  const std::size_t totals = view.county_findings.rows - 1;
  for (std::size_t at = 1; at < view.classes.size(); ++at) {
    if (view.county_findings.at(totals, at) > view.county_findings.at(totals, most)) most = at;
  }
  const Text word = view.class_word(view.classes[most]);
  const std::int64_t count = view.county_findings.at(totals, most);
  section.title = {
      fmt::format("最多的一类是“{}”：{}件", word.zh, is_small(count) ? "不足10" : grouped(count)),
      fmt::format("The largest class is “{}”: {} findings", word.en, is_small(count) ? "under 10" : grouped(count))};
  section.subtitle = {"发现的件数，按类和区县；每一件都有理由和依据，由人核实",
                      "Findings by class and county; each has its reasons and articles, and a person verifies it"};
  page::TableMarkup table{{"件", "Findings"}, {{{"区县", "County"}, false}, {{"家庭", "Families"}}}, {}, true};
  for (const std::string& name : view.classes) table.columns.push_back({view.class_word(name)});
  table.columns.push_back({{"合计", "All"}});
  std::string key = "<p class=\"key\">";
  for (const std::string& name : view.classes) key += page::state_tag(tone_of(name), view.class_word(name));
  for (std::size_t row = 0; row < view.county_findings.rows; ++row) {
    const bool total = row == totals;
    std::vector<std::string> cells = {both(total ? Text{"合计", "All"} : view.place(view.counties[row].code)),
                                      grouped(total ? view.figures.families : view.counties[row].families)};
    for (std::size_t at = 0; at < columns; ++at)
      cells.push_back(shown_count(view.county_findings.at(row, at), view.county_cells[row * columns + at]));
    table.rows.push_back(std::move(cells));
  }
  section.body = key + "</p>" + page::table_markup(table);
  return section;
}

}  // namespace songtan::report
