-- pack.sql_statement: breaks out of a literal by the date
SELECT CAST('$as_of; DROP TABLE person; --' AS BIGINT) AS v
