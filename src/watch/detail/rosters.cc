#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "model/schema.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

std::string source_of(const std::vector<std::filesystem::path>& files, std::string_view schema) {
  if (files.empty()) return "(" + model::empty_select(model::schema_of(schema)) + ")";
  return table::parquet_list(files);
}

// An entry is what a source calls one: its household or application number, else the row itself.
constexpr const char* kEnrolment = R"(
CREATE OR REPLACE TABLE watch_enrolment AS
SELECT p.person_id, e.record_id, e.programme, e.state, e.valid_from, e.detail, coalesce(e.amount, 0) // 100 AS amount,
       e.source || '/' || coalesce(e.group_key, 'record ' || e.record_id) AS entry,
       e.state = 'enrolled' AND coalesce(e.valid_from <= {today}, true) AND coalesce(e.valid_to > {today}, true) AS current
FROM {enrolment} e JOIN {person_records} p USING (record_id)
WHERE e.programme IN (SELECT programme FROM watch_programme WHERE compared))";

// A family programme's entry belongs to the family in which most of its people live today; with equal numbers, to
// that of its first record. An entry of which nobody has a family (all have died) stands for its first person.
constexpr const char* kEntryFamily = R"(
CREATE OR REPLACE TABLE watch_entry_family AS
WITH members AS (
  SELECT e.programme, e.entry, m.family_id, count(DISTINCT e.person_id) AS people, min(e.record_id) AS first_record
  FROM watch_enrolment e JOIN watch_programme g USING (programme) JOIN {family_members} m USING (person_id)
  WHERE e.current AND g.per_family
  GROUP BY ALL)
SELECT programme, entry, arg_max(family_id, (people, -first_record)) AS family_id FROM members GROUP BY programme, entry)";

constexpr const char* kRosterPerson = R"(
CREATE OR REPLACE TABLE watch_roster_person AS
WITH firsts AS (SELECT programme, entry, arg_min(person_id, record_id) AS person_id FROM watch_enrolment WHERE current GROUP BY ALL)
SELECT e.programme, e.entry, e.person_id, e.amount, e.valid_from, e.detail, g.group_amount,
       CASE WHEN g.per_family THEN coalesce(f.family_id, h.person_id) ELSE e.person_id END AS subject
FROM watch_enrolment e JOIN watch_programme g USING (programme) JOIN firsts h USING (programme, entry)
LEFT JOIN watch_entry_family f USING (programme, entry)
WHERE e.current)";

// group_amount: every row of an entry repeats the whole amount; else each row bears its person's own.
constexpr const char* kReceived = R"(
CREATE OR REPLACE TABLE watch_received AS
WITH entries AS (
  SELECT programme, subject, entry, CASE WHEN bool_or(group_amount) THEN max(amount) ELSE sum(amount) END::BIGINT AS amount,
         min(valid_from) AS since
  FROM watch_roster_person GROUP BY programme, subject, entry)
SELECT programme, subject, sum(amount)::BIGINT AS amount, count(*) AS entries, min(since) AS since, max(since) AS last_since
FROM entries GROUP BY programme, subject)";

// What the rosters last said of one who is not on them now.
constexpr const char* kLastState = R"(
CREATE OR REPLACE TABLE watch_last_state AS
WITH said AS (
  SELECT e.programme, CASE WHEN g.per_family THEN coalesce(m.family_id, e.person_id) ELSE e.person_id END AS subject,
         CASE e.state WHEN 'enrolled' THEN 'ended' ELSE e.state END AS state, e.valid_from, e.record_id
  FROM watch_enrolment e JOIN watch_programme g USING (programme) LEFT JOIN {family_members} m USING (person_id)
  WHERE NOT e.current AND coalesce(e.valid_from <= {today}, true))
SELECT programme, subject, arg_max(state, (coalesce(valid_from, DATE '0001-01-01'), record_id)) AS state, max(valid_from) AS since
FROM said GROUP BY programme, subject)";

// Signs that a roster entry bears by itself. member_missing: who of the family is on no entry with that detail;
// outsider: who on an entry lives in another family; shared_account: paid within three months for several families.
constexpr const char* kSign = R"(
CREATE OR REPLACE TABLE watch_sign AS
WITH entry_detail AS (SELECT DISTINCT programme, subject, detail FROM watch_roster_person r JOIN watch_programme g USING (programme) WHERE g.per_family),
     paid AS (SELECT y.programme, y.account_digest, p.person_id, coalesce(m.family_id, p.person_id) AS family_id
              FROM {payment} y JOIN {person_records} p USING (record_id) LEFT JOIN {family_members} m USING (person_id)
              WHERE y.account_digest IS NOT NULL AND y.month <= {today} AND y.month > {today} - INTERVAL 3 MONTH),
     shared AS (SELECT account_digest, count(DISTINCT family_id) AS families FROM paid GROUP BY account_digest HAVING count(DISTINCT family_id) > 1)
