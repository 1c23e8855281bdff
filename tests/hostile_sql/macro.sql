-- pack.sql_statement: redefines a function
CREATE MACRO abs(x) AS 42
