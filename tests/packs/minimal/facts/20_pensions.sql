SELECT person_id, 'pension' AS fact, valid_from, valid_to, amount AS value, CAST(NULL AS VARCHAR) AS text, known_on, source, record_id,
       CAST(0 AS BIGINT) AS preference
FROM income JOIN scope USING (person_id) WHERE kind = 'pension_resident'
