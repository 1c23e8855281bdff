#include "synth/detail/continued_rosters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "synth/detail/extract_session.h"

namespace songtan::synth::detail {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

/// A chance within 30 days, for the days that passed.
std::int64_t chance_in(std::int64_t ppm_in_30_days, int days) {
  return std::min(kMillion, ppm_in_30_days * std::max(days, 1) / 30);
}

std::string at(const ExtractFolders& folders, std::string_view name) {
  return parquet_at(folders.planted_before / (std::string(name) + ".parquet"));
}

/// Faults that were mended, or that the world mended by itself, are no more.
std::string settle_faults(const RosterProgramme& programme) {
  return fmt::format(R"(
DELETE FROM fault f WHERE f.programme = {0} AND
  (EXISTS (SELECT 1 FROM roster_case c WHERE c.programme = {0} AND c.subject = f.subject)) =
  (EXISTS (SELECT 1 FROM entitled e WHERE e.subject = f.subject AND (f.class NOT IN (SELECT class FROM wrong_amount) OR e.amount = (SELECT min(amount) FROM roster_case c WHERE c.programme = {0} AND c.subject = f.subject AND c.ordinal = 0))))
  AND f.class NOT IN (SELECT class FROM roster_fault);)",
                     sql_literal(programme.code));
}

}  // namespace

Result<void> load_rosters_before(table::Session& session, const ExtractFolders& folders) {
  return session.run(fmt::format(R"(
INSERT INTO roster_case BY NAME SELECT * EXCLUDE (group_key, until), NULL::DATE AS until FROM {roster};
INSERT INTO case_member SELECT * FROM {members};
INSERT INTO fault SELECT * FROM {faults};
INSERT INTO application SELECT programme, subject, head, state, since FROM {applications} WHERE state <> 'enrolled';
-- A family is known by its reference person; where that is somebody else now, the case follows its members.
CREATE TABLE now_called AS
SELECT programme, subject, min(family_id) AS now FROM (
  SELECT c.programme, c.subject, coalesce(h.family_id, m.family_id) AS family_id
  FROM roster_case c LEFT JOIN member h ON h.person_id = c.head
  LEFT JOIN case_member k ON k.programme = c.programme AND k.subject = c.subject AND k.ordinal = c.ordinal LEFT JOIN member m ON m.person_id = k.person_id
  WHERE c.for_family AND c.subject NOT IN (SELECT family_id FROM member))
WHERE family_id IS NOT NULL GROUP BY programme, subject;
DELETE FROM now_called WHERE EXISTS (SELECT 1 FROM roster_case c WHERE c.programme = now_called.programme AND c.subject = now);
DELETE FROM now_called n WHERE EXISTS (SELECT 1 FROM now_called o WHERE o.programme = n.programme AND o.now = n.now AND o.subject < n.subject);
UPDATE roster_case SET subject = n.now FROM now_called n WHERE n.programme = roster_case.programme AND n.subject = roster_case.subject;
UPDATE case_member SET subject = n.now FROM now_called n WHERE n.programme = case_member.programme AND n.subject = case_member.subject;
UPDATE fault SET subject = n.now FROM now_called n WHERE n.programme = fault.programme AND n.subject = fault.subject;)",
                                 fmt::arg("roster", at(folders, "roster")), fmt::arg("members", at(folders, "members")),
                                 fmt::arg("faults", at(folders, "fault")),
                                 fmt::arg("applications", at(folders, "applications"))));
}

