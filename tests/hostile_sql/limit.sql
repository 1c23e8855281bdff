-- pack.sql_order: takes whichever row comes first
SELECT person_id AS v FROM person LIMIT 1
