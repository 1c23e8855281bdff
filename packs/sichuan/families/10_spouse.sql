-- 民发〔2021〕57号 第七条（一）：配偶。不问是否同住。
SELECT person_id AS person_a, other_person_id AS person_b, '配偶' AS reason, '民发〔2021〕57号 第七条（一）' AS article
FROM kin WHERE relation = 'spouse' AND person_id < other_person_id
