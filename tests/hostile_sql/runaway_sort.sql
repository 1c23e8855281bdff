-- table.memory: sorts more than the memory holds
SELECT CAST(count(*) AS BIGINT) AS v FROM (SELECT range AS r, row_number() OVER (ORDER BY range % 977, range) FROM range(4000000))
