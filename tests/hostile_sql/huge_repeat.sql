-- pack.sql_function: repeats a letter until the memory is full
SELECT length(repeat('x', 4000000000)) AS v
