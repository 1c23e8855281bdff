// What the figures rest on: missing facts, trend, fairness, freshness of the sources, what was held and why.
#include <fmt/format.h>

#include <algorithm>
#include <array>

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

const PageSource* contract_of(const DirectorView& view, const std::string& id) {
  const auto at = std::ranges::find(view.inputs.sources, id, &PageSource::id);
  return at == view.inputs.sources.end() ? nullptr : &*at;
}

Text source_word(const DirectorView& view, const std::string& id) {
  const PageSource* contract = contract_of(view, id);
  if (contract == nullptr) return {id, id};
  return {contract->department.zh + " · " + contract->title.zh, contract->department.en + " · " + contract->title.en};
}

std::int64_t age_of(const DirectorView& view, const SourceFigures& source) {
  return source.delivered ? view.night().date.days - source.delivered->days : -1;
}

bool is_late(const DirectorView& view, const SourceFigures& source) {
  const PageSource* contract = contract_of(view, source.id);
  if (!source.delivered) return contract == nullptr || contract->required;
  return contract != nullptr && contract->rhythm_days > 0 && age_of(view, source) > contract->rhythm_days;
}

}  // namespace

std::int64_t late_sources(const DirectorView& view) {
  return std::ranges::count_if(view.figures.sources,
                               [&](const SourceFigures& source) { return is_late(view, source); });
}

page::Section missing_section(const DirectorView& view) {
  page::Section section{.id = "missing", .half = true};
  section.subtitle = {"待核的判断中缺这项事实的个数，最多的十项；一个判断可以缺几项",
                      "Decisions to verify that lack this fact, the ten most frequent; one decision may lack several"};
  const auto& missing = view.figures.missing;
  if (missing.empty()) {
    section.title = {"没有缺事实的判断", "No decision lacks a fact"};
    section.body = fmt::format("<p>{}</p>", both({"所有判断都有结论。", "Every decision is settled."}));
    return section;
  }
  section.title = {
      fmt::format("最常缺的是“{}”：补上它，{}个判断更近一步", missing.front().fact, grouped(missing.front().decisions)),
      fmt::format("What is lacking most is “{}”: it would move {} decisions on", missing.front().fact,
                  grouped(missing.front().decisions))};
  std::vector<page::BarRow> bars;
  for (const MissingFact& fact : missing) {
    page::BarRow bar{.label = fmt::format("<span lang=\"zh\">{}</span>", page::escaped(fact.fact)),
                     .parts = {},
                     .value = shown_count(fact.decisions),
                     .hidden = is_small(fact.decisions)};
    bar.parts.push_back({static_cast<double>(fact.decisions), "verify", true});
    bars.push_back(std::move(bar));
  }
  section.body = page::bar_chart(bars);
  return section;
}

namespace {

// A night follows the one before it when the pause is at most one and a half times the usual pause.
std::vector<bool> starts_anew(const std::vector<NightFigures>& nights) {
  std::vector<std::int32_t> pauses;
  for (std::size_t at = 1; at < nights.size(); ++at) pauses.push_back(nights[at].date.days - nights[at - 1].date.days);
  std::vector<std::int32_t> sorted = pauses;
  std::ranges::sort(sorted);
  std::vector<bool> anew(nights.size(), false);
  for (std::size_t at = 0; at < pauses.size(); ++at) anew[at + 1] = pauses[at] * 2 > sorted[sorted.size() / 2] * 3;
  return anew;
}

Text change_title(const DirectorView& view) {
  const auto& states = view.figures.states;
  const auto of = [&](const char* state) { return states.contains(state) ? states.at(state) : 0; };
  const auto words = [](std::int64_t count) {
    return is_small(count) ? Text{"不足10", "under 10"} : Text{grouped(count), grouped(count)};
  };
  if (view.figures.nights.size() < 2)
    return {"这是第一次运行，还没有趋势", "This is the first night; there is no trend yet"};
  const Text fresh = words(of("new"));
  const Text gone = words(of("withdrawn"));
  const Text changed = words(of("changed"));
  return {fmt::format("比上一次新增{}件，撤回{}件，变化{}件", fresh.zh, gone.zh, changed.zh),
          fmt::format("Since the night before: {} new, {} withdrawn, {} changed", fresh.en, gone.en, changed.en)};
}

}  // namespace

