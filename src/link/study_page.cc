// The page of a linking study: m and u, weights, what blocking cost, sets and bridges, pairs to look at, how right it is.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "link/study.h"
#include "page/charts.h"
#include "page/markup.h"
#include "page/sheet.h"
#include "page/table_markup.h"

namespace songtan::link {
namespace {

using page::both;
using page::escaped;
using page::grouped;

std::string words_of(const std::vector<std::string>& columns) {
  std::string words;
  for (const std::string& column : columns) words += (words.empty() ? "" : " + ") + column;
  return words;
}

std::string place_words(const RecordPlace& place) {
  const std::string row = grouped(place.row);
  return escaped(place.source) + both({" 第" + row + "行", " row " + row});
}

std::string signed_number(double value) { return fmt::format("{}{:.2f}", value < 0 ? "−" : "+", std::abs(value)); }

std::string percent(double share) { return fmt::format("{:.1f}%", share * 100); }

std::string probability_words(const std::optional<double>& value) {
  if (!value) return "—";
  return *value >= 0.001 ? fmt::format("{:.4f}", *value) : fmt::format("{:.1e}", *value);
}

// A bar to the left of the middle for against, to the right for in favour.
std::string weight_bar(double weight, double most) {
  const double half = std::min(std::abs(weight) / most, 1.0) * 50;
  return fmt::format(
      "<span class=\"track\"><svg width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect x=\"{:.2f}%\" y=\"1\" "
      "width=\"{:.2f}%\" height=\"12\" "
      "class=\"{}\"/><line x1=\"50%\" x2=\"50%\" y1=\"0\" y2=\"14\" class=\"axis\"/></svg></span>",
      weight < 0 ? 50 - half : 50.0, half, weight < 0 ? "against" : "fill-ink");
}

page::Section weights_section(const LinkStudy& study) {
  double most = 1;
  const LevelFigures* strongest = nullptr;
  std::string owner;
  page::TableMarkup table{
      {"各级的 m、u 和权重", "m, u and weight of each level"},
      {{{"比较", "Comparison"}, false}, {{"级别", "Level"}, false}, {{"m", "m"}}, {{"u", "u"}}, {{"权重", "Weight"}}},
      {}};
  for (const ComparisonFigures& comparison : study.comparisons) {
    for (const LevelFigures& level : comparison.levels) {
      if (!level.is_null) most = std::max(most, std::abs(level.weight));
      if (!level.is_null && (strongest == nullptr || level.weight > strongest->weight))
        strongest = &level, owner = comparison.name;
      table.rows.push_back({escaped(comparison.name), escaped(level.label),
                            level.is_null ? "—" : probability_words(level.m),
                            level.is_null ? "—" : probability_words(level.u),
                            level.is_null        ? both({"不说话", "says nothing"})
                            : level.m && level.u ? signed_number(level.weight)
                                                 : both({"未训练", "untrained"})});
    }
  }
  page::Section section{.id = "weights"};
  section.title = {"模型还没有训练出权重", "The model has no trained weights yet"};
  if (strongest != nullptr && strongest->weight > 0)
    section.title = {fmt::format("最有力的证据是“{}”的“{}”：几率乘以2的{}次方", owner, strongest->label,
                                 signed_number(strongest->weight)),
                     fmt::format("The strongest evidence is “{}” of “{}”: it multiplies the odds by 2 to the {}",
                                 strongest->label, owner, signed_number(strongest->weight))};
  section.subtitle = {"每一级的权重 log₂(m/u)：m 是同一人出现这一级的概率，u 是不同人的；右边支持，左边（空心）反对",
                      "Weight log₂(m/u) of each level: m its probability for one person, u for two; to the right in "
                      "favour, to the left, hollow, against"};
  section.body = "<div class=\"bars\">";
  for (const ComparisonFigures& comparison : study.comparisons) {
    for (const LevelFigures& level : comparison.levels) {
      if (level.is_null) continue;
      const bool trained = level.m && level.u;
      section.body += fmt::format(
          "<div class=\"bar-row\"><span class=\"label\">{} · {}</span>{}<span class=\"value\">{}</span></div>",
          escaped(comparison.name), escaped(level.label),
          trained ? weight_bar(level.weight, most) : "<span class=\"track none\"></span>",
          trained ? signed_number(level.weight) : both({"未训练", "untrained"}));
    }
  }
  section.body += "</div>";
  section.table = page::table_markup(table);
  return section;
}

page::Section chances_section(const LinkStudy& study) {
  page::Section section{.id = "chances", .half = true};
  section.title = {
      fmt::format("随机两条记录是同一人的机会：{}", probability_words(study.prior)),
      fmt::format("Two random records are one person with probability {}", probability_words(study.prior))};
  section.subtitle = {"每一级在同一人（上）与不同人（下）中的概率",
                      "Probability of each level among one person (above) and two (below)"};
  std::vector<page::BarRow> bars;
  for (const ComparisonFigures& comparison : study.comparisons) {
    for (const LevelFigures& level : comparison.levels) {
      if (level.is_null || !level.m || !level.u) continue;
      bars.push_back(
          {escaped(comparison.name + " · " + level.label), {{*level.m, "arrived"}}, "m " + probability_words(level.m)});
      bars.push_back({"", {{*level.u, "neutral"}}, "u " + probability_words(level.u)});
    }
  }
  section.body = page::bar_chart(bars) + page::chart_key({{"arrived", false, {"m，同一人", "m, one person"}},
                                                          {"neutral", false, {"u，不同人", "u, two people"}}});
  return section;
}

page::Section pairs_section(const LinkStudy& study) {
  page::Section section{.id = "pairs", .half = true};
  const int joining = static_cast<int>(std::floor(weight_of_probability(study.threshold)));
  section.title = {
      fmt::format("比较了{}对，{}对达到阈值{}", grouped(study.pairs), grouped(study.joined), percent(study.threshold)),
      fmt::format("{} pairs compared, {} at or above the threshold of {}", grouped(study.pairs), grouped(study.joined),
                  percent(study.threshold))};
  section.subtitle = {"概率0.1%以上的对，按整数权重（log₂几率）；阈值以上实心",
                      "Pairs above a probability of 0.1% by whole weight (log₂ odds); solid above the threshold"};
  std::vector<page::BarRow> bars;
  for (std::size_t bin = 0; bin < study.weights.size(); ++bin) {
    const int weight = static_cast<int>(bin) + kLeastWeight;
    if (study.weights[bin] == 0) continue;
    const std::string label = weight == kMostWeight
                                  ? fmt::format("≥ {}", weight)
                                  : fmt::format("{}{} … {}{}", weight < 0 ? "−" : "", std::abs(weight),
                                                weight + 1 < 0 ? "−" : "", std::abs(weight + 1));
    bars.push_back(
        {label,
         {{static_cast<double>(study.weights[bin]), weight >= joining ? "ink" : "neutral", weight < joining}},
         grouped(study.weights[bin])});
  }
  section.body =
      bars.empty() ? "<p>" + both({"没有一对达到0.1%。", "No pair reaches 0.1%."}) + "</p>" : page::bar_chart(bars);
  return section;
}

page::Section blocking_section(const LinkStudy& study) {
  page::Section section{.id = "blocking"};
  section.title = {"只有一条分块规则，无从估计它漏了多少", "With one blocking rule nothing tells what it lost"};
  if (study.lost_share)
    section.title = {fmt::format("估计至少有{}的同一人对从未相遇", percent(*study.lost_share)),
                     fmt::format("An estimated {} of the true pairs, or more, never met", percent(*study.lost_share))};
  section.subtitle = {
      "每条规则首先带来的对、带来的合并对、只有它带来的合并对。估计用 "
      "Chao（1987）的下界：只被一条规则找到的越多，没被找到的越多",
      "Of each rule: pairs it was first to bring, joined pairs it brings, joined pairs that only it brings. The "
      "estimate is Chao's lower bound (1987): the more are found by one rule only, the more are found by none"};
  page::TableMarkup table{{"分块规则", "Blocking rules"},
                          {{{"规则", "Rule"}, false},
                           {{"比较的对", "Pairs compared"}},
                           {{"合并的对", "Joined pairs"}},
                           {{"占合并", "Share of joined"}},
                           {{"只有它找到", "Found by it alone"}}},
                          {}};
  for (const RuleFigures& rule : study.rules)
    table.rows.push_back({escaped(words_of(rule.columns)), grouped(rule.pairs), grouped(rule.joined),
                          page::share(rule.joined, study.joined), grouped(rule.alone)});
  section.body = page::table_markup(table);
  return section;
}

page::Section unlinkable_section(const LinkStudy& study) {
  page::Section section{.id = "unlinkable", .half = true};
  section.title = {fmt::format("{}的记录即使遇到自己也不够", page::share(study.unlinkable, study.records)),
                   fmt::format("{} of the records would not reach the threshold even against themselves",
                               page::share(study.unlinkable, study.records))};
  section.subtitle = {
      "每条记录与自己比较的权重：缺的太多，或太常见，就没有办法连上",
      "Weight of each record beside itself: where too much is missing, or all of it is common, nothing can link it"};
  const int joining = static_cast<int>(std::floor(weight_of_probability(study.threshold)));
  std::vector<page::BarRow> bars;
  for (int from = kLeastWeight; from <= kMostWeight; from += 5) {
    std::int64_t records = 0;
    for (int weight = from; weight < from + 5 && weight <= kMostWeight; ++weight)
      records += study.self_weights[static_cast<std::size_t>(weight - kLeastWeight)];
    if (records == 0) continue;
    const std::string label = from + 5 > kMostWeight ? fmt::format("≥ {}", from)
                                                     : fmt::format("{}{} … {}{}", from < 0 ? "−" : "", std::abs(from),
                                                                   from + 5 < 0 ? "−" : "", std::abs(from + 5));
    bars.push_back({label,
                    {{static_cast<double>(records), from + 5 <= joining ? "verify" : "ink", from + 5 <= joining}},
                    grouped(records)});
  }
  section.body = page::bar_chart(bars);
  return section;
}

// Records on a circle, in their order; a bridge is drawn thick.
std::string cluster_drawing(const ClusterView& view) {
  constexpr double kSide = 168;
  constexpr double kMiddle = kSide / 2;
  constexpr double kRadius = kMiddle - 16;
  const auto place = [&](std::size_t at) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(at) / static_cast<double>(view.records.size()) -
                         std::numbers::pi / 2;
    return std::pair(kMiddle + kRadius * std::cos(angle), kMiddle + kRadius * std::sin(angle));
  };
  std::string lines;
  for (const auto& edge : view.edges) {
    const bool bridge = std::ranges::find(view.bridges, edge) != view.bridges.end();
    const auto [x1, y1] = place(edge.first);
    const auto [x2, y2] = place(edge.second);
    lines += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>", x1, y1, x2, y2,
                         bridge ? "mark bridge" : "axis");
  }
  for (std::size_t at = 0; at < view.records.size(); ++at) {
    const auto [x, y] = place(at);
    lines += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" class=\"fill-ink\"><title>{} {}</title></circle>",
                         x, y, escaped(view.records[at].source), view.records[at].row);
  }
  const Text words{
      fmt::format("{}条记录，{}对，{}座桥", view.records.size(), view.edges.size(), view.bridges.size()),
      fmt::format("{} records, {} pairs, {} bridges", view.records.size(), view.edges.size(), view.bridges.size())};
  return fmt::format(
      "<figure class=\"multiple\"><svg width=\"{:.0f}\" height=\"{:.0f}\" "
      "aria-hidden=\"true\">{}</svg><figcaption>{}</figcaption></figure>",
      kSide, kSide, lines, both(words));
}

