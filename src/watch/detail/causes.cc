#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "watch/detail/fact_test_sql.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

constexpr std::int64_t kDefaultPlace = 1'000'000;

/// The head of every branch: the candidate and the cause with its place in the file's order.
std::string told(const CauseRule& rule, std::size_t place, std::string_view since) {
  return fmt::format("SELECT c.programme, c.subject, {} AS place, {} AS cause, {} AS since FROM watch_candidate c ",
                     place, sql_literal(rule.name), since);
}

// Somebody on the subject's rosters for whom a test holds; since the first day that one did.
std::string test_branch(const Step& step, const CauseRule& rule, std::size_t place) {
  return told(rule, place, "min(f.valid_from)") +
         fmt::format(
             "JOIN watch_roster_person r USING (programme, subject) JOIN watch_fact f USING (person_id) "
             "WHERE c.class IN ('receiving_not_entitled', 'amount_differs') AND {} GROUP BY c.programme, c.subject",
             any_test_sql(rule.tests, "f", step.today()));
}

std::int64_t mask_of(const Programme& programme, const std::string& cause) {
  std::int64_t mask = 0;
  for (std::size_t bit = 0; bit < programme.conditions.size(); ++bit) {
    if (programme.conditions[bit] == cause) mask |= std::int64_t{1} << bit;
  }
  return mask;
}

// A condition that tells this cause fails: known to for a certain finding, at least not known to hold for a probable
// one. Where a presumption alone does not suffice, what fails only under it is no cause.
std::string condition_branch(const CauseRule& rule, std::size_t place, const Programme& programme) {
  return told(rule, place, "s.since") +
         fmt::format(
             "LEFT JOIN watch_start s ON s.programme = c.programme AND s.subject = c.subject AND s.owner = {} "
             "WHERE c.class = 'receiving_not_entitled' AND NOT c.needs_cause AND c.programme = {} "
             "AND (~c.reasons & {} & CASE WHEN c.facts_open THEN -1 ELSE ~c.unknown END) <> 0",
             sql_literal("cause " + rule.name), sql_literal(programme.code), mask_of(programme, rule.name));
}

std::string state_branch(const CauseRule& rule, std::size_t place) {
  return told(rule, place, "CAST(NULL AS DATE)") + fmt::format(
                                                       "JOIN watch_last_state l USING (programme, subject) WHERE "
                                                       "c.class = 'entitled_not_receiving' AND l.state = {}",
                                                       sql_literal(rule.enrolment_state));
}

std::string sign_branch(const Step& step, const CauseRule& rule, std::size_t place) {
  std::string where;
  switch (rule.sign) {
    case RosterSign::none: return {};
    case RosterSign::duplicate: where = "g.sign = 'duplicate'"; break;
    case RosterSign::outsider: where = "g.sign = 'outsider'"; break;
    case RosterSign::shared_account:
      where = fmt::format("c.class = 'to_verify' AND g.sign = 'shared_account' AND g.families >= {}", rule.families);
      break;
    case RosterSign::member_missing:
      where = fmt::format(
          "g.sign = 'member_missing' AND g.person_id NOT IN (SELECT f.person_id FROM watch_fact f WHERE {})",
          any_test_sql(rule.except, "f", step.today()));
      if (!rule.detail.empty()) where += " AND g.detail = " + sql_literal(rule.detail);
      break;
  }
  return told(rule, place, rule.sign == RosterSign::duplicate ? "max(c.last_since)" : "CAST(NULL AS DATE)") +
         "JOIN watch_sign g USING (programme, subject) WHERE c.class <> 'entitled_not_receiving' AND " + where +
         " GROUP BY c.programme, c.subject";
}

}  // namespace

Result<void> find_causes(const Step& step) {
  std::vector<std::string> branches = {
      fmt::format("SELECT programme, subject, {} AS place, default_cause AS cause, CAST(NULL AS DATE) AS since "
                  "FROM watch_candidate JOIN watch_class USING (class)",
                  kDefaultPlace),
      "SELECT c.programme, c.subject, -1, g.warning_class, NULL FROM watch_candidate c JOIN watch_programme g USING "
      "(programme) WHERE g.warning_class <> ''"};
  for (std::size_t place = 0; place < step.ranking.causes.size(); ++place) {
    const CauseRule& rule = step.ranking.causes[place];
    if (!rule.tests.empty()) branches.push_back(test_branch(step, rule, place));
    if (!rule.enrolment_state.empty()) branches.push_back(state_branch(rule, place));
    if (rule.sign != RosterSign::none) branches.push_back(sign_branch(step, rule, place));
    for (const Programme& programme : step.inputs.programmes) {
      if (mask_of(programme, rule.name) != 0) branches.push_back(condition_branch(rule, place, programme));
    }
  }
  TRY_VOID(
      step.session.run(fmt::format("CREATE OR REPLACE TABLE watch_cause AS WITH told AS ({}) "
                                   "SELECT programme, subject, min(place) AS place, arg_min(cause, place) AS cause, "
                                   "min_by({{'since': since}}, (place, since)).since AS since "
                                   "FROM told GROUP BY programme, subject",
                                   fmt::join(branches, " UNION ALL "))));
  return step.session.run(
      fmt::format("DELETE FROM watch_candidate USING watch_cause k WHERE k.programme = watch_candidate.programme "
                  "AND k.subject = watch_candidate.subject AND k.place = {} AND watch_candidate.needs_cause",
                  kDefaultPlace));
}

}  // namespace songtan::watch::detail
