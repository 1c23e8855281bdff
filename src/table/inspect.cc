#include <duckdb.h>

#include "table/detail/duckdb_types.h"
#include "table/detail/session_state.h"
#include "table/session.h"

namespace songtan::table {
namespace {

// The name DuckDB gives to a type id; only those matter that a judge of foreign SQL asks about.
std::string sql_type_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_FLOAT: return "FLOAT";
    case DUCKDB_TYPE_DOUBLE: return "DOUBLE";
    case DUCKDB_TYPE_BOOLEAN: return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT: return "TINYINT";
    case DUCKDB_TYPE_SMALLINT: return "SMALLINT";
    case DUCKDB_TYPE_INTEGER: return "INTEGER";
    case DUCKDB_TYPE_BIGINT: return "BIGINT";
    case DUCKDB_TYPE_HUGEINT: return "HUGEINT";
    case DUCKDB_TYPE_DATE: return "DATE";
    case DUCKDB_TYPE_VARCHAR: return "VARCHAR";
    case DUCKDB_TYPE_DECIMAL: return "DECIMAL";
    case DUCKDB_TYPE_SQLNULL: return "NULL";
    default: return "OTHER";
  }
}

StatementInfo info_of(duckdb_prepared_statement statement) {
  StatementInfo info;
  info.is_select = duckdb_prepared_statement_type(statement) == DUCKDB_STATEMENT_TYPE_SELECT;
  const idx_t count = duckdb_prepared_statement_column_count(statement);
  for (idx_t i = 0; i < count; ++i) {
    const char* name = duckdb_prepared_statement_column_name(statement, i);
    info.column_names.emplace_back(name == nullptr ? "" : name);
    duckdb_free(const_cast<char*>(name));
    const duckdb_type type = duckdb_prepared_statement_column_type(statement, i);
    info.column_types.push_back(detail::column_type_of(type));
    info.column_sql_types.push_back(sql_type_of(type));
  }
  return info;
}

}  // namespace

Result<std::vector<StatementInfo>> Session::inspect(std::string_view sql) {
  const std::string text(sql);
  duckdb_extracted_statements extracted = nullptr;
  const idx_t count = duckdb_extract_statements(state_->connection, text.c_str(), &extracted);
  if (count == 0) {
    const char* words = duckdb_extract_statements_error(extracted);
    Error error = detail::error_of(words == nullptr ? "no statement" : words);
    duckdb_destroy_extracted(&extracted);
    return fail(std::move(error));
  }
  std::vector<StatementInfo> infos;
  for (idx_t i = 0; i < count; ++i) {
    duckdb_prepared_statement statement = nullptr;
    const bool prepared =
        duckdb_prepare_extracted_statement(state_->connection, extracted, i, &statement) == DuckDBSuccess;
    if (!prepared) {
      Error error = detail::error_of(duckdb_prepare_error(statement));
      duckdb_destroy_prepare(&statement);
      duckdb_destroy_extracted(&extracted);
      return fail(std::move(error));
    }
    infos.push_back(info_of(statement));
    duckdb_destroy_prepare(&statement);
  }
  duckdb_destroy_extracted(&extracted);
  return infos;
}

}  // namespace songtan::table
