-- pack.sql_parameter: wants a parameter of its own
SELECT person_id + $other AS v FROM person
