-- pack.sql_clock: reads the clock by a quoted word
SELECT CAST(year("Current_Date") AS BIGINT) AS v
