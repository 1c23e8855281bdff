-- 各类收入，每月数额（民发〔2021〕57号 第十三条）。同一付款人同一时段同一数额的重复行只算一次。
WITH stretch AS (
  SELECT person_id, kind, amount, valid_from, valid_to, source, max(known_on) AS known_on, min(record_id) AS record_id
  FROM income JOIN scope USING (person_id)
  WHERE amount IS NOT NULL
  GROUP BY person_id, kind, payer, amount, valid_from, valid_to, source
), named AS (
  SELECT *, CASE
    WHEN kind IN ('wage', 'labour') THEN '工资'
    WHEN kind = 'social_insurance' THEN '社保个人缴费'
    WHEN kind = 'operating' THEN '经营净收入'
    WHEN kind IN ('pension_employee', 'pension_resident') THEN '养老金'
    WHEN kind = 'pension_base' THEN '基础养老金'
    WHEN kind = 'unemployment' THEN '失业保险金'
    WHEN kind IN ('casual', 'farm') THEN '零散收入'
    WHEN kind = 'property' THEN '财产净收入'
    WHEN kind = 'transfer' THEN '其他转移收入'
    WHEN kind = 'support' THEN '自报赡养费' END AS fact
  FROM stretch
), checked AS (
  -- 过去 12 个月内有核对结果的人，没有财产净收入记录的就是 0。转移性收入核对不到，仍是待核。
  SELECT person_id, CAST(valid_from - INTERVAL 12 MONTH AS DATE) AS valid_from, CAST(valid_from + INTERVAL 12 MONTH AS DATE) AS valid_to,
         known_on, source, record_id
  FROM event JOIN scope USING (person_id) WHERE kind = 'bank_check' AND detail IN ('consistent', 'inconsistent', 'no_record', 'none')
)
SELECT person_id, fact, valid_from, valid_to, amount AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM named WHERE fact IS NOT NULL
UNION ALL
SELECT person_id, '工伤护理', valid_from, valid_to, 1, NULL, known_on, source, record_id, 0 FROM stretch WHERE kind = 'work_injury_care'
UNION ALL
SELECT person_id, '财产净收入', valid_from, valid_to, 0, NULL, known_on, source, record_id, 0 FROM checked
