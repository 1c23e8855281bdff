-- pack.sql_file: lists a folder
SELECT count(*) AS v FROM glob('/**')
