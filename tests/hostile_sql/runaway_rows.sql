-- table.memory: yields rows without end
SELECT a.range AS v FROM range(1000000000000) a
