-- pack.sql_recursion: recurses, if only for a while
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT CAST(max(n) AS BIGINT) AS v FROM t
