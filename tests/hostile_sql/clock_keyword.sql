-- pack.sql_clock: reads the clock by a keyword
SELECT CAST(year(CURRENT_DATE) AS BIGINT) AS v
