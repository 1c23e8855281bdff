-- pack.sql_order: draws a sample
SELECT person_id AS v FROM person TABLESAMPLE 10%
