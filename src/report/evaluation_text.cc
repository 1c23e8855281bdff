#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/evaluation.h"

namespace songtan::report {
namespace {

using nlohmann::ordered_json;

// Shares leave the house as decimals with six places; null when there is nothing to divide by.
ordered_json share(std::int64_t ppm) {
  return ppm < 0 ? ordered_json(nullptr) : ordered_json(static_cast<double>(ppm) / 1e6);
}

std::int64_t ppm_of(std::int64_t part, std::int64_t whole) { return whole == 0 ? -1 : part * 1'000'000 / whole; }

ordered_json pairs_json(const PairFigures& pairs) {
  return {{"precision", share(pairs.precision_ppm())},
          {"recall", share(pairs.recall_ppm())},
          {"f1", share(pairs.f1_ppm())},
          {"true_pairs", pairs.true_pairs},
          {"found_pairs", pairs.found_pairs}};
}

std::string percent(std::int64_t ppm) {
  return ppm < 0 ? "–" : fmt::format("{}.{:02}%", ppm / 10'000, ppm % 10'000 / 100);
}

ordered_json findings_json(const Evaluation& evaluation) {
  ordered_json list = ordered_json::array();
  for (const FindingFigures& row : evaluation.findings) {
    list.push_back({{"class", row.finding_class},
                    {"programme", row.programme},
                    {"certainty", row.certainty},
                    {"true", row.cases},
                    {"undelivered", row.undelivered},
                    {"uncheckable", row.uncheckable},
                    {"listed", row.listed},
                    {"right", row.right},
                    {"found", row.found},
                    {"recall", share(ppm_of(row.found, row.cases))},
                    {"precision", share(ppm_of(row.right, row.listed))}});
  }
  return list;
}

}  // namespace

std::string evaluation_json(const Evaluation& evaluation) {
  ordered_json json;
  json["linkage"] = {{"all", pairs_json(evaluation.all_pairs)},
                     {"without_number", pairs_json(evaluation.without_number)}};
  json["families"] = {{"right", share(evaluation.families.ppm())}, {"total", evaluation.families.total}};
  json["decisions"] = {{"right", share(evaluation.decisions.ppm())}, {"total", evaluation.decisions.total}};
  json["findings"] = findings_json(evaluation);
  json["list"] = ordered_json::array();
  for (const ListFigures& row : evaluation.list) {
    json["list"].push_back({{"rows", row.rows},
                            {"recall", share(row.recall_ppm)},
                            {"random", share(row.random_ppm)},
                            {"by_income", share(row.by_income_ppm)}});
  }
  json["faults"] = ordered_json::array();
  for (const FaultFigures& row : evaluation.faults) {
    json["faults"].push_back({{"class", row.fault_class},
                              {"planted", row.planted},
                              {"found", row.found},
                              {"undetectable", row.undetectable},
                              {"why", row.why}});
  }
  json["groups"] = ordered_json::array();
  for (const GroupFigures& row : evaluation.groups) {
    json["groups"].push_back({{"by", row.by},
                              {"value", row.value},
                              {"true", row.cases},
                              {"recall", share(ppm_of(row.found, row.cases))},
                              {"accusations", row.accusations},
                              {"false_accusations", row.false_accusations},
                              {"people", row.people},
                              {"likely", row.likely}});
  }
  json["gaps"] = ordered_json::array();
  for (const GroupGap& gap : group_gaps(evaluation)) {
    json["gaps"].push_back({{"by", gap.by},
                            {"value", gap.value},
                            {"what", gap.what},
                            {"here", share(gap.here_ppm)},
                            {"rest", share(gap.rest_ppm)},
                            {"cases", gap.cases},
                            {"likely", gap.likely}});
  }
  return json.dump(2);
}

std::string gaps_text(const std::vector<GroupGap>& gaps, std::string_view language) {
  const bool zh = language == "zh";
  const auto words = [&](const GroupGap& gap) {
    if (gap.likely == "person") return zh ? "人没有关联起来" : "their records are not linked";
    if (gap.likely == "family") return zh ? "家庭组成不对" : "their families are not put together";
    return zh ? "事实不全或者推定不当" : "facts are missing or presumptions do not suit them";
  };
  std::string text;
  for (const GroupGap& gap : gaps) {
    const bool recall = gap.what == "recall";
    text += fmt::format(fmt::runtime(zh ? "人群差距：{} = {} 的{} {}，其余 {}（{} 例）；多半因为{}\n"
                                        : "gap: {} = {} has {} {}, the rest {} ({} cases); most likely because {}\n"),
                        gap.by, gap.value,
                        recall ? (zh ? "召回率" : "a recall of") : (zh ? "误判率" : "false accusations of"),
                        percent(gap.here_ppm), percent(gap.rest_ppm), gap.cases, words(gap));
  }
  return text;
}

std::string evaluation_text(const Evaluation& evaluation, std::string_view language) {
  const bool zh = language == "zh";
  const auto line = [&](std::string_view name, const PairFigures& pairs) {
    return fmt::format("  {:<28} P {}  R {}  F1 {}\n", name, percent(pairs.precision_ppm()),
                       percent(pairs.recall_ppm()), percent(pairs.f1_ppm()));
  };
  std::string text = zh ? "与真值对照\n" : "Against the truth\n";
  text += line(zh ? "关联：全部记录对" : "linkage, all pairs", evaluation.all_pairs);
  text += line(zh ? "关联：缺有效号码的记录对" : "linkage, without a number", evaluation.without_number);
  text += fmt::format("  {} {} ({})\n", zh ? "家庭完全正确" : "families exactly right",
                      percent(evaluation.families.ppm()), evaluation.families.total);
  text += fmt::format("  {} {} ({})\n", zh ? "决定与合法结果一致" : "decisions as lawful",
                      percent(evaluation.decisions.ppm()), evaluation.decisions.total);
  text += zh ? "发现（类别 项目 把握：真实 未送达 列出 正确 召回 准确）\n"
             : "Findings (class, programme, certainty: true, undelivered, listed, right, recall, precision)\n";
  for (const FindingFigures& row : evaluation.findings) {
    text += fmt::format("  {:<24} {:<4} {:<9} {:>7} {:>6} {:>7} {:>7} {:>8} {:>8}\n", row.finding_class, row.programme,
                        row.certainty, row.cases, row.undelivered, row.listed, row.right,
                        percent(ppm_of(row.found, row.cases)), percent(ppm_of(row.right, row.listed)));
  }
  text +=
      zh ? "名单前若干行的召回（对照：随机、只按收入）\n" : "Recall in the first rows (beside: random, income alone)\n";
  for (const ListFigures& row : evaluation.list) {
    text += fmt::format("  {:<3} {:>8} {:>8} {:>8} {:>8}\n", row.name, row.rows, percent(row.recall_ppm),
                        percent(row.random_ppm), percent(row.by_income_ppm));
  }
  text += zh ? "植入的差错（数量 找到 无法发现）\n" : "Planted faults (planted, found, undetectable)\n";
  for (const FaultFigures& row : evaluation.faults) {
    text += fmt::format("  {:<32} {:>6} {:>6} {:>6} {}\n", row.fault_class, row.planted, row.found, row.undetectable,
                        row.why);
  }
  return text;
}

}  // namespace songtan::report
