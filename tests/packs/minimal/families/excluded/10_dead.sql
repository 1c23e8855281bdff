SELECT person_id, 'dead' AS reason, 'Merra Heating Act 2' AS article FROM fact WHERE fact = 'dead' AND value = 1
