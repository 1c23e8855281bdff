#include <fmt/format.h>

#include "base/text.h"
#include "model/schema.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

// The last night's findings under the ids of tonight: whoever was merged into another is that other now, and a family
// whose reference person lives in another family now is that family. Where that other is listed by itself, it stands.
constexpr const char* kLast = R"(
CREATE OR REPLACE TABLE watch_last AS
WITH RECURSIVE before AS (SELECT * FROM {previous} WHERE state <> 'withdrawn'),
     merged AS (SELECT other_person_id AS old, person_id AS kept FROM {person_log} WHERE kind = 'merged' AND night = {night}),
     chain(old, kept) AS (SELECT old, kept FROM merged UNION SELECT c.old, m.kept FROM chain c JOIN merged m ON m.old = c.kept),
     final AS (SELECT old, min(kept) AS kept FROM chain WHERE kept NOT IN (SELECT old FROM merged) GROUP BY old),
     named AS (SELECT b.*, coalesce(f.kept, b.subject) AS person FROM before b LEFT JOIN final f ON f.old = b.subject),
     moved AS (SELECT n.* EXCLUDE (person), n.subject AS old_subject,
                      CASE WHEN coalesce(g.per_family, false) THEN coalesce(m.family_id, n.person) ELSE n.person END AS now
               FROM named n LEFT JOIN watch_programme g ON g.programme = n.programme LEFT JOIN {family_members} m ON m.person_id = n.person),
     counted AS (SELECT *, row_number() OVER (PARTITION BY class, programme, now, cause ORDER BY now <> old_subject, rank, finding_id) AS turn FROM moved)
SELECT * EXCLUDE (turn, now) REPLACE (CASE WHEN turn = 1 THEN now ELSE subject END AS subject) FROM counted)";

// A finding that is listed again is the same unless what a person would act on has changed.
constexpr const char* kResult = R"(
CREATE OR REPLACE TABLE watch_result AS
WITH changes AS (
  SELECT f.*, l.finding_id IS NULL AS is_new,
         concat_ws(',', CASE WHEN l.old_subject <> f.subject THEN 'subject' END,
                   CASE WHEN l.certainty <> f.certainty THEN 'certainty' END, CASE WHEN l.amount <> f.amount THEN 'amount' END,
                   CASE WHEN l.disposition <> f.disposition THEN 'disposition' END,
                   CASE WHEN coalesce(l.collect, '') <> coalesce(f.collect, '') THEN 'collect' END) AS changed
  FROM watch_finding f LEFT JOIN watch_last l USING (class, programme, subject, cause)),
     gone AS (
  SELECT l.*, row_number() OVER (ORDER BY l.rank, l.finding_id) AS place,
         CASE WHEN s.subject IS NOT NULL THEN 'outcome'
              WHEN o.subject IS NOT NULL THEN 'listed_otherwise'
              WHEN h.person_id IS NULL THEN 'subject_gone'
              WHEN l.class = 'entitled_not_receiving' AND c.received IS NOT NULL THEN 'enrolled'
              WHEN l.class = 'entitled_not_receiving' AND c.status = 'to_verify' THEN 'to_verify'
              WHEN l.class = 'entitled_not_receiving' THEN 'not_entitled'
              WHEN l.class IN ('receiving_not_entitled', 'amount_differs') AND c.received IS NULL THEN 'ended'
              WHEN c.status = 'yes' AND c.due = c.received THEN 'in_order'
              ELSE 'no_longer_found' END AS why
  FROM watch_last l ANTI JOIN watch_finding f USING (class, programme, subject, cause)
  LEFT JOIN watch_silenced s ON s.class = l.class AND s.programme = l.programme AND s.subject = l.subject AND s.cause = l.cause
  LEFT JOIN watch_compared c ON c.programme = l.programme AND c.subject = l.subject
  LEFT JOIN (SELECT DISTINCT person_id FROM {person_records}) h ON h.person_id = l.subject
  LEFT JOIN (SELECT DISTINCT programme, subject FROM watch_finding) o ON o.programme = l.programme AND o.subject = l.subject)
SELECT * EXCLUDE (is_new, changed),
       CASE WHEN is_new THEN 'new' WHEN changed = '' THEN 'same' ELSE 'changed' END AS state,
       CASE WHEN is_new OR changed = '' THEN NULL ELSE changed END AS state_reason
FROM changes
UNION ALL BY NAME
SELECT * EXCLUDE (place, why, old_subject)
         REPLACE ((SELECT count(*) FROM watch_finding) + place AS rank, 'withdrawn' AS state, why AS state_reason)
FROM gone)";

}  // namespace

Result<void> compare_with_last_night(const Step& step) {
  const auto table_of = [](const std::vector<std::filesystem::path>& files, std::string_view table) {
    return files.empty() ? "(" + model::empty_select(model::schema_of(table)) + ")" : table::parquet_list(files);
  };
  TRY_VOID(step.session.run(fmt::format(fmt::runtime(kLast),
                                        fmt::arg("previous", table_of(step.inputs.previous_findings, "findings")),
                                        fmt::arg("person_log", table_of(step.inputs.person_log, "person_log")),
                                        fmt::arg("night", sql_literal(step.inputs.night)),
                                        fmt::arg("family_members", table::parquet_list(step.inputs.family_members)))));
  return step.session.run(
      fmt::format(fmt::runtime(kResult), fmt::arg("person_records", table::parquet_list(step.inputs.person_records))));
}

}  // namespace songtan::watch::detail
