#include <fmt/format.h>

#include "base/text.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

// 国办发〔2023〕39号 三（四）: carry the policy out · refer · deliberate · review.
constexpr const char* kDated = R"(
CREATE OR REPLACE TABLE watch_dated AS
WITH scope AS (SELECT DISTINCT coalesce(m.family_id, r.subject) AS family_id
               FROM watch_received r LEFT JOIN {family_members} m ON m.person_id = r.subject)
SELECT c.*, k.cause,
       CASE class WHEN 'entitled_not_receiving' THEN CASE WHEN s.family_id IS NULL THEN {not_in_scope} ELSE {in_scope} END
                  WHEN 'receiving_not_entitled' THEN {not_entitled}
                  WHEN 'amount_differs' THEN CASE WHEN due > received THEN {too_little} ELSE {too_much} END
                  WHEN 'early_warning' THEN {warned}
                  WHEN 'complex' THEN {complex}
                  ELSE CASE WHEN received IS NULL THEN {verify_other} ELSE {verify_recipient} END END AS disposition,
       CASE WHEN class = 'entitled_not_receiving' THEN coalesce(t.since, {month})
            ELSE greatest(coalesce(k.since, {month}), coalesce(c.received_since, DATE '0001-01-01')) END AS since
FROM watch_candidate c JOIN watch_cause k USING (programme, subject)
LEFT JOIN scope s USING (family_id)
LEFT JOIN watch_start t ON t.programme = c.programme AND t.subject = c.subject AND t.owner = 'programme')";

constexpr const char* kScored = R"(
CREATE OR REPLACE TABLE watch_scored AS
WITH needs AS (
  SELECT n.family_id, sum(n.points)::BIGINT AS points, string_agg(w.zh, '、' ORDER BY n.place) AS zh, string_agg(w.en, ', ' ORDER BY n.place) AS en,
         string_agg('{{"key":' || to_json('need.' || n.key) || ',"points":' || n.points || '}},', '' ORDER BY n.place) AS terms
  FROM watch_need n JOIN watch_word w ON w.kind = 'need' AND w.key = n.key GROUP BY n.family_id),
     termed AS (
  SELECT d.*, greatest(date_diff('month', d.since, {today}), 1) AS months, k.points AS class_points, g.points AS programme_points,
         coalesce(n.points, 0) + coalesce(a.points, 0) AS need_points, concat_ws('、', a.zh, n.zh) AS need_zh,
         concat_ws(', ', a.en, n.en) AS need_en, coalesce(a.terms, '') || coalesce(n.terms, '') AS need_terms,
         CASE d.certainty WHEN 'certain' THEN k.certain ELSE k.probable END AS percent,
         least(d.amount * {money_each} // 10000, {money_cap}) AS money_points
  FROM watch_dated d JOIN watch_class k USING (class) JOIN watch_programme g USING (programme) 
  LEFT JOIN needs n ON n.family_id = d.family_id AND k.counts_need
  LEFT JOIN watch_also a ON a.family_id = d.family_id AND g.warning_class <> '')
SELECT *, least(months * {time_each}, {time_cap}) AS time_points,
       (class_points + programme_points + need_points + money_points + least(months * {time_each}, {time_cap})) * percent // 100 AS score
FROM termed)";

