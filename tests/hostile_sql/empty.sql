-- pack.sql_statement: holds nothing but a remark
/* SELECT 1::BIGINT AS v */
