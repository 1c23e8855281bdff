-- pack.sql_unbound: names a file as if it were a relation
SELECT count(*) AS v FROM '/etc/passwd'
