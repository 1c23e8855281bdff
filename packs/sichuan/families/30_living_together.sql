-- 民发〔2021〕57号 第七条（四）：其他具有法定赡养、扶养、抚养义务关系并长期共同居住的人员：父母与成年子女；
-- 父母不能抚养的未成年人与祖父母、外祖父母或兄姐（民法典 第一千零六十七条、第一千零七十四条、第一千零七十五条）。
-- 居住地址相同为共同居住；没有登记居住地址的从住在同一村居的配偶。仍有一方没有地址的：同在一份整户低保、边缘名册（经调查核定）的是共同居住；
-- 住在同一村、社区的，或者同一户口簿而居住区划不相异的，推定共同居住（tie = presumed）；其中一方在名册而另一方不在的，不算，留待核实（open）。
WITH born AS (
  SELECT person_id, value > CAST($as_of - INTERVAL 18 YEAR AS DATE) - DATE '1970-01-01' AS minor FROM fact WHERE fact = '出生'
), raised AS (
  SELECT k.person_id FROM kin k LEFT JOIN excluded x ON x.person_id = k.other_person_id
  WHERE k.relation = 'parent' AND x.person_id IS NULL GROUP BY k.person_id
), unraised AS (
  SELECT b.person_id FROM born b LEFT JOIN raised r USING (person_id) WHERE b.minor AND r.person_id IS NULL
), duty AS (
  SELECT k.person_id AS person_a, k.other_person_id AS person_b, '共同居住的父母与成年子女' AS reason
  FROM kin k LEFT JOIN born b ON b.person_id = k.other_person_id WHERE k.relation = 'child' AND NOT coalesce(b.minor, false)
  UNION ALL
  SELECT u.person_id, g.other_person_id, '父母不能抚养，由祖父母、外祖父母抚养'
  FROM unraised u JOIN kin p ON p.person_id = u.person_id AND p.relation = 'parent' JOIN kin g ON g.person_id = p.other_person_id AND g.relation = 'parent'
  UNION ALL
  SELECT u.person_id, s.other_person_id, '父母不能抚养，由兄姐扶养'
  FROM unraised u JOIN kin p ON p.person_id = u.person_id AND p.relation = 'parent'
  JOIN kin s ON s.person_id = p.other_person_id AND s.relation = 'child' AND s.other_person_id <> u.person_id
  JOIN born b ON b.person_id = s.other_person_id AND NOT b.minor
), stated AS (
  SELECT person_id, region, place FROM address
  WHERE kind = 'residence' AND (valid_from IS NULL OR valid_from <= $as_of) AND (valid_to IS NULL OR valid_to > $as_of)
  GROUP BY person_id, region, place
), placed AS (
  SELECT person_id FROM stated WHERE place IS NOT NULL GROUP BY person_id
), home AS (
  SELECT person_id, region, place FROM stated
  UNION
  SELECT k.person_id, h.region, h.place FROM kin k
  JOIN stated h ON h.person_id = k.other_person_id AND h.place IS NOT NULL
  LEFT JOIN placed o ON o.person_id = k.person_id
  LEFT JOIN stated s ON s.person_id = k.person_id
  WHERE k.relation = 'spouse' AND o.person_id IS NULL AND (s.region IS NULL OR s.region = h.region)
), book AS (
  SELECT person_id, group_key FROM relation WHERE kind = 'household' GROUP BY person_id, group_key
), roster AS (
  SELECT person_id, group_key FROM enrolment
  WHERE programme IN ('DB', 'BY') AND state = 'enrolled' AND coalesce(detail, '') <> 'single_person'
    AND (valid_from IS NULL OR valid_from <= $as_of) AND (valid_to IS NULL OR valid_to > $as_of)
  GROUP BY person_id, group_key
), compared AS (
  SELECT d.person_a, d.person_b, d.reason,
         coalesce(bool_or(ha.place = hb.place), false) AS same_home,
         coalesce(bool_or(ha.place IS NOT NULL AND hb.place IS NOT NULL), false) AS both_placed,
         bool_or(ha.region = hb.region) AS same_area,
         coalesce(bool_or(ha.region = hb.region AND length(ha.region) = 12 AND NOT ends_with(ha.region, '000')), false) AS same_village,
         bool_or(bb.person_id IS NOT NULL) AS same_book,
         bool_or(rb.group_key = ra.group_key) AS same_roster,
         bool_or(ra.person_id IS NOT NULL OR rb.person_id IS NOT NULL) AS on_roster
  FROM duty d
  LEFT JOIN home ha ON ha.person_id = d.person_a
  LEFT JOIN home hb ON hb.person_id = d.person_b
  LEFT JOIN book ba ON ba.person_id = d.person_a
  LEFT JOIN book bb ON bb.person_id = d.person_b AND bb.group_key = ba.group_key
  LEFT JOIN roster ra ON ra.person_id = d.person_a
  LEFT JOIN roster rb ON rb.person_id = d.person_b
  GROUP BY d.person_a, d.person_b, d.reason
), judged AS (
  SELECT *, CASE WHEN same_home THEN 'known'
                 WHEN both_placed THEN NULL
                 WHEN same_roster THEN 'known'
                 WHEN NOT same_village AND NOT (same_book AND coalesce(same_area, true)) THEN NULL
                 WHEN on_roster THEN 'open' ELSE 'presumed' END AS tie
  FROM compared
)
SELECT person_a, person_b, reason, '民发〔2021〕57号 第七条（四）' AS article, tie
FROM judged WHERE tie IS NOT NULL