page::Section clusters_section(const LinkStudy& study) {
  page::Section section{.id = "clusters", .half = true};
  section.title = {fmt::format("{}条记录成为{}人；{}处只靠一座桥连着", grouped(study.records), grouped(study.persons),
                               grouped(study.bridges)),
                   fmt::format("{} records became {} persons; {} times one bridge alone holds two sides together",
                               grouped(study.records), grouped(study.persons), grouped(study.bridges))};
  section.subtitle = {"一人有几条记录；桥是去掉它这一组就散开的一对，错一座桥就把两个人粘成一个",
                      "Records of a person; a bridge is a pair without which the set falls apart: one wrong bridge "
                      "glues two people together"};
  std::vector<page::BarRow> bars;
  for (const SizeCount& size : study.sizes) {
    if (bars.size() == 12) break;
    bars.push_back({both({fmt::format("{}条", size.records), fmt::format("{} records", size.records)}),
                    {{static_cast<double>(size.sets), "ink"}},
                    grouped(size.sets)});
  }
  section.body = page::bar_chart(bars);
  if (study.sparse_sets > 0)
    section.body += "<p class=\"key\">" +
                    both({fmt::format("{}组稀疏：不到一半的对相连。", grouped(study.sparse_sets)),
                          fmt::format("{} sets are sparse: less than half of their pairs are joined.",
                                      grouped(study.sparse_sets))}) +
                    "</p>";
  if (!study.clusters.empty()) {
    section.body += "<div class=\"multiples\">";
    for (const ClusterView& view : study.clusters) section.body += cluster_drawing(view);
    section.body += "</div>";
  }
  return section;
}

