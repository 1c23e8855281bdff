-- pack.sql_clock: reads the clock
SELECT CAST(year(now()::DATE) AS BIGINT) AS v
