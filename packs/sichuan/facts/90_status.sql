-- 服刑、强制隔离戒毒、失联；特困、孤儿、低保、低保边缘名册；同意核对、曾核对。
SELECT person_id, CASE kind WHEN 'prison' THEN '服刑中' ELSE '强制戒毒中' END AS fact, valid_from, valid_to, CAST(1 AS BIGINT) AS value,
       CAST(NULL AS VARCHAR) AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM event JOIN scope USING (person_id) WHERE kind IN ('prison', 'detox')
UNION ALL
SELECT person_id, CASE programme WHEN 'TK' THEN '特困' WHEN 'GE' THEN '孤儿' ELSE '事实无人抚养' END, valid_from, valid_to, 1, NULL, known_on, source, record_id, 0
FROM enrolment JOIN scope USING (person_id) WHERE programme IN ('TK', 'GE', 'SW') AND state IN ('enrolled', 'ended') AND role = 'self'
UNION ALL
SELECT person_id, '同意核对', valid_from, valid_to, 1, NULL, known_on, source, record_id, 0
FROM consent JOIN scope USING (person_id) WHERE kind = 'obligor_check'
UNION ALL
SELECT person_id, '曾核对', valid_from, CAST(valid_from + INTERVAL 12 MONTH AS DATE), 1, NULL, known_on, source, record_id, 0
FROM event JOIN scope USING (person_id)
WHERE kind = 'bank_check' AND detail IN ('consistent', 'inconsistent', 'no_record', 'none') AND valid_from IS NOT NULL
UNION ALL
SELECT person_id, CASE programme WHEN 'DB' THEN '在册低保' ELSE '在册边缘' END, valid_from, valid_to, 1, NULL, known_on, source, record_id, 0
FROM enrolment JOIN scope USING (person_id)
WHERE programme IN ('DB', 'BY') AND state IN ('enrolled', 'ended') AND role = 'self' AND coalesce(detail, '') <> 'application'
UNION ALL
SELECT person_id, '失联', CAST(valid_from + INTERVAL 6 MONTH AS DATE), valid_to, 1, NULL, known_on, source, record_id, 0
FROM event JOIN scope USING (person_id) WHERE kind = 'missing' AND valid_from IS NOT NULL
