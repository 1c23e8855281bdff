#include "table/detail/duckdb_types.h"

#include <string>
#include <string_view>

namespace songtan::table::detail {

ColumnType column_type_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return ColumnType::boolean;
    case DUCKDB_TYPE_TINYINT: return ColumnType::tiny;
    case DUCKDB_TYPE_INTEGER: return ColumnType::integer;
    case DUCKDB_TYPE_BIGINT: return ColumnType::bigint;
    case DUCKDB_TYPE_HUGEINT: return ColumnType::hugeint;
    case DUCKDB_TYPE_DATE: return ColumnType::date;
    case DUCKDB_TYPE_VARCHAR: return ColumnType::text;
    case DUCKDB_TYPE_DOUBLE: return ColumnType::real;
    default: return ColumnType::other;
  }
}

duckdb_type duckdb_type_of(ColumnType type) {
  switch (type) {
    case ColumnType::boolean: return DUCKDB_TYPE_BOOLEAN;
    case ColumnType::tiny: return DUCKDB_TYPE_TINYINT;
    case ColumnType::integer: return DUCKDB_TYPE_INTEGER;
    case ColumnType::bigint: return DUCKDB_TYPE_BIGINT;
    case ColumnType::hugeint: return DUCKDB_TYPE_HUGEINT;
    case ColumnType::date: return DUCKDB_TYPE_DATE;
    case ColumnType::text: return DUCKDB_TYPE_VARCHAR;
    case ColumnType::real: return DUCKDB_TYPE_DOUBLE;
    case ColumnType::other: return DUCKDB_TYPE_INVALID;
  }
  return DUCKDB_TYPE_INVALID;
}

Error error_of(const char* duckdb_message) {
  const std::string_view words = duckdb_message == nullptr ? "unknown error" : duckdb_message;
  Error error;
  error.code = "table.query";
  error.outcome = Outcome::bad_data;
  if (words.starts_with("INTERRUPT")) {
    error.outcome = Outcome::interrupted;
    error.code = "interrupted";
    error.message = {"已按要求中断", "interrupted on request"};
    error.mend = {"再次运行同一命令即可继续", "run the same command again to go on"};
    return error;
  }
  if (words.starts_with("Out of Memory")) {
    error.outcome = Outcome::environment;
    error.code = "table.memory";
    error.mend = {"增大 --memory，或减少 --threads", "raise --memory or lower --threads"};
  } else if (words.starts_with("IO Error")) {
    error.outcome = Outcome::environment;
    error.code = "table.io";
    error.mend = {"检查磁盘空间与读写权限", "check disk space and permissions"};
  }
  error.message = {std::string(words), std::string(words)};
  return error;
}

}  // namespace songtan::table::detail
