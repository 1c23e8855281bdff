#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "watch/detail/fact_test_sql.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

// Somebody on the subject's rosters for whom the fact holds; since the first day that it did.
std::string fact_branch(const Step& step, const CauseRule& rule, std::size_t place) {
  return fmt::format(
      "SELECT c.programme, c.subject, {} AS place, {} AS cause, min(f.valid_from) AS since "
      "FROM watch_candidate c JOIN watch_roster_person r USING (programme, subject) JOIN watch_fact f USING (person_id) "
      "WHERE c.class IN ('receiving_not_entitled', 'amount_differs') AND {} GROUP BY c.programme, c.subject",
      place, sql_literal(rule.name), fact_test_sql(*rule.fact, "f", step.today()));
}

std::int64_t mask_of(const Programme& programme, const std::vector<std::string>& conditions) {
  std::int64_t mask = 0;
  for (std::size_t bit = 0; bit < programme.conditions.size(); ++bit) {
    const auto named = std::find(conditions.begin(), conditions.end(), programme.conditions[bit]);
    if (named != conditions.end()) mask |= std::int64_t{1} << bit;
  }
  return mask;
}

// One of the named conditions fails: known to for a certain finding, at least not known to hold for a probable one.
std::vector<std::string> condition_branches(const Step& step, const CauseRule& rule, std::size_t place) {
  std::vector<std::string> branches;
  for (const Programme& programme : step.inputs.programmes) {
    const std::int64_t mask = mask_of(programme, rule.conditions);
    if (mask == 0) continue;
    branches.push_back(fmt::format(
        "SELECT c.programme, c.subject, {} AS place, {} AS cause, s.since FROM watch_candidate c "
        "LEFT JOIN watch_start s ON s.programme = c.programme AND s.subject = c.subject AND s.owner = {} "
        "WHERE c.class = 'receiving_not_entitled' AND c.programme = {} "
        "AND (~c.reasons & {} & CASE c.certainty WHEN 'certain' THEN ~c.unknown ELSE -1 END) <> 0",
        place, sql_literal(rule.name), sql_literal("cause " + rule.name), sql_literal(programme.code), mask));
  }
  return branches;
}

std::string state_branch(const CauseRule& rule, std::size_t place) {
  return fmt::format(
      "SELECT c.programme, c.subject, {} AS place, {} AS cause, CAST(NULL AS DATE) AS since "
      "FROM watch_candidate c JOIN watch_last_state l USING (programme, subject) "
      "WHERE c.class = 'entitled_not_receiving' AND l.state = {}",
      place, sql_literal(rule.name), sql_literal(rule.enrolment_state));
}

std::string duplicate_branch(const CauseRule& rule, std::size_t place) {
  return fmt::format(
      "SELECT c.programme, c.subject, {} AS place, {} AS cause, c.received_since AS since FROM watch_candidate c "
      "WHERE c.class IN ('receiving_not_entitled', 'amount_differs') AND c.entries > 1",
      place, sql_literal(rule.name));
}

Result<void> require_conditions(const Step& step, const CauseRule& rule) {
  for (const std::string& condition : rule.conditions) {
    const auto has = [&](const Programme& programme) {
      return std::find(programme.conditions.begin(), programme.conditions.end(), condition) != programme.conditions.end();
    };
    if (std::any_of(step.inputs.programmes.begin(), step.inputs.programmes.end(), has)) continue;
    return fail(Outcome::bad_data, "ranking.condition",
                {fmt::format("名单规则中原因 {} 引用的条件「{}」不在任何项目中", rule.name, condition),
                 fmt::format("the ranking's cause {} names condition '{}', which no programme has", rule.name, condition)},
                {"请改用政策文件中的条件名", "use the name of a labelled condition of a policy file"});
  }
  return {};
}

}  // namespace

Result<void> find_causes(const Step& step) {
  std::vector<std::string> branches = {
      "SELECT programme, subject, 1000000 AS place, default_cause AS cause, CAST(NULL AS DATE) AS since "
      "FROM watch_candidate JOIN watch_class USING (class)"};
  for (std::size_t place = 0; place < step.ranking.causes.size(); ++place) {
    const CauseRule& rule = step.ranking.causes[place];
    TRY_VOID(require_conditions(step, rule));
    if (rule.fact) branches.push_back(fact_branch(step, rule, place));
    if (!rule.enrolment_state.empty()) branches.push_back(state_branch(rule, place));
    if (rule.duplicate) branches.push_back(duplicate_branch(rule, place));
    for (std::string& branch : condition_branches(step, rule, place)) branches.push_back(std::move(branch));
  }
  return step.session.run(fmt::format(
      "CREATE OR REPLACE TABLE watch_cause AS WITH told AS ({}) "
      "SELECT programme, subject, arg_min(cause, place) AS cause, arg_min({{'since': since}}, place).since AS since "
      "FROM told GROUP BY programme, subject",
      fmt::join(branches, " UNION ALL ")));
}

}  // namespace songtan::watch::detail
