-- pack.sql_function: makes a list of eight gigabytes
SELECT len(range(1000000000)) AS v
