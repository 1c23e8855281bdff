-- pack.sql_statement: fills a relation from a file
COPY person FROM '/etc/passwd'
