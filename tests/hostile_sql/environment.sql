-- pack.sql_function: reads the environment
SELECT length(getenv('HOME')) AS v
