-- 出生、性别：公民身份号码的第 7—14 位和第 17 位为先，其余按来源优先级。出生日期精确到日才算。
-- 每条记录只要和号码一致，就由号码说话；不一致的仍作为较后的一说保留。
WITH said AS (
  SELECT person_id, record_id, source, known_on,
         coalesce(number_birth, CASE WHEN birth_precision = 'day' THEN birth END) AS born,
         CASE WHEN number_birth IS NOT NULL THEN 1 ELSE 2 END AS born_preference,
         coalesce(number_sex, sex) AS sex,
         CASE WHEN number_sex IS NOT NULL THEN 1 ELSE 2 END AS sex_preference
  FROM identity JOIN scope USING (person_id)
)
SELECT person_id, '出生' AS fact, CAST(NULL AS DATE) AS valid_from, CAST(NULL AS DATE) AS valid_to,
       CAST(born - DATE '1970-01-01' AS BIGINT) AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id,
       CAST(born_preference AS BIGINT) AS preference
FROM said WHERE born IS NOT NULL
UNION ALL
SELECT person_id, '性别', NULL, NULL, NULL, CASE sex WHEN 1 THEN '男' ELSE '女' END, known_on, source, record_id, CAST(sex_preference AS BIGINT)
FROM said WHERE sex IS NOT NULL
