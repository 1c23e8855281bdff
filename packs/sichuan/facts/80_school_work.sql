-- 在校学段（全日制）、就业中、曾参加职工保险。
WITH ended AS (
  -- 一段就业到同一人此后第一次停保为止。
  SELECT s.person_id, s.record_id, s.source, s.known_on, s.valid_from, least(s.valid_to, min(e.valid_from)) AS valid_to
  FROM event s JOIN scope USING (person_id) LEFT JOIN event e ON e.person_id = s.person_id AND e.kind = 'job_end' AND e.valid_from > s.valid_from
  WHERE s.kind = 'job_start' AND s.valid_from IS NOT NULL
  GROUP BY s.person_id, s.record_id, s.source, s.known_on, s.valid_from, s.valid_to
)
SELECT person_id, '在校学段' AS fact, valid_from, valid_to, CAST(NULL AS BIGINT) AS value, CASE detail
         WHEN 'preschool' THEN '学前' WHEN 'primary' THEN '小学' WHEN 'middle' THEN '初中' WHEN 'junior' THEN '初中' WHEN 'high' THEN '高中'
         WHEN 'senior' THEN '高中' WHEN 'vocational' THEN '中职' WHEN 'college' THEN '专科' WHEN 'university' THEN '本科' WHEN 'bachelor' THEN '本科'
         WHEN 'graduate' THEN '研究生' ELSE detail END AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM event JOIN scope USING (person_id) WHERE kind = 'school' AND detail IS NOT NULL
UNION ALL
SELECT person_id, '就业中', valid_from, valid_to, 1, NULL, known_on, source, record_id, 0 FROM ended
UNION ALL
SELECT person_id, '就业中', valid_from, valid_to, 1, NULL, min(known_on), source, min(record_id), 0
FROM income JOIN scope USING (person_id) WHERE kind = 'wage' AND amount > 0 GROUP BY person_id, valid_from, valid_to, source
UNION ALL
SELECT person_id, '曾参加职工保险', min(valid_from), NULL, 1, NULL, min(known_on), source, min(record_id), 0
FROM event JOIN scope USING (person_id) WHERE kind = 'job_start' AND valid_from IS NOT NULL GROUP BY person_id, source
UNION ALL
SELECT person_id, '曾参加职工保险', min(valid_from), NULL, 1, NULL, min(known_on), source, min(record_id), 0
FROM income JOIN scope USING (person_id) WHERE kind = 'pension_employee' AND valid_from IS NOT NULL GROUP BY person_id, source
