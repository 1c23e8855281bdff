-- pack.sql_file: hides a file three levels down
SELECT person_id AS v FROM person WHERE person_id IN (SELECT a FROM (SELECT 1 AS a FROM read_parquet('*.parquet')))