Result<void> continue_roster(table::Session& session, const ExtractPlan& plan, const ExtractFolders& folders,
                             const RosterProgramme& programme, const std::string& entitled) {
  const RosterContinuation& going_on = plan.faults.continuation;
  const int days = plan.as_of.days - folders.since.days;
  std::string roster_faults = "SELECT '' AS class";
  std::string wrong_amounts = "SELECT " + sql_literal(going_on.not_reviewed) + " AS class";
  for (const Fault& fault : plan.faults.faults) {
    if (fault.action == FaultAction::amount) wrong_amounts += " UNION SELECT " + sql_literal(fault.name);
    const bool in_or_out = fault.action == FaultAction::enrol || fault.action == FaultAction::withhold;
    if (!in_or_out && fault.action != FaultAction::amount) roster_faults += " UNION SELECT " + sql_literal(fault.name);
  }
  const std::string sql = fmt::format(
      R"(
CREATE OR REPLACE TABLE roster_fault AS {roster_faults};
CREATE OR REPLACE TABLE wrong_amount AS {wrong_amounts};
CREATE OR REPLACE TABLE entitled AS SELECT subject, min(amount) AS amount FROM ({entitled}) GROUP BY subject;
-- No longer entitled: some are taken off, the rest are wrong from now on.
CREATE OR REPLACE TABLE leaving AS SELECT subject, amount FROM roster_case WHERE programme = {code} AND ordinal = 0
  AND subject NOT IN (SELECT subject FROM entitled) AND subject NOT IN (SELECT subject FROM fault WHERE programme = {code});
DELETE FROM roster_case USING leaving l WHERE programme = {code} AND roster_case.subject = l.subject AND draw('ended.' || {day}, l.subject) < {ended};
DELETE FROM case_member k WHERE programme = {code} AND NOT EXISTS (SELECT 1 FROM roster_case c WHERE c.programme = {code} AND c.subject = k.subject AND c.ordinal = k.ordinal);
INSERT INTO fault SELECT {not_ended}, {code}, l.subject, {as_of}, l.amount FROM leaving l JOIN roster_case c ON c.programme = {code} AND c.ordinal = 0 AND c.subject = l.subject;
-- Newly entitled: some are enrolled this month, the rest are missed.
CREATE OR REPLACE TABLE coming AS SELECT subject, amount FROM entitled WHERE subject NOT IN (SELECT subject FROM roster_case WHERE programme = {code})
  AND subject NOT IN (SELECT subject FROM fault WHERE programme = {code});
INSERT INTO roster_case BY NAME
SELECT {code} AS programme, subject, 0 AS ordinal, {for_family} AS for_family, head, county, hukou AS region, date_trunc('month', {as_of})::DATE AS since, amount, detail, head AS account
FROM (SELECT d.subject, p.person_id AS head, p.county, p.hukou, d.amount, CAST({detail} AS VARCHAR) AS detail
      FROM coming d JOIN person p ON p.person_id = d.subject WHERE p.death IS NULL AND draw('started.' || {day}, d.subject) < {started});
INSERT INTO case_member SELECT {code}, c.subject, 0, coalesce(m.person_id, c.head)
FROM (SELECT * FROM roster_case WHERE programme = {code} AND subject IN (SELECT subject FROM coming)) c LEFT JOIN member m ON c.for_family AND m.family_id = c.subject;
INSERT INTO fault SELECT {not_started}, {code}, subject, {as_of}, amount FROM coming WHERE subject NOT IN (SELECT subject FROM roster_case WHERE programme = {code});
-- Another amount is due: some are reviewed.
CREATE OR REPLACE TABLE differing AS SELECT c.subject, c.amount AS paid, e.amount AS due FROM roster_case c JOIN entitled e USING (subject)
WHERE c.programme = {code} AND c.ordinal = 0 AND c.amount <> e.amount AND subject NOT IN (SELECT subject FROM fault WHERE programme = {code});
UPDATE roster_case SET amount = d.due FROM differing d WHERE programme = {code} AND ordinal = 0 AND roster_case.subject = d.subject AND draw('reviewed.' || {day}, d.subject) < {reviewed};
INSERT INTO fault SELECT {not_reviewed}, {code}, subject, {as_of}, abs(due - paid) FROM differing WHERE NOT draw('reviewed.' || {day}, subject) < {reviewed};)",
      fmt::arg("roster_faults", roster_faults), fmt::arg("wrong_amounts", wrong_amounts),
      fmt::arg("entitled", entitled), fmt::arg("code", sql_literal(programme.code)),
      fmt::arg("day", sql_literal(plan.as_of.text())), fmt::arg("as_of", sql_date(plan.as_of)),
      fmt::arg("ended", chance_in(going_on.ended_ppm, days)),
      fmt::arg("started", chance_in(going_on.started_ppm, days)),
      fmt::arg("reviewed", chance_in(going_on.reviewed_ppm, days)),
      fmt::arg("not_ended", sql_literal(going_on.not_ended)),
      fmt::arg("not_started", sql_literal(going_on.not_started)),
      fmt::arg("not_reviewed", sql_literal(going_on.not_reviewed)), fmt::arg("for_family", programme.for_families),
      fmt::arg("detail", programme.detail));
  auto done = session.run(with_parameters(sql, plan, plan.as_of) + settle_faults(programme));
  if (!done) return in_section(done.error(), "faults.toml [continuation] " + programme.code);
  return {};
}

}  // namespace songtan::synth::detail
