#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "decide/detail/fact_words.h"
#include "decide/explain.h"

namespace songtan::decide {
namespace {

using Json = nlohmann::ordered_json;

// One explanation in one language.
class Writer {
 public:
  Writer(const Explanation& explanation, std::string_view language) : explanation_(explanation), language_(language) {}

  std::string write() {
    write_family();
    for (const ExplainedDecision& decision : explanation_.decisions) write_decision(decision);
    write_facts();
    write_findings();
    return std::move(text_);
  }

 private:
  std::string_view say(std::string_view zh, std::string_view en) const { return language_ == "zh" ? zh : en; }
  void line(std::string_view text) { (text_ += text) += '\n'; }

  std::string_view status_word(std::string_view status) const {
    if (status == "yes") return say("符合", "yes");
    return status == "no" ? say("不符合", "no") : say("待核", "to verify");
  }

  std::string_view reason_word(std::string_view reason) const {
    if (reason == "lower_priority") return say("另有优先来源", "another source goes first");
    if (reason == "less_reliable") return say("另有更可靠的说法", "something more reliable is known");
    if (reason == "older") return say("另有较新的交付", "a later delivery says otherwise");
    if (reason == "same_day") return say("同日另有记录", "another record of the same day");
    if (reason == "absence") return say("登记中没有记录即为此值", "no row in the register means this value");
    if (reason == "not_delivered") return say("来源没有交付", "the source was not delivered");
    if (reason == "not_fresh") return say("交付已过期", "the delivery is too old");
    if (reason == "says_nothing") return say("没有记录不能作为依据", "a missing row says nothing");
    return reason == "complete" ? say("记录完备", "the records are complete") : reason;
  }

  std::string amount(const std::optional<std::int64_t>& fen) const {
    return fen ? detail::yuan_of_fen(*fen) + std::string(say(" 元/月", " yuan a month"))
               : std::string(say("待核", "to verify"));
  }

  void write_family() {
    if (explanation_.family == 0) {
      line(say("此人不计入任何共同生活家庭（民发〔2021〕57号 第七条）",
               "This person counts in no family (57号 Art. 7)"));
      return;
    }
    line(fmt::format("{} {}  {} {}  {}", say("家庭", "Family"), explanation_.family, say("区划", "region"),
                     explanation_.region,
                     explanation_.residence_type == "urban"   ? say("城镇", "urban")
                     : explanation_.residence_type == "rural" ? say("农村", "rural")
                                                              : say("城乡待核", "urban or rural not known")));
    for (const ExplainedMember& member : explanation_.members) {
      line(fmt::format("  {} {}{}", member.person, role_word(member.role),
                       member.reason.empty() ? "" : fmt::format("  {}（{}）", member.reason, member.article)));
    }
  }

  std::string_view role_word(std::string_view role) const {
    if (role == "reference") return say("基准成员", "reference person");
    if (role == "spouse") return say("配偶", "spouse");
    if (role == "child") return say("子女", "child");
    return role == "parent" ? say("父母", "parent") : say("其他成员", "other member");
  }

  void write_decision(const ExplainedDecision& decision) {
    line("");
    line(fmt::format("{} {}  {} {}  {}", decision.programme, decision.name.in(language_), say("对象", "subject"),
                     decision.subject, explanation_.month.text()));
    std::string verdict = fmt::format("  {}：{}", say("意见", "Opinion"), status_word(decision.status));
    if (decision.status == "yes") verdict += fmt::format("  {}", amount(decision.amount_fen));
    if (decision.status == "to_verify") {
      verdict += fmt::format("  {}：{}", say("按推定", "under the presumptions"), status_word(decision.probable));
      if (decision.probable == "yes") verdict += fmt::format("  {}", amount(decision.probable_amount_fen));
    }
    line(verdict);
    if (!decision.article.empty()) line(fmt::format("  {}：{}", say("依据", "Basis"), decision.article));
    if (decision.steps) text_ += policy::render_steps(*decision.steps, language_, 1);
    std::string missing;
    for (const std::string& name : decision.missing) missing += (missing.empty() ? "" : "、") + name;
    if (!missing.empty()) line(fmt::format("  {}：{}", say("须收集的事实", "Facts to collect"), missing));
    if (decision.changes && !(decision.changes->flips.empty() && decision.changes->incomes.empty())) {
      line(fmt::format("  {}", say("怎样会改变", "What would change it")));
      text_ += policy::render_changes_text(*decision.changes, language_, 2);
    }
    line(fmt::format("  {} {}  {} {}", say("政策版本", "policy version"), decision.policy_version,
                     say("参数版本", "parameter version"), decision.parameter_version));
  }

  void write_facts() {
    std::int64_t person = 0;
    for (const ExplainedFact& fact : explanation_.facts) {
      if (fact.person != person) {
        person = fact.person;
        line("");
        line(fmt::format("{} {}{}", say("事实", "Facts of"), person,
                         fact.outside ? say("（家庭以外的义务人）", " (obligor outside the family)") : ""));
      }
      for (const Evidence& one : fact.evidence) write_evidence(fact.name, one);
      if (!fact.evidence.empty()) continue;
      line(fmt::format(
          "  {} = {}  [{}{}{}]", fact.name,
          fact.absent_value.empty() ? say("待核", "to verify") : std::string_view(fact.absent_value),
          reason_word(fact.absent_reason), fact.absent_sources.empty() ? "" : "：" + fact.absent_sources,
          fact.fresh_until.empty() ? "" : fmt::format("，{} {}", say("有效至", "until"), fact.fresh_until)));
    }
  }

