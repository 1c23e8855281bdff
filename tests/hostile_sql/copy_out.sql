-- pack.sql_statement: writes a file
COPY person TO '/tmp/songtan_hostile.csv'
