-- pack.sql_file: reads a file as text
SELECT CAST(length(content) AS BIGINT) AS v FROM read_text('/etc/passwd')
