-- pack.sql_function: reads a setting
SELECT length(current_setting('temp_directory')) AS v