  void write_evidence(const std::string& name, const Evidence& one) {
    std::string period;
    if (!one.valid_from.empty() || !one.valid_to.empty()) period = fmt::format("  {}–{}", one.valid_from, one.valid_to);
    line(fmt::format("  {} = {}{}  [{} {} {} {}，{} {}]{}", name, one.value, period, one.source, one.file,
                     say("第", "row"), one.row, say("知晓", "known on"), one.known_on,
                     one.used ? "" : fmt::format("  {}：{}", say("未采用", "not used"), reason_word(one.reason))));
  }

  void write_findings() {
    line("");
    if (explanation_.findings.empty()) {
      line(say("没有线索", "No findings"));
      return;
    }
    line(say("线索", "Findings"));
    for (const ExplainedFinding& finding : explanation_.findings) {
      line(fmt::format("  {} {}  {} {}  {} {}  {}", say("位次", "rank"), finding.rank, say("得分", "score"),
                       finding.score, finding.programme, finding.class_name, finding.certainty));
      const Json reasons = Json::parse(finding.reasons, nullptr, false);
      const std::string key(language_);
      if (!reasons.is_discarded() && reasons.contains(key))
        line(fmt::format("    {}", reasons[key].is_string() ? reasons[key].get<std::string>() : reasons[key].dump()));
      if (!finding.collect.empty()) line(fmt::format("    {}：{}", say("须收集", "collect"), finding.collect));
    }
    line("");
    line(explanation_.formula.in(language_));
  }

  const Explanation& explanation_;
  std::string_view language_;
  std::string text_;
};

Json json_of(const std::optional<std::int64_t>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const ExplainedDecision& decision) {
  const Json steps = decision.steps ? Json::parse(policy::render_json(*decision.steps)) : Json(nullptr);
  Json conditions = Json::array();
  for (const ExplainedCondition& condition : decision.conditions) {
    const char* holds = condition.holds == Holds::yes ? "yes" : condition.holds == Holds::no ? "no" : "to_verify";
    conditions.push_back(
        {{"zh", condition.label.zh}, {"en", condition.label.en}, {"article", condition.article}, {"holds", holds}});
  }
  return {{"programme", decision.programme},
          {"subject", decision.subject},
          {"article", decision.article},
          {"status", decision.status},
          {"probable", decision.probable},
          {"amount", json_of(decision.amount_fen)},
          {"probable_amount", json_of(decision.probable_amount_fen)},
          {"conditions", conditions},
          {"missing", decision.missing},
          {"steps", steps},
          {"changes", decision.changes ? Json::parse(policy::render_changes_json(*decision.changes)) : Json(nullptr)},
          {"policy_version", decision.policy_version},
          {"parameter_version", decision.parameter_version}};
}

Json json_of(const ExplainedFact& fact) {
  Json evidence = Json::array();
  for (const Evidence& one : fact.evidence) {
    evidence.push_back({{"value", one.value},
                        {"source", one.source},
                        {"file", one.file},
                        {"row", one.row},
                        {"valid_from", one.valid_from},
                        {"valid_to", one.valid_to},
                        {"known_on", one.known_on},
                        {"used", one.used},
                        {"reason", one.reason}});
  }
  Json json = {{"person", fact.person}, {"fact", fact.name}, {"outside", fact.outside}, {"records", evidence}};
  if (fact.evidence.empty()) {
    json["absence"] = {{"value", fact.absent_value},
                       {"reason", fact.absent_reason},
                       {"sources", fact.absent_sources},
                       {"fresh_until", fact.fresh_until}};
  }
  return json;
}

Json json_of(const ExplainedFinding& finding) {
  return {{"class", finding.class_name},
          {"disposition", finding.disposition},
          {"programme", finding.programme},
          {"subject", finding.subject},
          {"cause", finding.cause},
          {"certainty", finding.certainty},
          {"rank", finding.rank},
          {"score", finding.score},
          {"reasons", Json::parse(finding.reasons, nullptr, false)},
          {"collect", finding.collect}};
}

template <typename List>
Json json_list(const List& list) {
  Json json = Json::array();
  for (const auto& entry : list) json.push_back(json_of(entry));
  return json;
}

}  // namespace

std::string explanation_text(const Explanation& explanation, std::string_view language) {
  return Writer(explanation, language).write();
}

std::string explanation_json(const Explanation& explanation) {
  Json members = Json::array();
  for (const ExplainedMember& member : explanation.members) {
    members.push_back(
        {{"person", member.person}, {"role", member.role}, {"reason", member.reason}, {"article", member.article}});
  }
  const Json json = {{"format", 1},
                     {"family", explanation.family == 0 ? Json(nullptr) : Json(explanation.family)},
                     {"region", explanation.region},
                     {"residence_type", explanation.residence_type},
                     {"month", explanation.month.text()},
                     {"members", members},
                     {"decisions", json_list(explanation.decisions)},
                     {"facts", json_list(explanation.facts)},
                     {"findings", json_list(explanation.findings)},
                     {"formula", {{"zh", explanation.formula.zh}, {"en", explanation.formula.en}}}};
  return json.dump(2);
}

}  // namespace songtan::decide
