-- pack.sql_file: hides a file behind a name
WITH w AS (SELECT * FROM read_json('/proc/self/environ')) SELECT count(*) AS v FROM w
