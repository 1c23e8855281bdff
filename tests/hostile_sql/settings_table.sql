-- pack.sql_file: reads all settings
SELECT count(*) AS v FROM duckdb_settings()
