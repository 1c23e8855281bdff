-- pack.sql_statement: asks by PRAGMA
PRAGMA database_list
