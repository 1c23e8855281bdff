-- 户籍区县（旧码折算成现行代码）、户籍本省、城乡、常住本省、居住外县。迁出省外自迁出日起不在本省。
WITH successor AS (
  SELECT substr(code, 1, 6) AS code, substr(max(successor), 1, 6) AS county
  FROM division WHERE level = 'county' AND successor IS NOT NULL AND successor <> '' GROUP BY substr(code, 1, 6)
), hukou AS (
  SELECT a.person_id, a.record_id, a.source, a.known_on, a.valid_from, a.valid_to, a.residence_type,
         coalesce(s.county, substr(a.region, 1, 6)) AS county
  FROM address a JOIN scope USING (person_id) LEFT JOIN successor s ON s.code = substr(a.region, 1, 6)
  WHERE a.kind = 'hukou'
)
SELECT person_id, '户籍区县' AS fact, valid_from, valid_to, CAST(NULL AS BIGINT) AS value, county AS text, known_on, source, record_id,
       CAST(0 AS BIGINT) AS preference
FROM hukou WHERE county IS NOT NULL
UNION ALL
SELECT person_id, '户籍本省', valid_from, valid_to, CASE WHEN starts_with(county, '51') THEN 1 ELSE 0 END, NULL, known_on, source, record_id, 0
FROM hukou WHERE county IS NOT NULL
UNION ALL
SELECT person_id, '城乡', valid_from, valid_to, NULL, CASE residence_type WHEN 'urban' THEN '城镇' ELSE '农村' END, known_on, source, record_id, 0
FROM hukou WHERE residence_type IS NOT NULL
UNION ALL
SELECT person_id, '户籍本省', valid_from, NULL, 0, NULL, known_on, source, record_id, 0
FROM event JOIN scope USING (person_id) WHERE kind = 'move_out' AND valid_from IS NOT NULL
UNION ALL
SELECT person_id, '常住本省', valid_from, valid_to, CASE WHEN starts_with(region, '51') THEN 1 ELSE 0 END, NULL, known_on, source, record_id, 0
FROM address JOIN scope USING (person_id) WHERE kind = 'residence' AND region IS NOT NULL
UNION ALL
-- 同一登记中居住地和户籍地不在一个县（市、区）。
SELECT r.person_id, '居住外县', r.valid_from, r.valid_to, CASE WHEN left(r.region, 6) = left(h.region, 6) THEN 0 ELSE 1 END, NULL, r.known_on, r.source, r.record_id, 0
FROM address r JOIN scope USING (person_id)
JOIN (SELECT person_id, source, max(region) AS region FROM address WHERE kind = 'hukou' AND region IS NOT NULL AND valid_to IS NULL GROUP BY person_id, source) h
  ON h.person_id = r.person_id AND h.source = r.source
WHERE r.kind = 'residence' AND r.region IS NOT NULL
