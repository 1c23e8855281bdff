-- pack.sql_function: rolls dice
SELECT CAST(random() * 1000 AS BIGINT) AS v
