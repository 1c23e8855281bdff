-- 受赡养父母数：成年子女名下，每名在世的父母一行，到父母死亡为止（民法典 第一千零六十七条）。
WITH born AS (
  SELECT person_id, min(coalesce(number_birth, birth)) AS born FROM identity JOIN scope USING (person_id) GROUP BY person_id
), died AS (
  SELECT person_id, min(valid_from) AS died FROM event WHERE kind IN ('death', 'cremation') AND valid_from IS NOT NULL GROUP BY person_id
)
SELECT k.person_id, '受赡养父母数' AS fact, CAST(b.born + INTERVAL 18 YEAR AS DATE) AS valid_from, d.died AS valid_to, CAST(1 AS BIGINT) AS value,
       CAST(NULL AS VARCHAR) AS text, k.known_on, k.source, k.record_id, CAST(0 AS BIGINT) AS preference
FROM kin k JOIN scope USING (person_id) JOIN born b USING (person_id) LEFT JOIN died d ON d.person_id = k.other_person_id
WHERE k.relation = 'parent' AND b.born + INTERVAL 18 YEAR <= $as_of
