#include "decide/why_not_listed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "table/session.h"
#include "table/visit_rows.h"
#include "watch/ranking.h"

namespace songtan::decide {
namespace {

using table::Chunk;

/// What the tables say of a family beside its decisions.
struct FamilyFacts {
  std::set<std::string> enrolled;               ///< programmes on whose roster somebody of the family is
  std::map<std::string, std::string> findings;  ///< programme → state of its finding, "listed" before any withdrawn
  std::map<std::string, std::string> withdrawn_because;
  bool warned = false;
};

std::string people_of(const Explanation& explanation) {
  std::string list;
  for (const ExplainedMember& member : explanation.members)
    list += fmt::format("{}{}", list.empty() ? "" : ", ", member.person);
  return "(" + list + ")";
}

std::string table_of(const std::filesystem::path& night, const char* name) {
  return "read_parquet(" + sql_literal((night / name / "*.parquet").string()) + ")";
}

Result<void> read_findings(table::Session& session, const WhyNotListedRequest& request, const Explanation& explanation,
                           FamilyFacts& facts) {
  const std::string sql = fmt::format(
      "SELECT programme, state, coalesce(state_reason, '') FROM {} WHERE family_id = {} OR subject IN {} ORDER BY "
      "(state = 'withdrawn'), rank",
      table_of(request.night, "findings"), explanation.family == 0 ? -1 : explanation.family, people_of(explanation));
  return table::visit_rows(session, sql, [&](const Chunk& chunk, std::int64_t row) {
    const std::string programme(chunk.text(0, row));
    const bool withdrawn = chunk.text(1, row) == "withdrawn";
    if (!facts.findings.try_emplace(programme, withdrawn ? "withdrawn" : "listed").second) return;
    if (withdrawn) facts.withdrawn_because[programme] = chunk.text(2, row);
  });
}

Result<void> read_rosters(table::Session& session, const WhyNotListedRequest& request, const Explanation& explanation,
                          FamilyFacts& facts) {
  if (request.enrolment.empty()) return {};
  const std::string sql = fmt::format(
      "SELECT DISTINCT e.programme FROM {} e JOIN {} p USING (record_id) WHERE p.person_id IN {} AND e.state = "
      "'enrolled' AND e.known_on <= DATE '{}' "
      "AND (e.valid_from IS NULL OR e.valid_from <= DATE '{}') AND (e.valid_to IS NULL OR e.valid_to > DATE '{}')",
      table::parquet_list(request.enrolment), table_of(request.night, "person_records"), people_of(explanation),
      request.as_of.text(), request.as_of.text(), request.as_of.text());
  return table::visit_rows(session, sql,
                           [&](const Chunk& chunk, std::int64_t row) { facts.enrolled.emplace(chunk.text(0, row)); });
}

Result<void> read_warnings(table::Session& session, const WhyNotListedRequest& request, const Explanation& explanation,
                           const watch::Ranking& ranking, FamilyFacts& facts) {
  if (request.event.empty() || ranking.warning_events.empty()) return {};
  std::string kinds;
  for (const std::string& kind : ranking.warning_events) kinds += (kinds.empty() ? "" : ", ") + sql_literal(kind);
  const std::string sql = fmt::format(
      "SELECT count(*) FROM {} e JOIN {} p USING (record_id) WHERE p.person_id IN {} AND e.kind IN ({}) AND "
      "e.valid_from <= DATE '{}' "
      "AND e.valid_from > DATE '{}' - INTERVAL {} MONTH",
      table::parquet_list(request.event), table_of(request.night, "person_records"), people_of(explanation), kinds,
      request.as_of.text(), request.as_of.text(), ranking.warning_months);
  TRY(const std::int64_t events, session.integer(sql));
  facts.warned = events > 0;
  return {};
}

OffList reason_of(const ExplainedDecision& decision, const FamilyFacts& facts) {
  if (const auto found = facts.findings.find(decision.programme); found != facts.findings.end())
    return found->second == "listed" ? OffList::listed : OffList::withdrawn;
  if (facts.enrolled.contains(decision.programme))
    return decision.status == "yes" ? OffList::in_order : OffList::kept_entry;
  if (decision.status == "no") return OffList::not_entitled;
  return decision.probable == "no" ? OffList::presumed_out : OffList::no_warning;
}

Text withdrawn_words(const std::string& because) {
  if (because == "enrolled")
    return {"曾在名单上；现已在册，帮助已经到了", "it was listed; now it is on the roster, help has arrived"};
  if (because == "ended") return {"曾在名单上；已不在册", "it was listed; it is no longer on the roster"};
  if (because == "listed_otherwise")
    return {"曾在名单上；现归到另一类或另一原因", "it was listed; now under another class or cause"};
  return {"曾在名单上；新的事实下不再成立", "it was listed; the facts of now do not bear it out"};
}

Text words_of(OffList reason, const ExplainedDecision& decision, const FamilyFacts& facts,
              const watch::Ranking& ranking) {
  switch (reason) {
    case OffList::listed: return {"在名单上", "it is on the list"};
    case OffList::withdrawn: {
      const auto because = facts.withdrawn_because.find(decision.programme);
      return withdrawn_words(because == facts.withdrawn_because.end() ? "" : because->second);
    }
    case OffList::in_order: return {"符合条件，也在领：没有要办的", "entitled and receiving: there is nothing to do"};
    case OffList::not_entitled:
      return {"无论缺的事实怎样取值都不符合，也没有在领",
              "not entitled under any value of what is unknown, and not receiving"};
    case OffList::presumed_out:
      return {"待核；在推定下不符合，所以不列。下面的事实一旦查明可能改变",
              "to verify; under the presumptions not entitled, so it is not listed. Facts below may change it"};
    case OffList::no_warning:
      return {
          facts.warned ? "待核；有过预警事件，而另有项目看来符合，所以不单列"
                       : fmt::format("待核；近{}个月没有预警事件，所以不列。申请或走访时再核", ranking.warning_months),
          facts.warned
              ? "to verify; there was a warning event, but the family seems entitled to something else, so it is not "
                "listed apart"
              : fmt::format(
                    "to verify; no warning event within {} months, so it is not listed. Verify on application or visit",
                    ranking.warning_months)};
    case OffList::kept_entry:
      return {"在领；经过调查核定，登记里没有看得见的相反原因，所以不列",
              "receiving; the entry was investigated and the registers show nothing against it, so it is not listed"};
    case OffList::other_family: return {"依法不计入任何家庭", "left out of every family by law"};
  }
  return {};
}

WhyNotListed why_of(const ExplainedDecision& decision, const FamilyFacts& facts, const watch::Ranking& ranking,
                    bool in_family) {
  WhyNotListed why{.programme = decision.programme,
                   .name = decision.name,
                   .subject = decision.subject,
                   .reason = reason_of(decision, facts),
                   .words = {},
                   .conditions = {},
                   .missing = {}};
  if (!in_family && why.reason != OffList::listed) why.reason = OffList::other_family;
  why.words = words_of(why.reason, decision, facts, ranking);
  if (why.reason == OffList::listed || why.reason == OffList::in_order) return why;
  const Holds wanted = decision.status == "no" ? Holds::no : Holds::to_verify;
  for (const ExplainedCondition& condition : decision.conditions) {
    if (condition.holds == wanted) why.conditions.push_back(condition.label);
  }
  if (decision.status == "to_verify") why.missing = decision.missing;
  return why;
}

}  // namespace

Result<std::vector<WhyNotListed>> why_not_listed(const WhyNotListedRequest& request, const Explanation& explanation) {
  TRY(const watch::Ranking ranking, watch::read_ranking(request.pack / "ranking.toml"));
  TRY(table::Session session,
      table::Session::open({.threads = 1, .memory_bytes = std::int64_t{1} << 30, .spill_folder = {}}));
  FamilyFacts facts;
  TRY_VOID(read_findings(session, request, explanation, facts));
  TRY_VOID(read_rosters(session, request, explanation, facts));
  TRY_VOID(read_warnings(session, request, explanation, ranking, facts));
  std::vector<WhyNotListed> reasons;
  for (const ExplainedDecision& decision : explanation.decisions)
    reasons.push_back(why_of(decision, facts, ranking, explanation.family != 0));
  return reasons;
}

std::string why_not_listed_text(const std::vector<WhyNotListed>& reasons, std::string_view language) {
  const bool zh = language == "zh";
  std::string text;
  for (const WhyNotListed& why : reasons) {
    text +=
        fmt::format("{} {} · {}\n  {}\n", why.programme, why.name.in(language), why.subject, why.words.in(language));
    for (const Text& condition : why.conditions) text += fmt::format("  – {}\n", condition.in(language));
    std::string missing;
    for (const std::string& fact : why.missing) missing += (missing.empty() ? "" : zh ? "、" : ", ") + fact;
    if (!missing.empty()) text += fmt::format("  {}{}\n", zh ? "缺：" : "missing: ", missing);
  }
  return text;
}

std::string why_not_listed_json(const std::vector<WhyNotListed>& reasons) {
  using nlohmann::ordered_json;
  static constexpr std::array kReasons = {"listed",       "withdrawn",  "in_order",   "not_entitled",
                                          "presumed_out", "no_warning", "kept_entry", "other_family"};
  ordered_json list = ordered_json::array();
  for (const WhyNotListed& why : reasons) {
    ordered_json conditions = ordered_json::array();
    for (const Text& condition : why.conditions) conditions.push_back({{"zh", condition.zh}, {"en", condition.en}});
    list.push_back({{"programme", why.programme},
                    {"subject", why.subject},
                    {"reason", kReasons[static_cast<std::size_t>(why.reason)]},
                    {"words", {{"zh", why.words.zh}, {"en", why.words.en}}},
                    {"conditions", conditions},
                    {"missing", why.missing}});
  }
  return list.dump(2) + "\n";
}

}  // namespace songtan::decide
