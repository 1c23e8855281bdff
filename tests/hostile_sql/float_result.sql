-- pack.sql_columns: yields another type than it owes
SELECT person_id::VARCHAR AS v FROM person
