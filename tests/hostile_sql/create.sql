-- pack.sql_statement: makes a table of its own
CREATE OR REPLACE TABLE person AS SELECT 1::BIGINT AS person_id
