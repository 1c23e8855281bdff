-- pack.sql_order: takes whichever row comes first
SELECT DISTINCT ON (born) person_id AS v FROM person
