-- 财产（民发〔2021〕57号 第十四条）。同一天同类的几次查询取最大的一次；一类的余额到下一次查询为止。
WITH balance AS (
  SELECT person_id, kind, valid_from, max(amount) AS amount, max(known_on) AS known_on, min(source) AS source, min(record_id) AS record_id
  FROM asset JOIN scope USING (person_id)
  WHERE kind IN ('bank_balance', 'securities') AND amount IS NOT NULL AND valid_from IS NOT NULL
  GROUP BY person_id, kind, valid_from
), owned AS (
  SELECT person_id, record_id, source, known_on, valid_from, valid_to, coalesce(quantity, 1) AS quantity, amount, CASE
    WHEN kind = 'dwelling' THEN '住房套数'
    WHEN kind IN ('shop', 'parking') THEN '非住宅房产数'
    WHEN kind = 'vehicle' AND detail IN ('car', 'truck', '小型轿车', '货车') THEN '机动车数'
    WHEN kind = 'company' AND detail IN ('company', 'limited_company', '有限责任公司') THEN '企业出资' END AS fact
  FROM asset JOIN scope USING (person_id)
)
SELECT person_id, '金融资产' AS fact, valid_from, lead(valid_from) OVER (PARTITION BY person_id, kind ORDER BY valid_from) AS valid_to,
       amount AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM balance
UNION ALL
SELECT person_id, fact, valid_from, valid_to, CASE fact WHEN '企业出资' THEN coalesce(amount, 0) ELSE quantity END, NULL, known_on, source, record_id, 0
FROM owned WHERE fact IS NOT NULL
