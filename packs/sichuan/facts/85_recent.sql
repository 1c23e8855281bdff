-- 只用于预警：津贴补贴名册；近期发生的事，自发生日起若干个月。
SELECT person_id, CASE programme WHEN 'GL' THEN '在册高龄' WHEN 'HL' THEN '在册护理' ELSE '在册生活' END AS fact, valid_from, valid_to,
       CAST(1 AS BIGINT) AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM enrolment JOIN scope USING (person_id) WHERE programme IN ('GL', 'HL', 'SL') AND state IN ('enrolled', 'ended')
UNION ALL
SELECT person_id, '退出救助一年内', valid_to, CAST(valid_to + INTERVAL 12 MONTH AS DATE), 1, NULL, known_on, source, record_id, 0
FROM enrolment JOIN scope USING (person_id)
WHERE programme IN ('DB', 'BY', 'TK') AND state IN ('enrolled', 'ended') AND valid_to <= $as_of AND coalesce(detail, '') <> 'application'
UNION ALL
SELECT person_id, '被驳回一年内', valid_from, CAST(valid_from + INTERVAL 12 MONTH AS DATE), 1, NULL, known_on, source, record_id, 0
FROM enrolment JOIN scope USING (person_id) WHERE state = 'refused' AND valid_from IS NOT NULL AND role = 'self' AND source = 'mca.applications'
UNION ALL
SELECT person_id, CASE kind WHEN 'hotline' THEN '近半年来电' WHEN 'job_registered_lost' THEN '近半年登记失业' WHEN 'marriage' THEN '近半年结婚'
         ELSE '近半年离婚' END, valid_from, CAST(valid_from + INTERVAL 6 MONTH AS DATE), 1, NULL, known_on, source, record_id, 0
FROM event JOIN scope USING (person_id)
WHERE kind IN ('hotline', 'job_registered_lost', 'marriage', 'divorce') AND valid_from IS NOT NULL AND role = 'self'
