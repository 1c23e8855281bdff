-- pack.sql_file: looks at the catalogue by a function
SELECT count(*) AS v FROM duckdb_tables()
