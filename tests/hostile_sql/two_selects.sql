-- pack.sql_statement: yields the second of two SELECTs
SELECT 1::BIGINT AS v;
SELECT 2::BIGINT AS v
