-- 民发〔2021〕57号 第七条（二）未成年子女；（三）已成年但不能独立生活的子女，包括在校接受全日制本科及以下学历教育的子女。
-- 不问是否同住。父母双方都同住的都算；都不同住的随同一户口簿的一方，其次随母亲。父母已经分开、又没有住址和户口簿可依的是推定。
WITH born AS (
  SELECT person_id, value > CAST($as_of - INTERVAL 18 YEAR AS DATE) - DATE '1970-01-01' AS minor FROM fact WHERE fact = '出生'
), married AS (
  SELECT k.person_id FROM kin k LEFT JOIN excluded x ON x.person_id = k.other_person_id
  WHERE k.relation = 'spouse' AND x.person_id IS NULL GROUP BY k.person_id
), student AS (
  SELECT person_id FROM fact WHERE fact = '在校学段' AND text IN ('小学', '初中', '高中', '中职', '专科', '本科') GROUP BY person_id
), disabled AS (
  -- 一级、二级，或者三级智力、精神残疾。
  SELECT g.person_id FROM fact g LEFT JOIN fact c ON c.person_id = g.person_id AND c.fact = '残疾类别'
  WHERE g.fact = '残疾等级' AND (g.value IN (1, 2) OR (g.value = 3 AND c.text IN ('智力', '精神'))) GROUP BY g.person_id
), dependent AS (
  SELECT b.person_id,
         CASE WHEN b.minor THEN '未成年子女' WHEN s.person_id IS NOT NULL THEN '在校接受全日制本科及以下学历教育的成年子女'
              ELSE '重度残疾、不能独立生活的成年子女' END AS reason,
         CASE WHEN b.minor THEN '民发〔2021〕57号 第七条（二）' ELSE '民发〔2021〕57号 第七条（三）' END AS article
  FROM born b LEFT JOIN student s USING (person_id) LEFT JOIN disabled d USING (person_id) LEFT JOIN married m USING (person_id)
  WHERE b.minor OR (m.person_id IS NULL AND (s.person_id IS NOT NULL OR d.person_id IS NOT NULL))
), home AS (
  SELECT person_id, place FROM address
  WHERE kind = 'residence' AND place IS NOT NULL AND (valid_from IS NULL OR valid_from <= $as_of) AND (valid_to IS NULL OR valid_to > $as_of)
  GROUP BY person_id, place
), book AS (
  SELECT person_id, group_key FROM relation WHERE kind = 'household' GROUP BY person_id, group_key
), candidate AS (
  SELECT d.person_id, d.reason, d.article, k.other_person_id AS parent,
         bool_or(hp.person_id IS NOT NULL) AS same_home, bool_or(bp.person_id IS NOT NULL) AS same_book, bool_or(f.text = '女') AS mother
  FROM dependent d
  JOIN kin k ON k.person_id = d.person_id AND k.relation = 'parent'
  LEFT JOIN excluded x ON x.person_id = k.other_person_id
  LEFT JOIN home hc ON hc.person_id = d.person_id
  LEFT JOIN home hp ON hp.person_id = k.other_person_id AND hp.place = hc.place
  LEFT JOIN book bc ON bc.person_id = d.person_id
  LEFT JOIN book bp ON bp.person_id = k.other_person_id AND bp.group_key = bc.group_key
  LEFT JOIN fact f ON f.person_id = k.other_person_id AND f.fact = '性别'
  WHERE x.person_id IS NULL
  GROUP BY d.person_id, d.reason, d.article, k.other_person_id
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY same_home DESC, same_book DESC, coalesce(mother, false) DESC, parent) AS place
  FROM candidate
), torn AS (
  -- 两位以上的父母不是夫妻。
  SELECT a.person_id FROM candidate a JOIN candidate b ON b.person_id = a.person_id AND b.parent > a.parent
  LEFT JOIN kin k ON k.person_id = a.parent AND k.other_person_id = b.parent AND k.relation = 'spouse'
  WHERE k.person_id IS NULL GROUP BY a.person_id
)
SELECT r.person_id AS person_a, r.parent AS person_b, r.reason, r.article,
       CASE WHEN r.same_home OR r.same_book OR t.person_id IS NULL THEN 'known' ELSE 'presumed' END AS tie
FROM ranked r LEFT JOIN torn t ON t.person_id = r.person_id WHERE r.same_home OR r.place = 1
