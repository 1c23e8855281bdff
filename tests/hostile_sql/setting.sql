-- pack.sql_statement: changes a setting
SET memory_limit = '1TB'
