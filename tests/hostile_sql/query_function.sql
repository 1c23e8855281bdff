-- pack.sql_file: runs a text as SQL
SELECT * FROM query('SELECT 1::BIGINT AS v')
