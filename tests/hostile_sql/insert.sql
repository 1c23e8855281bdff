-- pack.sql_statement: adds a person
INSERT INTO person VALUES (99, NULL)
