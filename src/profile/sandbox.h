// The room in which a pack's SQL runs: an in-memory database of its own, filled by us, then locked. In: relations.
// Out: the rows of judged SELECTs.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/progress.h"
#include "profile/pack_sql.h"
#include "table/session.h"

namespace songtan::profile {

struct SandboxLimits {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  std::filesystem::path spill_folder;
  std::chrono::milliseconds time_of_statement = std::chrono::minutes(20);
};

/// Open → our SQL reads Parquet into tables → lock → pack SQL. The lock cannot be taken off: no file can be opened,
/// no extension loaded and no setting changed after it (DuckDB's enable_external_access and lock_configuration).
class Sandbox {
 public:
  static Result<Sandbox> open(const SandboxLimits& limits);

  /// For our own SQL only.
  table::Session& session() { return session_; }

  Result<void> lock();

  /// Judges `select`, runs it and hands over its rows; the chunk's columns are those asked for, in that order.
  /// Errors: as judge(); pack.sql_time when it runs longer than the limit; table.memory beyond the memory.
  Result<void> run(const PackSelect& select, std::span<const ResultColumn> columns,
                   const std::function<Result<void>(const table::Chunk&)>& consume);

  /// Judges `select`, runs it and keeps its rows as a new relation.
  Result<void> keep(const PackSelect& select, std::span<const ResultColumn> columns, std::string_view relation);

 private:
  Sandbox(table::Session session, SandboxLimits limits) : session_(std::move(session)), limits_(std::move(limits)) {}

  table::Session session_;
  SandboxLimits limits_;
  bool locked_ = false;
};

}  // namespace songtan::profile
