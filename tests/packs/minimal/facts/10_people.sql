-- Merra Register Act 3: birth, death and canton as the register says them.
SELECT person_id, 'born' AS fact, CAST(NULL AS DATE) AS valid_from, CAST(NULL AS DATE) AS valid_to,
       CAST(birth - DATE '1970-01-01' AS BIGINT) AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id, CAST(0 AS BIGINT) AS preference
FROM identity JOIN scope USING (person_id) WHERE birth IS NOT NULL
UNION ALL
SELECT person_id, 'dead', valid_from, NULL, 1, NULL, known_on, source, record_id, 0
FROM event JOIN scope USING (person_id) WHERE kind = 'death'
UNION ALL
SELECT person_id, 'canton', valid_from, valid_to, NULL, left(region, 4), known_on, source, record_id, 0
FROM address JOIN scope USING (person_id) WHERE region IS NOT NULL
UNION ALL
SELECT person_id, 'residence', valid_from, valid_to, NULL, residence_type, known_on, source, record_id, 0
FROM address JOIN scope USING (person_id) WHERE residence_type IS NOT NULL
