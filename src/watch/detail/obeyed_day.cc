#include <fmt/format.h>

#include "base/text.h"
#include "model/day_schemas.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

std::string table_of(const std::vector<std::filesystem::path>& files, std::string_view name) {
  if (!files.empty()) return table::parquet_list(files);
  for (const model::TableSchema& schema : model::day_schemas()) {
    if (schema.name == name) return "(" + model::empty_select(schema) + ")";
  }
  broken_promise("the day table exists", __FILE__, __LINE__);
}

// What the office granted or ended is known before the rosters say so; the newest word on a subject counts. Money paid
// this month or the last to one who stands nowhere counts as received too.
constexpr const char* kGrants = R"(
CREATE OR REPLACE TABLE watch_grant AS
SELECT g.programme, CASE WHEN w.per_family THEN coalesce(m.family_id, g.subject) ELSE g.subject END AS subject, g.subject AS head, w.per_family,
       w.group_amount, g.state, g.amount, g.valid_from, g.valid_to, g.decided_on
FROM {grants} g JOIN watch_programme w USING (programme) LEFT JOIN {family_members} m ON m.person_id = g.subject
QUALIFY row_number() OVER (PARTITION BY g.programme, CASE WHEN w.per_family THEN coalesce(m.family_id, g.subject) ELSE g.subject END
                           ORDER BY g.decided_on DESC, g.valid_from DESC NULLS LAST, g.state, g.amount, g.valid_to, g.subject) = 1;
INSERT INTO watch_grant
SELECT y.programme, CASE WHEN w.per_family THEN coalesce(m.family_id, y.subject) ELSE y.subject END AS subject, min(y.subject), any_value(w.per_family),
       any_value(w.group_amount), 'granted', arg_max(y.amount, (y.month, y.amount)), min(y.month), NULL, max(y.paid_on)
FROM {payments} y JOIN watch_programme w USING (programme) LEFT JOIN {family_members} m ON m.person_id = y.subject
WHERE y.month <= {today} AND y.month >= date_trunc('month', {today} - INTERVAL 1 MONTH)
  AND NOT EXISTS (SELECT 1 FROM watch_grant g WHERE g.programme = y.programme AND g.subject = CASE WHEN w.per_family THEN coalesce(m.family_id, y.subject) ELSE y.subject END)
GROUP BY ALL;
DELETE FROM watch_roster_person USING watch_grant g
WHERE g.programme = watch_roster_person.programme AND g.subject = watch_roster_person.subject AND g.state = 'ended' AND g.valid_to <= {today}
  AND coalesce(watch_roster_person.valid_from <= g.decided_on, true);
INSERT INTO watch_roster_person BY NAME
SELECT g.programme, 'day/' || g.subject AS entry, coalesce(m.person_id, g.head) AS person_id,
       CASE WHEN g.group_amount OR coalesce(m.person_id, g.head) = g.head THEN g.amount ELSE 0 END AS amount, g.valid_from, NULL::VARCHAR AS detail, g.group_amount, g.subject
FROM (SELECT * FROM watch_grant ANTI JOIN watch_roster_person USING (programme, subject)) g LEFT JOIN {family_members} m ON g.per_family AND m.family_id = g.subject
WHERE g.state = 'granted' AND g.valid_from <= {today} AND coalesce(g.valid_to > {today}, true))";

// A finding that somebody has dealt with rests until the day they named, unless the family was warned of since.
constexpr const char* kSilenced = R"(
CREATE OR REPLACE TABLE watch_silenced AS
WITH told AS (SELECT o.* REPLACE (CASE WHEN o.programme IS NULL OR coalesce(w.per_family, false) THEN coalesce(m.family_id, o.subject) ELSE o.subject END AS subject)
              FROM {outcomes} o LEFT JOIN watch_programme w USING (programme) LEFT JOIN {family_members} m ON m.person_id = o.subject WHERE o.until > {today})
SELECT DISTINCT c.class, c.programme, c.subject, k.cause
FROM watch_candidate c JOIN watch_cause k USING (programme, subject)
JOIN told o ON o.class = c.class AND coalesce(o.programme = c.programme, true) AND o.subject = CASE WHEN o.programme IS NULL THEN c.family_id ELSE c.subject END
  AND coalesce(o.cause = k.cause, true)
WHERE NOT EXISTS (SELECT 1 FROM watch_event e WHERE e.family_id = c.family_id AND e.day > o.decided_on AND e.kind IN ({warnings}));
DELETE FROM watch_candidate USING watch_silenced s WHERE s.programme = watch_candidate.programme AND s.subject = watch_candidate.subject)";

}  // namespace

Result<void> obey_grants(const Step& step) {
  if (step.inputs.grants.empty() && step.inputs.day_payments.empty()) return {};
  return step.session.run(fmt::format(fmt::runtime(kGrants), fmt::arg("today", step.today()),
                                      fmt::arg("grants", table_of(step.inputs.grants, "day.grants")),
                                      fmt::arg("payments", table_of(step.inputs.day_payments, "day.payments")),
                                      fmt::arg("family_members", table::parquet_list(step.inputs.family_members))));
}

Result<void> obey_outcomes(const Step& step) {
  std::vector<std::string> warnings = {"''"};
  for (const std::string& kind : step.ranking.warning_events) warnings.push_back(sql_literal(kind));
  return step.session.run(fmt::format(fmt::runtime(kSilenced), fmt::arg("today", step.today()),
                                      fmt::arg("outcomes", table_of(step.inputs.outcomes, "day.outcomes")),
                                      fmt::arg("warnings", fmt::join(warnings, ", ")),
                                      fmt::arg("family_members", table::parquet_list(step.inputs.family_members))));
}

}  // namespace songtan::watch::detail