page::Section trend_section(const DirectorView& view) {
  const auto& nights = view.figures.nights;
  std::vector<std::int64_t> body;
  for (const NightFigures& night : nights) {
    for (const std::string& name : view.classes)
      body.push_back(night.findings.contains(name) ? night.findings.at(name) : 0);
  }
  const page::CountTable counts = page::with_totals(nights.size(), view.classes.size(), body);
  const std::vector<Cell> cells = page::hidden_cells(counts, page::Withhold::totals);
  const std::vector<bool> anew = starts_anew(nights);
  std::vector<page::Trend> trends;
  for (std::size_t at = 0; at < view.classes.size(); ++at) {
    const std::size_t last = nights.size() - 1;
    page::Trend trend{.title = page::state_tag(tone_of(view.classes[at]), view.class_word(view.classes[at])),
                      .tone = tone_of(view.classes[at]),
                      .points = {},
                      .last = shown_count(counts.at(last, at), cells[last * counts.columns + at])};
    for (std::size_t night = 0; night < nights.size(); ++night) {
      if (anew[night]) trend.points.push_back({nights[night].date.days - 1, std::nullopt});
      const bool shown = cells[night * counts.columns + at] == Cell::shown;
      trend.points.push_back({nights[night].date.days,
                              shown ? std::optional<double>(static_cast<double>(counts.at(night, at))) : std::nullopt});
    }
    trends.push_back(std::move(trend));
  }
  page::TableMarkup table{{"历次运行的发现，件", "Findings of each night"}, {{{"夜", "Night"}, false}}, {}};
  for (const std::string& name : view.classes) table.columns.push_back({view.class_word(name)});
  for (std::size_t night = 0; night < nights.size(); ++night) {
    std::vector<std::string> row = {nights[night].date.text()};
    for (std::size_t at = 0; at < view.classes.size(); ++at)
      row.push_back(shown_count(counts.at(night, at), cells[night * counts.columns + at]));
    table.rows.push_back(std::move(row));
  }
  page::Section section{.id = "trend", .half = true};
  section.title = change_title(view);
  section.subtitle = {"每次运行各类发现的件数，同一个纵轴，从零起；没有运行的日子断开，不画线",
                      "Findings of each class a night, one scale from zero; where no night ran, the line is broken"};
  const int year = view.night().date.year();
  section.body =
      page::trend_charts(trends, page::day_words(nights.front().date, year), page::day_words(nights.back().date, year));
  section.table = page::table_markup(table);
  return section;
}

namespace {

Text group_word(const GroupCounts& group) {
  if (group.value == "unknown") return {"不详", "not known"};
  if (group.value == "male") return {"男", "men"};
  if (group.value == "female") return {"女", "women"};
  if (group.value == "urban") return {"城镇", "urban"};
  if (group.value == "rural") return {"农村", "rural"};
  if (group.value == "others") return {"其他民族", "other peoples"};
  if (group.by == "age") return {group.value + "岁", group.value};
  return {group.value, group.value};
}

Text kind_word(const std::string& by) {
  if (by == "sex") return {"性别", "sex"};
  if (by == "age") return {"年龄", "age"};
  if (by == "residence") return {"城乡", "town or country"};
  return {"民族", "people"};
}

// By sex, age, residence and people; what is not known comes last in each.
std::vector<GroupCounts> in_order(std::vector<GroupCounts> groups) {
  static const std::vector<std::string> kOrder = {"sex", "age", "residence", "people"};
  std::ranges::stable_sort(groups, [](const GroupCounts& a, const GroupCounts& b) {
    const auto place = [](const GroupCounts& group) {
      return std::pair(std::ranges::find(kOrder, group.by) - kOrder.begin(), group.value == "unknown");
    };
    return place(a) < place(b);
  });
  return groups;
}

// A share is hidden with its count, and so is one that leaves fewer than ten others.
std::string group_share(const GroupCounts& group, std::int64_t count, bool per_thousand) {
  if (count == 0) return "0";
  const std::int64_t others = group.persons - count;
  if (is_small(count) || is_small(others)) return shown_count(count, is_small(count) ? Cell::small : Cell::withheld);
  return per_thousand ? page::permille(count, group.persons) : page::share(count, group.persons);
}

std::vector<std::string> group_row(const GroupCounts& group) {
  const Text kind = kind_word(group.by);
  const Text word = group_word(group);
  const std::string label = both({kind.zh + " · " + word.zh, kind.en + " · " + word.en});
  if (is_small(group.persons)) return {label, shown_count(group.persons), "—", "—", "—"};
  return {label, grouped(group.persons), group_share(group, group.waiting, true), group_share(group, group.open, false),
          group_share(group, group.no_number, false)};
}

}  // namespace

