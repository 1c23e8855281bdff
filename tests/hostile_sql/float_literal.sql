-- pack.sql_float: writes a DOUBLE
SELECT CAST(1e3 AS BIGINT) AS v
