-- pack.sql_float: computes with FLOAT
SELECT CAST(person_id::REAL AS BIGINT) AS v FROM person
