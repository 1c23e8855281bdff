-- pack.sql_function: pads a text until the memory is full
SELECT length(lpad('x', 2000000000, 'y')) AS v
