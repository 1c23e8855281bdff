-- pack.sql_statement: attaches a database
ATTACH '/tmp/songtan_hostile.db' AS other
