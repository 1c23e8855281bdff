-- pack.sql_time: joins everything with everything
SELECT CAST(sum(a.range * b.range) % 1000 AS BIGINT) AS v FROM range(3000000) a, range(3000000) b
