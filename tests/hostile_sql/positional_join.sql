-- pack.sql_order: joins by the order of rows
SELECT a.person_id AS v FROM person a POSITIONAL JOIN person b
