-- pack.sql_file: reads a file of the machine
SELECT 1::BIGINT AS v FROM read_csv('/etc/hostname')