// The sentence of one language: class: programme (cause); needs; money; time. Then the terms of the score.
constexpr const char* kFinding = R"(
CREATE OR REPLACE TABLE watch_finding AS
WITH worded AS (
  SELECT s.*, format('{{}}.{{:02d}}', s.amount // 100, s.amount % 100) AS yuan, c.zh AS class_zh, c.en AS class_en,
         coalesce(p.zh, s.programme) AS programme_zh, coalesce(p.en, s.programme) AS programme_en, u.zh AS cause_zh, u.en AS cause_en
  FROM watch_scored s JOIN watch_word c ON c.kind = 'class' AND c.key = s.class
  LEFT JOIN watch_word p ON p.kind = 'programme' AND p.key = s.programme
  LEFT JOIN watch_word u ON u.kind = 'cause' AND u.key = s.cause),
     told AS (
  SELECT *,
         class_zh || '：' || programme_zh || coalesce('（' || cause_zh || '）', '') || coalesce('；' || nullif(need_zh, ''), '')
           || CASE WHEN amount > 0 THEN '；' || replace({money_zh}, '{{amount}}', yuan) ELSE '' END
           || '；' || replace(replace({time_zh}, '{{since}}', since::VARCHAR), '{{months}}', months::VARCHAR) AS zh,
         class_en || ': ' || programme_en || coalesce(' (' || cause_en || ')', '') || coalesce('; ' || nullif(need_en, ''), '')
           || CASE WHEN amount > 0 THEN '; ' || replace({money_en}, '{{amount}}', yuan) ELSE '' END
           || '; ' || replace(replace({time_en}, '{{since}}', since::VARCHAR), '{{months}}', months::VARCHAR) AS en
  FROM worded)
SELECT CAST('0x' || left(md5(concat_ws('|', class, programme, subject, cause)), 13) AS BIGINT) AS finding_id,
       class, disposition, programme, subject, family_id, cause, certainty,
       row_number() OVER (ORDER BY score DESC, amount DESC, class, programme, subject, cause) AS rank,
       score, amount, months, since,
       '{{"zh":' || to_json(zh) || ',"en":' || to_json(en) || ',"terms":[{{"key":"class","points":' || class_points
         || '}},{{"key":"programme","points":' || programme_points || '}},' || need_terms || '{{"key":"money","points":' || money_points
         || '}},{{"key":"time","points":' || time_points || '}},{{"key":"certainty","percent":' || percent || '}}]}}' AS reasons,
       CASE certainty WHEN 'certain' THEN '' ELSE concat_ws(',', CASE WHEN presumed THEN nullif({composition}, '') END, nullif(missing, '')) END AS collect
FROM told)";

}  // namespace

Result<void> rank(const Step& step) {
  const Dispositions& act = step.ranking.dispositions;
  const std::string month = "DATE '" + Month::of(step.inputs.as_of).first().text() + "'";
  TRY_VOID(step.session.run(fmt::format(
      fmt::runtime(kDated), fmt::arg("family_members", table::parquet_list(step.inputs.family_members)),
      fmt::arg("month", month), fmt::arg("not_in_scope", sql_literal(act.not_in_scope)),
      fmt::arg("in_scope", sql_literal(act.in_scope)), fmt::arg("not_entitled", sql_literal(act.not_entitled)),
      fmt::arg("too_little", sql_literal(act.too_little)), fmt::arg("too_much", sql_literal(act.too_much)),
      fmt::arg("warned", sql_literal(act.warned)), fmt::arg("complex", sql_literal(act.complex)),
      fmt::arg("verify_other", sql_literal(act.verify_other)),
      fmt::arg("verify_recipient", sql_literal(act.verify_recipient)))));
  const CappedPoints& money = step.ranking.money;
  const CappedPoints& time = step.ranking.time;
  TRY_VOID(step.session.run(fmt::format(fmt::runtime(kScored), fmt::arg("today", step.today()),
                                        fmt::arg("money_each", money.each), fmt::arg("money_cap", money.cap),
                                        fmt::arg("time_each", time.each), fmt::arg("time_cap", time.cap))));
  return step.session.run(
      fmt::format(fmt::runtime(kFinding), fmt::arg("composition", sql_literal(step.ranking.composition)),
                  fmt::arg("money_zh", sql_literal(money.words.zh)), fmt::arg("money_en", sql_literal(money.words.en)),
                  fmt::arg("time_zh", sql_literal(time.words.zh)), fmt::arg("time_en", sql_literal(time.words.en))));
}

}  // namespace songtan::watch::detail
