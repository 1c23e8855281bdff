-- 已死亡、死亡日期：死亡医学证明、火化登记等任一记录。火化只证明不晚于火化日死亡，所以死亡日期以其他记录为先。
SELECT person_id, '已死亡' AS fact, valid_from, CAST(NULL AS DATE) AS valid_to, CAST(1 AS BIGINT) AS value, CAST(NULL AS VARCHAR) AS text,
       known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM event JOIN scope USING (person_id) WHERE kind IN ('death', 'cremation') AND valid_from IS NOT NULL
UNION ALL
SELECT person_id, '死亡日期', NULL, NULL, CAST(valid_from - DATE '1970-01-01' AS BIGINT), NULL, known_on, source, record_id,
       CASE kind WHEN 'death' THEN 1 ELSE 2 END
FROM event JOIN scope USING (person_id) WHERE kind IN ('death', 'cremation') AND valid_from IS NOT NULL
UNION ALL
SELECT person_id, '本省火化', valid_from, NULL, 1, NULL, known_on, source, record_id, 0
FROM event JOIN scope USING (person_id) WHERE kind = 'cremation' AND valid_from IS NOT NULL
