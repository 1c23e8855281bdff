-- 民发〔2021〕57号 第七条（一）：配偶。不问是否同住。只在一条没有号码的记录里出现过的人可能是别人的误记，视同推定。
WITH once AS (
  SELECT person_id FROM identity GROUP BY person_id HAVING count(*) = 1 AND NOT bool_or(number_state IN ('valid', 'fifteen'))
)
SELECT k.person_id AS person_a, k.other_person_id AS person_b, '配偶' AS reason, '民发〔2021〕57号 第七条（一）' AS article,
       CASE WHEN a.person_id IS NULL AND b.person_id IS NULL THEN 'known' ELSE 'presumed' END AS tie
FROM kin k LEFT JOIN once a ON a.person_id = k.person_id LEFT JOIN once b ON b.person_id = k.other_person_id
WHERE k.relation = 'spouse' AND k.person_id < k.other_person_id
