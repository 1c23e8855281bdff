-- pack.sql_statement: installs an extension
INSTALL httpfs
