-- Merra Heating Act 2: a hearth is everyone who lives at it, kin or not.
SELECT h.person_id AS person_a, m.person_id AS person_b, 'hearth' AS reason, 'Merra Heating Act 2' AS article
FROM relation m JOIN relation h ON h.group_key = m.group_key AND h.relation = 'head'
WHERE m.relation <> 'head' AND m.person_id <> h.person_id
