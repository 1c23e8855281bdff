#include "table/session.h"

#include <duckdb.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "base/text.h"
#include "table/detail/duckdb_types.h"
#include "table/detail/session_state.h"

namespace songtan::table {

struct Rows::State {
  duckdb_result result{};
  duckdb_data_chunk chunk_handle = nullptr;
  Chunk chunk;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (chunk_handle != nullptr) duckdb_destroy_data_chunk(&chunk_handle);
    duckdb_destroy_result(&result);
  }
};

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

std::int64_t Rows::column_count() const { return static_cast<std::int64_t>(duckdb_column_count(&state_->result)); }

std::string Rows::column_name(std::int64_t column) const {
  return duckdb_column_name(&state_->result, static_cast<idx_t>(column));
}

ColumnType Rows::column_type(std::int64_t column) const {
  return detail::column_type_of(duckdb_column_type(&state_->result, static_cast<idx_t>(column)));
}

Result<bool> Rows::next() {
  if (state_->chunk_handle != nullptr) duckdb_destroy_data_chunk(&state_->chunk_handle);
  state_->chunk_handle = duckdb_fetch_chunk(state_->result);
  if (state_->chunk_handle == nullptr) {
    const char* words = duckdb_result_error(&state_->result);
    if (words != nullptr && words[0] != '\0') return fail(detail::error_of(words));
    return false;
  }
  state_->chunk = Chunk(state_->chunk_handle);
  if (state_->chunk.size() == 0) return next();
  return true;
}

const Chunk& Rows::chunk() const { return state_->chunk; }

Session::State::~State() {
  if (connection != nullptr) duckdb_disconnect(&connection);
  if (database != nullptr) duckdb_close(&database);
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

namespace {

/// Databases name their spill files alike: two that are open at once must not share a folder, or they read each other's
/// pages. Empty stays empty: DuckDB would else spill into the current folder.
std::filesystem::path own_spill_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return folder;
  std::error_code ignored;  // DuckDB makes only the last folder, when it first spills, and says so if it cannot
  std::filesystem::create_directories(folder, ignored);
  static std::atomic<std::uint64_t> sessions = 0;
  return folder / fmt::format("session-{}-{}", ::getpid(), sessions++);
}

}  // namespace

Result<Session> Session::open(const SessionOptions& options) {
  auto state = std::make_unique<State>();
  duckdb_config config = nullptr;
  CHECK_PROMISE(duckdb_create_config(&config) == DuckDBSuccess);
  const auto set = [&](const char* name, const std::string& value) {
    CHECK_PROMISE(duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess);
  };
  set("threads", std::to_string(options.threads));
  set("memory_limit", fmt::format("{}MiB", std::max<std::int64_t>(options.memory_bytes >> 20, 16)));
  set("autoload_known_extensions", "false");
  set("autoinstall_known_extensions", "false");
  set("temp_directory", own_spill_folder(options.spill_folder).string());
  if (options.locked) set("enable_external_access", "false");
  char* words = nullptr;
  const bool opened = duckdb_open_ext(nullptr, &state->database, config, &words) == DuckDBSuccess;
  duckdb_destroy_config(&config);
  if (!opened) {
    Error error = detail::error_of(words);
    duckdb_free(words);
    error.outcome = Outcome::environment;
    return fail(std::move(error));
  }
  CHECK_PROMISE(duckdb_connect(state->database, &state->connection) == DuckDBSuccess);
  Session session(std::move(state));
  // The order of the delivered rows is part of their identity, so insertion order is always kept (DuckDB's default).
  if (options.locked) TRY_VOID(session.run("SET lock_configuration = true"));
  return session;
}

Result<void> Session::run(std::string_view sql) {
  duckdb_result result;
  const std::string text(sql);
  const bool done = duckdb_query(state_->connection, text.c_str(), &result) == DuckDBSuccess;
  if (done) {
    duckdb_destroy_result(&result);
    return {};
  }
  Error error = detail::error_of(duckdb_result_error(&result));
  duckdb_destroy_result(&result);
  return fail(std::move(error));
}

Result<Rows> Session::query(std::string_view sql) {
  auto rows = std::make_unique<Rows::State>();
  const std::string text(sql);
  if (duckdb_query(state_->connection, text.c_str(), &rows->result) != DuckDBSuccess)
    return fail(detail::error_of(duckdb_result_error(&rows->result)));
  return Rows(std::move(rows));
}

Result<Rows> Session::stream(std::string_view sql) {
  duckdb_prepared_statement statement = nullptr;
  const std::string text(sql);
  if (duckdb_prepare(state_->connection, text.c_str(), &statement) != DuckDBSuccess) {
    Error error = detail::error_of(duckdb_prepare_error(statement));
    duckdb_destroy_prepare(&statement);
    return fail(std::move(error));
  }
  duckdb_pending_result pending = nullptr;
  auto rows = std::make_unique<Rows::State>();
  const bool started = duckdb_pending_prepared_streaming(statement, &pending) == DuckDBSuccess;
  const bool done = started && duckdb_execute_pending(pending, &rows->result) == DuckDBSuccess;
  std::optional<Error> error;
  if (!started)
    error = detail::error_of(duckdb_pending_error(pending));
  else if (!done)
    error = detail::error_of(duckdb_result_error(&rows->result));
  duckdb_destroy_pending(&pending);
  duckdb_destroy_prepare(&statement);
  if (error) return fail(std::move(*error));
  return Rows(std::move(rows));
}

Result<std::int64_t> Session::integer(std::string_view sql) {
  TRY(Rows rows, query(fmt::format("SELECT CAST(COLUMNS(*) AS BIGINT) FROM ({})", sql)));
  TRY(const bool found, rows.next());
  if (!found || rows.chunk().is_null(0, 0)) {
    return fail(Outcome::our_fault, "table.no_value", {"查询没有结果", "the query has no value"});
  }
  return rows.chunk().bigints(0)[0];
}

Result<std::string> Session::text(std::string_view sql) {
  TRY(Rows rows, query(fmt::format("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({})", sql)));
  TRY(const bool found, rows.next());
  if (!found) return fail(Outcome::our_fault, "table.no_value", {"查询没有结果", "the query has no value"});
  return std::string(rows.chunk().text(0, 0));
}

Result<std::int64_t> Session::write_parquet(std::string_view select, const std::filesystem::path& file) {
  std::error_code code;
  std::filesystem::create_directories(file.parent_path(), code);
  const std::filesystem::path partial = file.string() + ".part";
  const std::string sql = fmt::format("COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)",
                                      select, sql_literal(partial.string()));
  duckdb_result result;
  if (duckdb_query(state_->connection, sql.c_str(), &result) != DuckDBSuccess) {
    Error error = detail::error_of(duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    std::filesystem::remove(partial, code);
    return fail(std::move(error));
  }
  const auto count = static_cast<std::int64_t>(duckdb_rows_changed(&result));
  duckdb_destroy_result(&result);
  std::filesystem::rename(partial, file, code);
  if (code) {
    return fail(Outcome::environment, "file.rename",
                {"无法完成文件写入：" + file.string(), "the file cannot be put in place: " + file.string()},
                {"检查磁盘空间与读写权限", "check disk space and permissions"});
  }
  return count;
}

void Session::interrupt() { duckdb_interrupt(state_->connection); }

std::string parquet_list(const std::vector<std::filesystem::path>& files) {
  CHECK_PROMISE(!files.empty());
  std::string list;
  for (const auto& file : files) list += (list.empty() ? "" : ", ") + sql_literal(file.string());
  return "read_parquet([" + list + "])";
}

}  // namespace songtan::table
