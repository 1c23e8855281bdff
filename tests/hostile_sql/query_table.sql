-- pack.sql_file: reads a relation whose name is computed
SELECT person_id AS v FROM query_table('per' || 'son')