SELECT 'duplicate' AS sign, programme, subject, NULL::BIGINT AS person_id, NULL::VARCHAR AS detail, NULL::BIGINT AS families
FROM watch_received WHERE entries > 1
UNION
SELECT 'member_missing', d.programme, d.subject, m.person_id, d.detail, NULL
FROM entry_detail d JOIN {family_members} m ON m.family_id = d.subject
ANTI JOIN watch_roster_person r ON r.programme = d.programme AND r.person_id = m.person_id
UNION
SELECT 'outsider', r.programme, r.subject, r.person_id, r.detail, NULL
FROM watch_roster_person r JOIN watch_programme g USING (programme) JOIN {family_members} m USING (person_id)
WHERE g.per_family AND m.family_id <> r.subject
UNION
SELECT 'shared_account', r.programme, r.subject, NULL, NULL, max(s.families)
FROM paid p JOIN shared s USING (account_digest) JOIN watch_programme g USING (programme)
JOIN watch_received r ON r.programme = p.programme AND r.subject = CASE WHEN g.per_family THEN p.family_id ELSE p.person_id END
GROUP BY r.programme, r.subject)";

std::string months_back(const Step& step) {
  std::int64_t months = step.ranking.warning_months;
  for (const NeedRule& rule : step.ranking.needs)
    months = std::max(months, rule.events.empty() ? 0 : rule.within_months);
  return std::to_string(months);
}

std::string wanted_events(const Ranking& ranking) {
  std::vector<std::string> kinds = {"''"};
  for (const std::string& kind : ranking.warning_events) kinds.push_back(sql_literal(kind));
  for (const NeedRule& rule : ranking.needs) {
    for (const std::string& kind : rule.events) kinds.push_back(sql_literal(kind));
  }
  return fmt::format("{}", fmt::join(kinds, ", "));
}

// One who died lives in no family any more; the event then concerns the families of the spouse and the children.
constexpr const char* kEvent = R"(
CREATE OR REPLACE TABLE watch_event AS
WITH told AS (SELECT DISTINCT p.person_id, e.kind, e.valid_from AS day
              FROM {event} e JOIN {person_records} p USING (record_id)
              WHERE e.kind IN ({kinds}) AND e.valid_from <= {today} AND e.valid_from > {today} - INTERVAL {months} MONTH)
SELECT m.family_id, t.* FROM told t JOIN {family_members} m USING (person_id)
UNION
SELECT m.family_id, t.* FROM told t ANTI JOIN {family_members} n ON n.person_id = t.person_id
JOIN {kin} k ON k.person_id = t.person_id AND k.relation IN ('spouse', 'child')
JOIN {family_members} m ON m.person_id = k.other_person_id)";

}  // namespace

Result<void> read_rosters(const Step& step) {
  const auto filled = [&](const char* sql) {
    return fmt::format(fmt::runtime(sql), fmt::arg("today", step.today()),
                       fmt::arg("enrolment", source_of(step.inputs.enrolment, "enrolment")),
                       fmt::arg("payment", source_of(step.inputs.payment, "payment")),
                       fmt::arg("person_records", source_of(step.inputs.person_records, "person_records")),
                       fmt::arg("family_members", source_of(step.inputs.family_members, "family_members")));
  };
  for (const char* sql : {kEnrolment, kEntryFamily, kRosterPerson}) TRY_VOID(step.session.run(filled(sql)));
  TRY_VOID(obey_grants(step));
  for (const char* sql : {kReceived, kLastState, kSign}) TRY_VOID(step.session.run(filled(sql)));
  return {};
}

Result<void> read_events(const Step& step) {
  return step.session.run(fmt::format(
      fmt::runtime(kEvent), fmt::arg("today", step.today()), fmt::arg("event", source_of(step.inputs.event, "event")),
      fmt::arg("person_records", source_of(step.inputs.person_records, "person_records")),
      fmt::arg("family_members", source_of(step.inputs.family_members, "family_members")),
      fmt::arg("kin", source_of(step.inputs.kin, "kin")), fmt::arg("kinds", wanted_events(step.ranking)),
      fmt::arg("months", months_back(step))));
}

}  // namespace songtan::watch::detail
