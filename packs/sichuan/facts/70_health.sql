-- 重病：自就诊日起 12 个月。自付医疗费、教育支出、康复支出：按月份合计（后两项没有登记交付，入户后才有）。
SELECT person_id, '重病' AS fact, valid_from, CAST(valid_from + INTERVAL 12 MONTH AS DATE) AS valid_to, CAST(1 AS BIGINT) AS value,
       CAST(NULL AS VARCHAR) AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM event JOIN scope USING (person_id) WHERE kind = 'serious_illness' AND valid_from IS NOT NULL
UNION ALL
SELECT person_id, '自付医疗费', CAST(date_trunc('month', valid_from) AS DATE), CAST(date_trunc('month', valid_from) + INTERVAL 1 MONTH AS DATE),
       CAST(sum(amount) AS BIGINT), NULL, max(known_on), source, min(record_id), 0
FROM spending JOIN scope USING (person_id)
WHERE kind IN ('medical_own_paid', 'medical_serious') AND amount IS NOT NULL AND valid_from IS NOT NULL
GROUP BY person_id, source, date_trunc('month', valid_from)
UNION ALL
SELECT person_id, CASE kind WHEN 'education' THEN '教育支出' ELSE '康复支出' END, CAST(date_trunc('month', valid_from) AS DATE),
       CAST(date_trunc('month', valid_from) + INTERVAL 1 MONTH AS DATE), CAST(sum(amount) AS BIGINT), NULL, max(known_on), source, min(record_id), 0
FROM spending JOIN scope USING (person_id)
WHERE kind IN ('education', 'rehabilitation') AND amount IS NOT NULL AND valid_from IS NOT NULL
GROUP BY person_id, source, kind, date_trunc('month', valid_from)
