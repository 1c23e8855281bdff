// One delivered file on its way to a load: prepare (digest, encoding, scan, header) → blocks, in any order and on any
// thread → finish (judge, issues, load.json, in place). Whatever fails leaves nothing.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ingest/detail/csv_scan.h"
#include "ingest/detail/discovery.h"
#include "ingest/detail/header.h"
#include "ingest/detail/issue_log.h"
#include "ingest/detail/json_lines.h"
#include "ingest/detail/record_tables.h"
#include "ingest/detail/xlsx_rows.h"
#include "ingest/ingest.h"

namespace songtan::ingest::detail {

class FileLoad {
 public:
  FileLoad(const DeliveredFile& file, const std::filesystem::path& data, const IngestLimits& limits)
      : file_(file), data_(data), limits_(limits) {}

  /// Fills the load's identity; true if there is work to do, false if `existing` holds these bytes under this contract.
  Result<bool> prepare(const std::vector<Load>& existing, const std::function<bool()>& stop);

  std::size_t block_count() const { return blocks_.size(); }
  std::int64_t block_bytes(std::size_t block) const { return blocks_[block].bytes; }

  /// Maps one block into Parquet parts. The caller that ends the last block gets true and calls finish().
  bool run_block(std::size_t block, table::Session& session, const std::function<bool()>& stop);

  /// The load in its place, or the refusal.
  Result<Load> finish(table::Session& session);
  void discard() const;

  const DeliveredFile& file() const { return file_; }
  const Load& load() const { return load_; }

 private:
  struct BlockResult {
    std::optional<IssueLog> issues;
    std::int64_t rows = 0;
    std::int64_t rejected = 0;
    std::map<std::string, std::int64_t> records;
    std::optional<Error> error;
  };

  bool is_csv() const { return file_.contract->format == FileFormat::csv || !spool_.empty(); }
  bool is_multiline() const { return file_.contract->multiline || !spool_.empty(); }
  Result<bool> fetch_table(const std::vector<Load>& existing, const std::function<bool()>& stop);
  Result<void> prepare_csv(const std::function<bool()>& stop);
  Result<void> prepare_text(const std::function<bool()>& stop);
  Result<void> prepare_stream(const std::function<bool()>& stop);
  Result<void> refuse_unnamed_delta() const;
  Result<void> refuse_broken(std::int64_t rows, std::int64_t broken, std::int64_t first_row, std::int64_t offset) const;
  std::unexpected<Error> about_delivered(Error error) const;
  JsonLimits json_limits() const;
  XlsxLimits xlsx_limits() const;
  Result<void> read_stream(const RowSink& row) const;
  Result<BlockResult> map_csv(const CsvBlock& block, table::Session& session, const std::function<bool()>& stop) const;
  Result<BlockResult> map_stream(table::Session& session, const std::function<bool()>& stop) const;
  DeliveredSample sample() const;
  Result<void> judge(const IssueLog& issues) const;
  Result<void> judge_drift(const IssueLog& issues, std::size_t column) const;
  Result<void> judge_codes(const IssueLog& issues) const;
  Result<void> write_issues(table::Session& session, const IssueLog& issues) const;
  FileLineage lineage() const;

  DeliveredFile file_;
  std::filesystem::path data_;
  IngestLimits limits_;
  Load load_;
  std::filesystem::path folder_;  ///< unfinished
  std::filesystem::path text_;    ///< the UTF-8 bytes: the file itself, its transcoded twin, or a table's copy
  std::filesystem::path spool_folder_;
  std::filesystem::path spool_;  ///< a database's table as CSV; empty for files
  HeaderMap header_;
  std::vector<std::string> header_names_;
  std::vector<CsvBlock> blocks_;
  std::vector<BlockResult> results_;
  std::atomic<std::size_t> blocks_left_ = 0;
};

}  // namespace songtan::ingest::detail
