-- pack.sql_statement: loads an extension
LOAD '/tmp/evil.duckdb_extension'
