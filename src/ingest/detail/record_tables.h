// The standard records of one block on their way to Parquet. Only what varies is written row by row; source, file,
// load, delivery date, row and role are added by the SELECT that copies a table out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "ingest/contract.h"
#include "table/session.h"
#include "table/writer.h"

namespace songtan::ingest::detail {

/// The lineage that all rows of one delivered file share.
struct FileLineage {
  std::string source;
  std::string file;
  std::string load;
  Day delivery;
  std::int64_t file_key = 0;
  bool delta = false;
};

/// How one accepted row is known across deliveries.
struct RowKey {
  std::int64_t row = 0;
  std::optional<std::string_view> key;  ///< nothing: a key cell is empty or destroyed, the row cannot be named
  bool removed = false;
  std::optional<std::int64_t> order;
};

class RecordTables {
 public:
  /// Opens one table for each record kind the contract yields. The session must serve nobody else meanwhile.
  static Result<RecordTables> open(table::Session& session, const Contract& contract, const FileLineage& lineage);

  /// The writer of a kind: first record_id (BIGINT) and office (VARCHAR), then the fields after kLineageColumns.
  table::TableWriter& writer(const model::TableSchema& schema) { return *tables_.at(schema.name).writer; }
  void count_row(const model::TableSchema& schema) { ++tables_.at(schema.name).rows; }

  /// Keeps a row's key; only if the contract has keys.
  void add_key(const RowKey& key);

  /// Writes every table that has rows, and the keys, to <folder>/<kind>-<first row, 9 digits>.parquet and drops it; adds
  /// the counts of records to `written`. Rows keep the order in which they came.
  Result<void> flush(const std::filesystem::path& folder, std::int64_t first_row,
                     std::map<std::string, std::int64_t>& written);

  /// Opens again what flush() dropped, for the rows that follow.
  Result<void> reopen();

 private:
  struct Table {
    const model::TableSchema* schema = nullptr;
    std::optional<table::TableWriter> writer;
    std::int64_t rows = 0;
  };
  RecordTables(table::Session& session, const Contract& contract, const FileLineage& lineage)
      : session_(&session), contract_(&contract), lineage_(lineage) {}
  Result<void> create(Table& table);
  Result<void> create_keys();
  Result<void> flush_keys(const std::filesystem::path& folder, std::int64_t first_row);
  std::string select_of(const Table& table) const;

  table::Session* session_;
  const Contract* contract_;
  FileLineage lineage_;
  std::map<std::string_view, Table> tables_;
  std::optional<table::TableWriter> keys_;
};

}  // namespace songtan::ingest::detail
