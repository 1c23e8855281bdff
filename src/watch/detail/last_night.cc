#include <fmt/format.h>

#include "model/schema.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

constexpr const char* kLast = R"(
CREATE OR REPLACE TABLE watch_last AS SELECT * FROM {previous} WHERE state <> 'withdrawn')";

// A finding that is listed again is the same unless what a person would act on has changed.
constexpr const char* kResult = R"(
CREATE OR REPLACE TABLE watch_result AS
WITH changes AS (
  SELECT f.*, l.finding_id IS NULL AS is_new,
         concat_ws(',', CASE WHEN l.certainty <> f.certainty THEN 'certainty' END, CASE WHEN l.amount <> f.amount THEN 'amount' END,
                   CASE WHEN l.disposition <> f.disposition THEN 'disposition' END,
                   CASE WHEN coalesce(l.collect, '') <> coalesce(f.collect, '') THEN 'collect' END) AS changed
  FROM watch_finding f LEFT JOIN watch_last l USING (class, programme, subject, cause)),
     gone AS (
  SELECT l.*, row_number() OVER (ORDER BY l.rank, l.finding_id) AS place,
         CASE WHEN o.subject IS NOT NULL THEN 'listed_otherwise'
              WHEN l.class = 'entitled_not_receiving' AND r.subject IS NOT NULL THEN 'enrolled'
              WHEN l.class IN ('receiving_not_entitled', 'amount_differs') AND r.subject IS NULL THEN 'ended'
              ELSE 'no_longer_found' END AS why
  FROM watch_last l ANTI JOIN watch_finding f USING (class, programme, subject, cause)
  LEFT JOIN watch_received r ON r.programme = l.programme AND r.subject = l.subject
  LEFT JOIN (SELECT DISTINCT programme, subject FROM watch_finding) o ON o.programme = l.programme AND o.subject = l.subject)
SELECT * EXCLUDE (is_new, changed),
       CASE WHEN is_new THEN 'new' WHEN changed = '' THEN 'same' ELSE 'changed' END AS state,
       CASE WHEN is_new OR changed = '' THEN NULL ELSE changed END AS state_reason
FROM changes
UNION ALL BY NAME
SELECT * EXCLUDE (place, why) REPLACE ((SELECT count(*) FROM watch_finding) + place AS rank, 'withdrawn' AS state, why AS state_reason)
FROM gone)";

}  // namespace

Result<void> compare_with_last_night(const Step& step) {
  const bool first = step.inputs.previous_findings.empty();
  const std::string previous = first ? "(" + model::empty_select(model::schema_of("findings")) + ")"
                                     : table::parquet_list(step.inputs.previous_findings);
  TRY_VOID(step.session.run(fmt::format(fmt::runtime(kLast), fmt::arg("previous", previous))));
  return step.session.run(kResult);
}

}  // namespace songtan::watch::detail
