-- pack.sql_recursion: never ends
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT CAST(max(n) AS BIGINT) AS v FROM t
