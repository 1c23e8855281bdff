#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "model/schema.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

// Decision against roster, one row a subject and programme. `received` is null for one who is on no roster.
constexpr const char* kCompared = R"(
CREATE OR REPLACE TABLE watch_compared AS
SELECT coalesce(d.programme, r.programme) AS programme, coalesce(d.subject, r.subject) AS subject, d.family_id,
       coalesce(d.status, 'no') AS status, coalesce(d.probable, 'no') AS probable,
       coalesce(CASE WHEN d.status = 'yes' THEN d.amount END, d.probable_amount) AS due, d.status = 'yes' AND d.amount IS NULL AS open_amount,
       r.amount AS received, r.since AS received_since, r.last_since,
       coalesce(d.reasons, 0) AS reasons, coalesce(d.unknown, 0) AS unknown, coalesce(d.missing, '') AS missing
FROM (SELECT * FROM {decisions} WHERE programme IN (SELECT programme FROM watch_programme WHERE compared)) d
FULL JOIN watch_received r ON r.programme = d.programme AND r.subject = d.subject
WHERE r.subject IS NOT NULL OR d.status <> 'no')";

// A finding is certain when it holds under every value of the unknowns, probable when it holds under the presumptions.
// What is left open is listed only where somebody is about to be affected: a recipient, or a family just warned of.
// `needs_cause`: listed only if a cause of its own is found, as are recipients in order but for a sign on their entry.
constexpr const char* kCandidate = R"(
CREATE OR REPLACE TABLE watch_candidate AS
WITH signed AS (SELECT DISTINCT programme, subject FROM watch_sign),
     warned AS (SELECT DISTINCT family_id FROM watch_event WHERE kind IN ({warnings}) AND day > {today} - INTERVAL {months} MONTH),
     supposed AS (SELECT p.programme, f.family_id FROM {families} f, watch_programme p WHERE f.composition = 'presumed' AND p.per_family),
     judged AS (
  SELECT c.*, f.family_id IS NOT NULL AS presumed,
         CASE WHEN received IS NULL AND (status = 'yes' OR probable = 'yes') THEN 'entitled_not_receiving'
              WHEN received IS NULL THEN CASE WHEN w.family_id IS NOT NULL THEN 'to_verify' END
              WHEN status = 'no' OR (status = 'to_verify' AND probable = 'no') THEN 'receiving_not_entitled'
              WHEN status = 'to_verify' AND probable = 'to_verify' THEN 'to_verify'
              WHEN due <> received THEN 'amount_differs'
              WHEN g.subject IS NOT NULL THEN 'to_verify' END AS class,
         status = 'to_verify' OR (open_amount AND received IS NOT NULL) AS facts_open,
         CASE WHEN facts_open OR presumed THEN 'probable' ELSE 'certain' END AS certainty,
         coalesce(due = received AND probable = 'yes', false) AS in_order
  FROM watch_compared c LEFT JOIN warned w USING (family_id)
  LEFT JOIN signed g ON g.programme = c.programme AND g.subject = c.subject
  LEFT JOIN supposed f ON f.programme = c.programme AND f.family_id = c.subject)
SELECT j.* EXCLUDE (in_order, open_amount) REPLACE (coalesce(j.family_id, m.family_id, j.subject) AS family_id,
                                       CASE class WHEN 'to_verify' THEN 'probable' ELSE certainty END AS certainty),
       coalesce(in_order, false) OR (facts_open AND k.probable_needs_cause) AS needs_cause,
       CASE class WHEN 'entitled_not_receiving' THEN coalesce(due, 0)
                  WHEN 'receiving_not_entitled' THEN received
                  WHEN 'amount_differs' THEN abs(due - received)
                  ELSE coalesce(received, due, 0) END AS amount
FROM judged j JOIN watch_class k USING (class) LEFT JOIN {family_members} m ON m.person_id = j.subject)";

// Whoever visits a family that seems entitled collects all its facts: no second row for the same visit.
constexpr const char* kOneVisit = R"(
DELETE FROM watch_candidate WHERE class = 'to_verify' AND received IS NULL
  AND family_id IN (SELECT family_id FROM watch_candidate WHERE class = 'entitled_not_receiving'))";

constexpr const char* kSubjectPerson = R"(
CREATE OR REPLACE TABLE watch_subject_person AS
SELECT c.programme, c.subject, m.person_id
FROM watch_candidate c JOIN watch_programme g USING (programme) JOIN {family_members} m ON m.family_id = c.subject WHERE g.per_family
UNION
SELECT programme, subject, subject FROM watch_candidate)";

// Every fact that a rule of the ranking names.
std::string fact_names(const Ranking& ranking) {
  std::set<std::string> names;
  const auto add_starts = [&](const std::vector<StartRule>& starts) {
    for (const StartRule& start : starts) names.insert(start.test.fact);
  };
  for (const NeedRule& rule : ranking.needs) {
    if (rule.fact) names.insert(rule.fact->fact);
  }
  for (const CauseRule& rule : ranking.causes) {
    for (const FactTest& test : rule.tests) names.insert(test.fact);
    for (const FactTest& test : rule.except) names.insert(test.fact);
    add_starts(rule.starts);
  }
  for (const ProgrammeRule& rule : ranking.programmes) add_starts(rule.starts);
  std::vector<std::string> literals = {"''"};
  for (const std::string& name : names) literals.push_back(sql_literal(name));
  return fmt::format("{}", fmt::join(literals, ", "));
}

constexpr const char* kFact = R"(
CREATE OR REPLACE TABLE watch_fact AS
WITH people AS (SELECT m.person_id FROM {family_members} m WHERE m.family_id IN (SELECT family_id FROM watch_candidate)
                UNION SELECT person_id FROM watch_subject_person
                UNION SELECT person_id FROM watch_roster_person SEMI JOIN watch_candidate USING (programme, subject))
SELECT person_id, fact, value, valid_from
FROM {facts}
WHERE used AND value IS NOT NULL AND fact IN ({names}) AND coalesce(valid_from <= {today}, true) AND coalesce(valid_to > {today}, true)
  AND person_id IN (SELECT person_id FROM people))";

}  // namespace

Result<void> compare(const Step& step) {
  std::vector<std::string> warnings = {"''"};
  for (const std::string& kind : step.ranking.warning_events) warnings.push_back(sql_literal(kind));
  const std::string members = table::parquet_list(step.inputs.family_members);
  TRY_VOID(step.session.run(
      fmt::format(fmt::runtime(kCompared), fmt::arg("decisions", table::parquet_list(step.inputs.decisions)))));
  TRY_VOID(step.session.run(fmt::format(
      fmt::runtime(kCandidate), fmt::arg("warnings", fmt::join(warnings, ", ")), fmt::arg("today", step.today()),
      fmt::arg("months", step.ranking.warning_months), fmt::arg("family_members", members),
      fmt::arg("families", step.inputs.families.empty() ? "(" + model::empty_select(model::schema_of("families")) + ")"
                                                        : table::parquet_list(step.inputs.families)))));
  TRY_VOID(step.session.run(kOneVisit));
  TRY_VOID(add_warnings(step));
  return step.session.run(fmt::format(fmt::runtime(kSubjectPerson), fmt::arg("family_members", members)));
}

Result<void> read_facts(const Step& step) {
  return step.session.run(fmt::format(fmt::runtime(kFact),
                                      fmt::arg("family_members", table::parquet_list(step.inputs.family_members)),
                                      fmt::arg("facts", table::parquet_list(step.inputs.facts)),
                                      fmt::arg("today", step.today()), fmt::arg("names", fact_names(step.ranking))));
}

}  // namespace songtan::watch::detail