page::Section fairness_section(const DirectorView& view) {
  page::Section section{.id = "fairness", .half = true};
  section.subtitle = {
      "各组的人数；其中住在该领未领家庭的、有待核判断的、没有一个有效证件号码的。差距说明到哪里去核实，不是评价",
      "People of each group: in a family that is owed help, with a decision to verify, without one valid number. A gap "
      "says where to look; it is no verdict"};
  page::TableMarkup table{{"分组", "Groups"},
                          {{{"组", "Group"}, false},
                           {{"人", "People"}},
                           {{"每千人该领未领", "Owed, in 1,000"}},
                           {{"待核", "To verify"}},
                           {{"无有效号码", "No valid number"}}},
                          {}};
  const GroupCounts* widest = nullptr;
  const auto heavier = [](const GroupCounts& a, const GroupCounts& b) {
    return a.open * b.persons > b.open * a.persons;
  };
  for (const GroupCounts& group : in_order(view.figures.groups)) table.rows.push_back(group_row(group));
  for (const GroupCounts& group : view.figures.groups) {
    const bool comparable = group.persons >= 200 && group.value != "unknown" && !is_small(group.open);
    if (comparable && (widest == nullptr || heavier(group, *widest))) widest = &group;
  }
  section.title = {"各组之间没有可以比较的差距", "There is no gap between groups to compare"};
  if (widest != nullptr) {
    const Text word = group_word(*widest);
    const Text kind = kind_word(widest->by);
    const std::string part = page::share(widest->open, widest->persons);
    section.title = {fmt::format("{}“{}”的人最常还缺事实：{}有待核的判断", kind.zh, word.zh, part),
                     fmt::format("Facts are lacking most for {} “{}”: {} of them have a decision to verify", kind.en,
                                 word.en, part)};
  }
  section.body = page::table_markup(table);
  return section;
}

