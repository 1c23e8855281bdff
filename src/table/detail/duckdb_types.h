// Mapping between DuckDB's types and ours; the only helpers that see both.
#pragma once

#include <duckdb.h>

#include "base/result.h"
#include "table/chunk.h"

namespace songtan::table::detail {

ColumnType column_type_of(duckdb_type type);
duckdb_type duckdb_type_of(ColumnType type);

/// A DuckDB error text as ours; recognises interruption, memory and disk.
Error error_of(const char* duckdb_message);

}  // namespace songtan::table::detail