page::Section samples_section(const LinkStudy& study) {
  page::Section section{.id = "samples"};
  section.title = {"几对记录，模型是怎样说的", "How the model argues about a few pairs"};
  section.subtitle = {"从先验起，每项证据加减，直到合计；虚线是阈值。只写级别，不写值",
                      "From the prior each piece of evidence adds or takes, up to the total; the dashed line is the "
                      "threshold. Levels only, no values"};
  for (const SamplePair& sample : study.samples) {
    std::vector<page::WaterfallStep> steps;
    for (const EvidenceStep& step : sample.steps)
      steps.push_back({escaped(step.comparison + " · " + step.level), step.weight});
    section.body +=
        fmt::format("<h3>{} – {} · {}</h3>{}", place_words(sample.left), place_words(sample.right),
                    both({"概率" + percent(sample.probability), "probability " + percent(sample.probability)}),
                    page::waterfall(sample.prior_weight, steps, weight_of_probability(study.threshold)));
  }
  if (study.samples.empty()) section.body = "<p>" + both({"没有可看的对。", "There is no pair to look at."}) + "</p>";
  return section;
}

page::Section review_section(const LinkStudy& study) {
  page::Section section{.id = "review"};
  section.title = {"没有需要人看的对", "No pair wants a person's eye"};
  if (!study.review.empty())
    section.title = {
        fmt::format("先看这{}对：人的一眼在这里最值", study.review.size()),
        fmt::format("Look at these {} pairs first: a person's eye is worth most here", study.review.size())};
  section.subtitle = {
      "价值 = 机器判错的机会 × 由此连在一起或分开的记录对数",
      "Worth = the chance that the machine is wrong × the pairs of records held together or apart by it"};
  page::TableMarkup table{{"待看的对", "Pairs to review"},
                          {{{"左", "Left"}, false},
                           {{"右", "Right"}, false},
                           {{"现在", "Now"}, false},
                           {{"概率", "Probability"}},
                           {{"牵动记录", "Records touched"}},
                           {{"价值", "Worth"}}},
                          {}};
  for (const ReviewPair& pair : study.review)
    table.rows.push_back({place_words(pair.left), place_words(pair.right),
                          both(pair.bridge ? Text{"合并", "joined"} : Text{"未合并", "apart"}),
                          percent(pair.probability), grouped(pair.records), fmt::format("{:.3f}", pair.worth)});
  section.body = study.review.empty() ? "" : page::table_markup(table);
  return section;
}