page::Section freshness_section(const DirectorView& view) {
  std::vector<const SourceFigures*> sources;
  for (const SourceFigures& source : view.figures.sources) sources.push_back(&source);
  std::ranges::stable_sort(sources, [&](const SourceFigures* a, const SourceFigures* b) {
    const auto order = [&](const SourceFigures& source) {
      return source.delivered ? (is_late(view, source) ? 1 : 2) : 0;
    };
    return order(*a) != order(*b) ? order(*a) < order(*b) : age_of(view, *a) > age_of(view, *b);
  });
  page::TableMarkup table{{"来源", "Sources"},
                          {{{"来源", "Source"}, false},
                           {{"最近交付", "Last delivery"}},
                           {{"天数", "Days old"}},
                           {{"约定不超过", "Agreed at most"}},
                           {{"行", "Rows"}},
                           {{"拒收行", "Rows refused"}}},
                          {}};
  std::vector<page::BarRow> bars;
  for (const SourceFigures* source : sources) {
    const PageSource* contract = contract_of(view, source->id);
    const std::int64_t rhythm = contract == nullptr ? 0 : contract->rhythm_days;
    const bool late = is_late(view, *source);
    const std::int64_t age = age_of(view, *source);
    page::BarRow bar{.label = both(source_word(view, source->id)), .parts = {}, .value = {}};
    if (!source->delivered) {
      bar.hidden = true;
      bar.value = fmt::format(
          "<span class=\"missing\">{}</span>",
          both(late ? Text{"没有交付", "not delivered"} : Text{"可以不交，未交付", "optional, not delivered"}));
    } else {
      const Text day = page::day_words(*source->delivered, view.night().date.year());
      const Text words{fmt::format("{} · {}天", day.zh, age), fmt::format("{} · {} days", day.en, age)};
      bar.parts.push_back({static_cast<double>(age), late ? "warning" : "ink"});
      if (rhythm > 0) bar.mark = static_cast<double>(rhythm);
      bar.value = late ? fmt::format("<span class=\"stale\">{}{}</span>", both({"过期 · ", "late · "}), both(words))
                       : both(words);
    }
    table.rows.push_back({both(source_word(view, source->id)), source->delivered ? source->delivered->text() : "—",
                          age < 0 ? "—" : grouped(age), rhythm > 0 ? grouped(rhythm) : "—", grouped(source->rows),
                          grouped(source->rejected)});
    bars.push_back(std::move(bar));
  }
  page::Section section{.id = "sources", .half = true};
  const std::int64_t late = late_sources(view);
  section.title = late == 0
                      ? Text{fmt::format("{}个来源都在约定的天数之内", sources.size()),
                             fmt::format("All {} sources are within their agreed days", sources.size())}
                      : Text{fmt::format("{}个来源中{}个过期或没有交付，靠它们的结论可能会变", sources.size(), late),
                             fmt::format("{} of {} sources are late or missing; what rests on them may change", late,
                                         sources.size())};
  section.subtitle = {"最近一次交付到这一夜的天数；竖线是约定的间隔",
                      "Days from the last delivery to this night; the line is the agreed interval"};
  section.body = page::bar_chart(bars);
  section.table = page::table_markup(table);
  return section;
}

page::Section held_section(const DirectorView& view) {
  std::int64_t rejected = 0;
  for (const SourceFigures& source : view.figures.sources) rejected += source.rejected;
  page::Section section{.id = "held", .half = true};
  section.subtitle = {
      "整夜扣留的原因；逐行拒收和存疑的规则。只记规则和行数，从不记值",
      "Why a night is held; rules by which rows were refused or doubted. Rules and counts only, never a value"};
  section.title = view.inputs.held
                      ? Text{"这一夜被扣留，等人放行", "The night is held until a person releases it"}
                      : Text{fmt::format("这一夜已发布，没有扣留；拒收{}行", rejected == 0 ? "0" : grouped(rejected)),
                             fmt::format("The night was published and not held; {} rows refused", grouped(rejected))};
  if (!view.inputs.held && !view.inputs.held_reasons.empty()) {
    section.title = {fmt::format("这一夜曾因{}处异常被扣留，由人看过后放行", view.inputs.held_reasons.size()),
                     fmt::format("The night was held for {} things out of the ordinary, and released by a person",
                                 view.inputs.held_reasons.size())};
  }
  if (!view.inputs.held_reasons.empty()) {
    section.body += "<ul>";
    for (const Text& reason : view.inputs.held_reasons) section.body += "<li>" + both(reason) + "</li>";
    section.body += "</ul>";
  }
  page::TableMarkup table{
      {"行的规则", "Rules on rows"},
      {{{"来源", "Source"}, false}, {{"规则", "Rule"}, false}, {{"后果", "Outcome"}, false}, {{"行", "Rows"}}},
      {}};
  for (const IssueFigures& issue : view.figures.issues) {
    if (table.rows.size() == 20) break;
    const bool refused = issue.severity == "reject";
    table.rows.push_back({both(source_word(view, issue.source)), "<code>" + page::escaped(issue.rule) + "</code>",
                          both(refused ? Text{"拒收", "refused"} : Text{"存疑，照收", "doubted, kept"}),
                          grouped(issue.rows)});
  }
  if (table.rows.empty())
    section.body += fmt::format("<p>{}</p>", both({"没有一行违反规则。", "No row broke a rule."}));
  else
    section.body += page::table_markup(table);
  return section;
}

}  // namespace songtan::report
