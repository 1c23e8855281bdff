#include "ingest/detail/record_tables.h"

#include <fmt/format.h>

#include "base/text.h"

namespace songtan::ingest::detail {
namespace {

std::string table_name(const model::TableSchema& schema) { return fmt::format("block_{}", schema.name); }

}  // namespace

Result<RecordTables> RecordTables::open(table::Session& session, const Contract& contract, const FileLineage& lineage) {
  RecordTables tables(session, contract, lineage);
  for (const Section& section : contract.sections) {
    Table& table = tables.tables_[section.schema->name];
    if (table.schema != nullptr) continue;
    table.schema = section.schema;
    TRY_VOID(tables.create(table));
  }
  TRY_VOID(tables.create_keys());
  return tables;
}

Result<void> RecordTables::create_keys() {
  if (contract_->keys.empty()) return {};
  TRY_VOID(session_->run(
      "CREATE OR REPLACE TABLE block_keys(\"row\" BIGINT, key VARCHAR, removed BOOLEAN, \"order\" BIGINT)"));
  TRY(keys_, table::TableWriter::open(*session_, "block_keys"));
  return {};
}

void RecordTables::add_key(const RowKey& key) {
  keys_->bigint(key.row);
  if (key.key)
    keys_->text(*key.key);
  else
    keys_->null();
  keys_->boolean(key.removed);
  if (key.order)
    keys_->bigint(*key.order);
  else
    keys_->null();
  keys_->end_row();
}

Result<void> RecordTables::flush_keys(const std::filesystem::path& folder, std::int64_t first_row) {
  if (!keys_) return {};
  TRY_VOID(keys_->finish());
  keys_.reset();
  TRY_VOID(session_->write_parquet("SELECT * FROM block_keys", folder / fmt::format("keys-{:09}.parquet", first_row)));
  return session_->run("DROP TABLE block_keys");
}

Result<void> RecordTables::create(Table& table) {
  std::string columns = "record_id BIGINT, office VARCHAR";
  for (const model::Column& column : table.schema->columns.subspan(kLineageColumns)) {
    columns += fmt::format(", \"{}\" {}", column.name, column.sql_type);
  }
  table.rows = 0;
  TRY_VOID(session_->run(fmt::format("CREATE OR REPLACE TABLE {}({})", table_name(*table.schema), columns)));
  TRY(table.writer, table::TableWriter::open(*session_, table_name(*table.schema)));
  return {};
}

std::string RecordTables::select_of(const Table& table) const {
  std::string role = "CASE record_id & 15";
  for (std::size_t i = 0; i < contract_->roles.size(); ++i)
    role += fmt::format(" WHEN {} THEN {}", i, sql_literal(contract_->roles[i]));
  std::string fields;
  for (const model::Column& column : table.schema->columns.subspan(kLineageColumns))
    fields += fmt::format(", \"{}\"", column.name);
  return fmt::format(
      "SELECT record_id, {} AS source, {} AS file, (record_id >> 4) & 268435455 AS row, {} END AS role, {} AS load, "
      "DATE {} AS known_on, office{} FROM {}",
      sql_literal(lineage_.source), sql_literal(lineage_.file), role, sql_literal(lineage_.load),
      sql_literal(lineage_.delivery.text()), fields, table_name(*table.schema));
}

Result<void> RecordTables::flush(const std::filesystem::path& folder, std::int64_t first_row,
                                 std::map<std::string, std::int64_t>& written) {
  for (auto& [name, table] : tables_) {
    if (table.rows == 0) continue;
    TRY_VOID(table.writer->finish());
    table.writer.reset();
    const std::filesystem::path file = folder / fmt::format("{}-{:09}.parquet", name, first_row);
    TRY(const std::int64_t rows, session_->write_parquet(select_of(table), file));
    CHECK_PROMISE(rows == table.rows);
    written[std::string(name)] += rows;
    TRY_VOID(session_->run(fmt::format("DROP TABLE {}", table_name(*table.schema))));
  }
  return flush_keys(folder, first_row);
}

Result<void> RecordTables::reopen() {
  for (auto& [name, table] : tables_) {
    if (!table.writer) TRY_VOID(create(table));
  }
  return create_keys();
}

}  // namespace songtan::ingest::detail