page::Section right_section(const LinkStudy& study) {
  page::Section section{.id = "right", .half = true};
  if (study.right.empty()) {
    section.title = {"没有真值，也没有人看过的对，不知道有多准",
                     "Without truth or reviewed pairs nobody knows how right it is"};
    section.subtitle = {"用 --truth 给出真值列，或用 --reviewed 给出看过的对",
                        "Name the column of truth with --truth, or reviewed pairs with --reviewed"};
    return section;
  }
  const bool truth = study.truth_kind == "truth";
  const auto chosen = std::ranges::min_element(study.right, {}, [&](const RightAt& point) {
    return std::abs(weight_of_probability(point.threshold) - weight_of_probability(study.threshold));
  });
  section.title = {fmt::format("阈值{}处：说同一人的{}是对的，同一人的找到{}", percent(chosen->threshold),
                               percent(chosen->precision), percent(chosen->recall)),
                   fmt::format("At a threshold of {}: {} of the joined pairs are right, {} of the true pairs are found",
                               percent(chosen->threshold), percent(chosen->precision), percent(chosen->recall))};
  section.subtitle =
      truth ? Text{"按真值列，逐对；召回的分母是全部真对，包括从未比较的",
                   "By the column of truth, pair by pair; recall counts all true pairs, those never compared too"}
            : Text{"只在人看过的对之中", "Among the pairs that people reviewed only"};
  std::vector<page::CurvePoint> points;
  page::TableMarkup table{{"阈值与对错", "Thresholds"},
                          {{{"阈值", "Threshold"}, false}, {{"精确率", "Precision"}}, {{"召回率", "Recall"}}},
                          {}};
  for (const RightAt& point : study.right) {
    points.push_back({point.recall, point.precision, &point == &*chosen});
    table.rows.push_back({percent(point.threshold), percent(point.precision), percent(point.recall)});
  }
  section.body = page::curve(points, {"召回率", "recall"}, {"精确率", "precision"});
  section.table = page::table_markup(table);
  return section;
}

