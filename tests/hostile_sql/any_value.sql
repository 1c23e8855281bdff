-- pack.sql_function: takes whichever value comes first
SELECT any_value(person_id) AS v FROM person
