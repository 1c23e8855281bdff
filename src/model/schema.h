// The tables that pass between rooms: names, columns, types and sort keys, in one place. docs/formats/ has the prose.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace songtan::model {

struct Column {
  std::string_view name;
  std::string_view sql_type;
};

/// One table: `key` is its total order (comma-separated columns).
struct TableSchema {
  std::string_view name;
  int version;
  std::span<const Column> columns;
  std::string_view key;
};

/// The closed list of standard records that ingest yields.
std::span<const TableSchema> record_schemas();

/// The tables of a published night.
std::span<const TableSchema> night_schemas();

/// The tables of truth/ beside a synthetic province.
std::span<const TableSchema> truth_schemas();

/// Schema by name among all of the above (records first); the name must exist (CHECK). Truth tables: "truth.<name>".
const TableSchema& schema_of(std::string_view name);

/// "CREATE TABLE <table>(…)" with the schema's columns.
std::string create_table_sql(const TableSchema& schema, std::string_view table);

/// "CAST(a AS T) AS a, …": the columns in order with their types, to select from a table of at least these columns.
std::string select_list(const TableSchema& schema);

/// A SELECT that yields no rows but the right columns.
std::string empty_select(const TableSchema& schema);

/// JSON Schema (2020-12) of one row, as it stands in schemas/tables/<name>.json; the tests hold the two equal.
std::string json_schema(const TableSchema& schema);

}  // namespace songtan::model
