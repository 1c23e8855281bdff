-- 残疾等级、类别、证件有效期。注销、冻结的证件自知晓之日起不算；已经到期的历史证件在当时算数。
WITH card AS (
  SELECT person_id, record_id, source, known_on, category, grade, valid_from,
         CASE WHEN state = 'valid' OR valid_to <= $as_of THEN valid_to ELSE least(coalesce(valid_to, known_on), known_on) END AS valid_to
  FROM certificate JOIN scope USING (person_id)
  WHERE kind = 'disability' AND grade IS NOT NULL
)
SELECT person_id, '残疾等级' AS fact, valid_from, valid_to, CAST(grade AS BIGINT) AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id,
       CAST(0 AS BIGINT) AS preference
FROM card
UNION ALL
SELECT person_id, '残疾类别', valid_from, valid_to, NULL, CASE category
         WHEN 'visual' THEN '视力' WHEN 'hearing' THEN '听力' WHEN 'speech' THEN '言语' WHEN 'physical' THEN '肢体'
         WHEN 'intellectual' THEN '智力' WHEN 'mental' THEN '精神' ELSE '多重' END, known_on, source, record_id, 0
FROM card WHERE category IS NOT NULL
UNION ALL
SELECT person_id, '残疾证有效至', valid_from, valid_to, CAST(valid_to - DATE '1970-01-01' AS BIGINT), NULL, known_on, source, record_id, 0
FROM card WHERE valid_to IS NOT NULL
