-- 民发〔2021〕57号 第七条第二款（二）：在监狱内服刑、在戒毒所强制隔离戒毒或者宣告失踪人员，不计入共同生活的家庭成员；死者不是成员。
-- 连续三年以上脱离家庭独立生活的宗教教职人员没有登记来源，须由人工确认。
SELECT person_id, CASE fact WHEN '已死亡' THEN '已死亡' WHEN '服刑中' THEN '在监狱内服刑' ELSE '在戒毒所强制隔离戒毒' END AS reason,
       '民发〔2021〕57号 第七条第二款（二）' AS article
FROM fact WHERE fact IN ('已死亡', '服刑中', '强制戒毒中') AND value = 1
UNION ALL
SELECT person_id, '宣告失踪', '民发〔2021〕57号 第七条第二款（二）'
FROM event WHERE kind = 'missing' AND (valid_from IS NULL OR valid_from <= $as_of) AND (valid_to IS NULL OR valid_to > $as_of)
