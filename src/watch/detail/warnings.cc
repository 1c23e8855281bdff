#include <fmt/format.h>

#include "base/text.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

// Warnings that sound, certain ones first, then the gravest. A family with a certain finding is visited anyway.
constexpr const char* kSounding = R"(
CREATE OR REPLACE TABLE watch_sounding AS
WITH sounding AS (
  SELECT d.programme, d.subject, coalesce(d.family_id, m.family_id, d.subject) AS family_id, g.warning_class, g.points,
         CASE d.status WHEN 'yes' THEN 'certain' ELSE 'probable' END AS certainty,
         d.status, d.probable, d.reasons, d.unknown, coalesce(d.missing, '') AS missing
  FROM {decisions} d JOIN watch_programme g USING (programme) LEFT JOIN {family_members} m ON m.person_id = d.subject
  WHERE g.warning_class <> '' AND (d.status = 'yes' OR d.probable = 'yes'))
SELECT *, row_number() OVER (PARTITION BY family_id ORDER BY certainty, points DESC, programme, subject) AS place,
       count(*) FILTER (certainty = 'certain') OVER (PARTITION BY family_id) AS warnings
FROM sounding
WHERE family_id NOT IN (SELECT family_id FROM watch_candidate WHERE certainty = 'certain'))";

// Whoever follows a warning collects what is open in that family: no second row for the same visit.
constexpr const char* kOneVisit = R"(
DELETE FROM watch_candidate WHERE class = 'to_verify' AND received IS NULL
  AND family_id IN (SELECT family_id FROM watch_sounding))";

constexpr const char* kFirst = R"(
INSERT INTO watch_candidate BY NAME
SELECT programme, subject, family_id, status, probable, reasons, unknown, missing, certainty,
       CASE WHEN {complex_from} > 0 AND warnings >= {complex_from} THEN 'complex' ELSE 'early_warning' END AS class,
       false AS needs_cause, 0::BIGINT AS amount
FROM watch_sounding WHERE place = 1)";

// The other warnings of the family: one line each name, half the points.
constexpr const char* kAlso = R"(
CREATE OR REPLACE TABLE watch_also AS
SELECT s.family_id, sum(s.points // 2)::BIGINT AS points, string_agg(w.zh, '、' ORDER BY s.place) AS zh,
       string_agg(w.en, ', ' ORDER BY s.place) AS en,
       string_agg('{{"key":' || to_json('warning.' || s.programme) || ',"points":' || s.points // 2 || '}},', '' ORDER BY s.place) AS terms
FROM (SELECT family_id, programme, points, min(place) AS place FROM watch_sounding s WHERE place > 1
        AND programme <> (SELECT f.programme FROM watch_sounding f WHERE f.family_id = s.family_id AND f.place = 1)
      GROUP BY family_id, programme, points) s
JOIN watch_word w ON w.kind = 'programme' AND w.key = s.programme GROUP BY s.family_id)";

}  // namespace

Result<void> add_warnings(const Step& step) {
  const std::string members = table::parquet_list(step.inputs.family_members);
  const std::string decisions = step.ranking.lists_warnings()
                                    ? table::parquet_list(step.inputs.decisions)
                                    : "(SELECT * FROM " + table::parquet_list(step.inputs.decisions) + " WHERE false)";
  TRY_VOID(step.session.run(
      fmt::format(fmt::runtime(kSounding), fmt::arg("decisions", decisions), fmt::arg("family_members", members))));
  TRY_VOID(step.session.run(kOneVisit));
  TRY_VOID(
      step.session.run(fmt::format(fmt::runtime(kFirst), fmt::arg("complex_from", step.ranking.warning.complex_from))));
  return step.session.run(fmt::format(fmt::runtime(kAlso)));
}

}  // namespace songtan::watch::detail
