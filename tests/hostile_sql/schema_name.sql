-- pack.sql_relation: looks at the catalogue
SELECT count(*) AS v FROM information_schema.tables
