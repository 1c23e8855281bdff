-- Partners and children of the first person of a hearth.
WITH said AS (
  SELECT h.person_id, m.person_id AS other_person_id, m.relation, m.source, m.record_id, m.known_on
  FROM relation m JOIN relation h ON h.group_key = m.group_key AND h.relation = 'head'
  WHERE m.relation IN ('spouse', 'child')
)
SELECT person_id, relation, other_person_id, source, record_id, known_on, CAST(NULL AS DATE) AS valid_from, CAST(NULL AS DATE) AS valid_to FROM said
UNION ALL
SELECT other_person_id, CASE relation WHEN 'child' THEN 'parent' ELSE relation END, person_id, source, record_id, known_on, NULL, NULL FROM said
