-- pack.sql_float: computes with DOUBLE
SELECT CAST(person_id / 3 AS BIGINT) AS v FROM person
