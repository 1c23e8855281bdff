-- 法定义务：成年子女赡养父母，父母抚养未成年子女，夫妻互相扶养（民法典 第一千零五十九条、第一千零六十七条）。
-- person_id 是权利人，other_person_id 是义务人。
WITH born AS (SELECT person_id, value FROM fact WHERE fact = '出生')
SELECT k.person_id, k.other_person_id
FROM kin k LEFT JOIN born a ON a.person_id = k.person_id LEFT JOIN born b ON b.person_id = k.other_person_id
WHERE k.relation = 'spouse'
   OR (k.relation = 'child' AND b.value <= CAST($as_of - INTERVAL 18 YEAR AS DATE) - DATE '1970-01-01')
   OR (k.relation = 'parent' AND a.value > CAST($as_of - INTERVAL 18 YEAR AS DATE) - DATE '1970-01-01')