std::string notes_of(const LinkStudy& study) {
  std::string out = "<h2 id=\"notes\">" + both({"怎样读这一页", "How to read this page"}) + "</h2><ul>";
  out += "<li>" +
         both({"本页不写任何记录的值；记录以来源和行数称呼，用 songtan link explain 看一对的值。",
               "This page holds no value of any record; a record is called by its source and row, and songtan link "
               "explain shows a pair's values."}) +
         "</li>";
  out += "<li>" +
         both({"一对记录的权重是先验与各级权重之和；概率 = 1 / (1 + 2^−权重)。",
               "A pair's weight is the prior plus the weights of its levels; probability = 1 / (1 + 2^−weight)."}) +
         "</li>";
  for (const std::string& note : study.notes) out += "<li lang=\"en\">" + escaped(note) + "</li>";
  return out + "</ul>";
}

}  // namespace

std::string study_page(const LinkStudy& study, std::string_view language) {
  page::Sheet sheet;
  sheet.title = {"关联报告", "Linkage report"};
  sheet.lead = {fmt::format("{}条记录是{}人。", grouped(study.records), grouped(study.persons)),
                fmt::format("{} records are {} persons.", grouped(study.records), grouped(study.persons))};
  if (study.lost_share) {
    sheet.lead.zh += fmt::format("估计至少{}的同一人对从未相遇；", percent(*study.lost_share));
    sheet.lead.en += fmt::format(" An estimated {} or more of the true pairs never met;", percent(*study.lost_share));
    sheet.lead.zh += fmt::format("{}的记录无法连上任何人。", page::share(study.unlinkable, study.records));
    sheet.lead.en +=
        fmt::format(" {} of the records cannot be linked to anyone.", page::share(study.unlinkable, study.records));
  }
  sheet.rests_on =
      both({fmt::format("阈值{} · 比较{}对", percent(study.threshold), grouped(study.pairs)),
            fmt::format("threshold {} · {} pairs compared", percent(study.threshold), grouped(study.pairs))});
  sheet.language = language == "zh" ? "zh" : "en";
  sheet.notes = notes_of(study);
  sheet.sections = {weights_section(study),  chances_section(study),    pairs_section(study),
                    blocking_section(study), unlinkable_section(study), clusters_section(study),
                    samples_section(study),  review_section(study),     right_section(study)};
  return page::page_of(sheet);
}

}  // namespace songtan::link
