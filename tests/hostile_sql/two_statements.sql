-- pack.sql_statement: smuggles a second statement
SELECT person_id AS v FROM person; DROP TABLE person
