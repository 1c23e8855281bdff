-- 亲属边：“other_person_id 是 person_id 的 relation”，双向各一行。来自户内亲属关系、出生、婚姻登记和户口簿、名册中与户主的关系。
-- 已经离婚的（其后没有再登记结婚的）不再是配偶。名册停发不影响血亲。一人只有一位配偶（民法典 第一千零四十一条）：几说不一的，
-- 取在世的、来源多的、登记晚的，其余多是没有报来的离婚或者误记的人。
WITH said AS (
  SELECT person_id, other_person_id, relation, source, record_id, known_on, valid_from, valid_to
  FROM relation WHERE kind = 'pair' AND other_person_id IS NOT NULL
  UNION ALL
  SELECT h.person_id, m.person_id, m.relation, m.source, m.record_id, m.known_on, NULL, m.valid_to
  FROM relation m JOIN relation h ON h.kind = m.kind AND h.group_key = m.group_key AND h.relation = 'head'
  WHERE m.kind IN ('household', 'group') AND m.relation <> 'head'
), plain AS (
  SELECT person_id, other_person_id, source, record_id, known_on, valid_from, valid_to, CASE
    WHEN relation IN ('father', 'mother', 'parent') THEN 'parent'
    WHEN relation IN ('son', 'daughter', 'child') THEN 'child'
    WHEN relation IN ('spouse', 'ex_spouse', 'sibling') THEN relation END AS relation
  FROM said
), both_ways AS (
  SELECT * FROM plain WHERE relation IS NOT NULL
  UNION ALL
  SELECT other_person_id, person_id, source, record_id, known_on, valid_from, valid_to,
         CASE relation WHEN 'parent' THEN 'child' WHEN 'child' THEN 'parent' ELSE relation END
  FROM plain WHERE relation IS NOT NULL
), parted AS (
  SELECT person_id, other_person_id, max(coalesce(valid_from, DATE '0001-01-01')) AS parted
  FROM both_ways WHERE relation = 'ex_spouse' GROUP BY person_id, other_person_id
), settled AS (
  SELECT b.* FROM both_ways b
  LEFT JOIN parted p ON p.person_id = b.person_id AND p.other_person_id = b.other_person_id AND b.relation = 'spouse'
  WHERE b.relation <> 'ex_spouse' AND (p.parted IS NULL OR b.valid_from > p.parted)
), died AS (
  SELECT person_id FROM event WHERE kind IN ('death', 'cremation') GROUP BY person_id
), couple AS (
  SELECT s.person_id, s.other_person_id, d.person_id IS NULL AS alive, count(DISTINCT s.source) AS sources, count(*) AS times,
         max(coalesce(s.valid_from, DATE '0001-01-01')) AS latest
  FROM settled s LEFT JOIN died d ON d.person_id = s.other_person_id
  WHERE s.relation = 'spouse' AND (s.valid_to IS NULL OR s.valid_to > $as_of)
  GROUP BY s.person_id, s.other_person_id, d.person_id
), ranked AS (
  SELECT person_id, other_person_id,
         row_number() OVER (PARTITION BY person_id ORDER BY alive DESC, sources DESC, latest DESC, times DESC, other_person_id) AS place
  FROM couple
)
SELECT b.person_id, b.relation, b.other_person_id, b.source, b.record_id, b.known_on,
       CASE WHEN b.relation = 'spouse' THEN NULL ELSE b.valid_from END AS valid_from,
       CASE WHEN b.relation = 'spouse' THEN b.valid_to END AS valid_to
FROM settled b
LEFT JOIN ranked r ON r.person_id = b.person_id AND r.other_person_id = b.other_person_id
LEFT JOIN ranked q ON q.person_id = b.other_person_id AND q.other_person_id = b.person_id
WHERE b.relation <> 'spouse' OR (r.place = 1 AND q.place = 1)
