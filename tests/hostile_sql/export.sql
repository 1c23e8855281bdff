-- pack.sql_statement: exports everything
EXPORT DATABASE '/tmp/songtan_hostile'
