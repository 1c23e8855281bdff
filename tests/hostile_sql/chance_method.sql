-- pack.sql_function: rolls dice in the dotted form
SELECT ('x').uuid().length() AS v
