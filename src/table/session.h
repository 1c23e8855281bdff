// The door to DuckDB: an in-memory database with fixed threads, memory and a folder to spill to. In: SQL text.
// Out: typed chunks, or Parquet files. No other room includes duckdb.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "table/chunk.h"

namespace songtan::table {

struct SessionOptions {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::filesystem::path spill_folder;  ///< each session makes a folder of its own in it; empty: never spill
  bool locked = false;                 ///< no files, no extensions, no settings: for SQL that is not ours
};

/// The rows of one statement, chunk by chunk.
class Rows {
 public:
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  std::int64_t column_count() const;
  std::string column_name(std::int64_t column) const;
  ColumnType column_type(std::int64_t column) const;

  /// Moves to the next chunk; false at the end.
  Result<bool> next();
  const Chunk& chunk() const;

 private:
  friend class Session;
  struct State;
  explicit Rows(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What an SQL text consists of, for judging SQL that is not ours.
struct StatementInfo {
  bool is_select = false;
  std::vector<std::string> column_names;
  std::vector<ColumnType> column_types;
  std::vector<std::string> column_sql_types;  ///< as DuckDB writes them, e.g. "BIGINT", "DOUBLE"
};

/// Output side of a scalar function: exactly one of the setters (or null) per row.
class OutputColumn {
 public:
  explicit OutputColumn(void* vector) : vector_(vector) {}
  void set_null(std::int64_t row);
  void set_bigint(std::int64_t row, std::int64_t value);
  void set_boolean(std::int64_t row, bool value);
  void set_date(std::int64_t row, Day value);
  void set_text(std::int64_t row, std::string_view value);

 private:
  void* vector_;
};

/// A pure function for use in our SQL: called with chunks of arguments, possibly from several threads at once.
/// It sees NULL arguments and decides itself.
struct ScalarFunction {
  std::string name;
  std::vector<ColumnType> parameters;
  ColumnType result = ColumnType::text;
  std::function<void(const Chunk& arguments, OutputColumn& result)> body;
};

class Session {
 public:
  static Result<Session> open(const SessionOptions& options);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  /// Runs one or several statements and drops their rows.
  Result<void> run(std::string_view sql);

  /// Runs one statement to its end and keeps its rows in memory.
  Result<Rows> query(std::string_view sql);

  /// Runs one statement whose rows come one by one as they are asked for. Its last step must be a scan, a sort or an
  /// aggregate: under a UNION ALL or an outer join DuckDB waits for ever for rows that nobody can fetch yet (its issue
  /// 22215). Close the Rows before the next call.
  Result<Rows> stream(std::string_view sql);

  /// First value of the first row, which must exist.
  Result<std::int64_t> integer(std::string_view sql);
  Result<std::string> text(std::string_view sql);

  /// Writes the rows of `select` (which names its total ORDER BY) as one Parquet file: zstd, row groups of 122,880
  /// rows, so that equal rows give equal bytes at any number of threads. Written beside and renamed.
  Result<std::int64_t> write_parquet(std::string_view select, const std::filesystem::path& file);

  /// Statements of an SQL text with the result columns of each, without running anything.
  Result<std::vector<StatementInfo>> inspect(std::string_view sql);

  Result<void> add_function(ScalarFunction function);

  /// Makes the statement that is running end with Outcome::interrupted. Callable from any thread.
  void interrupt();

 private:
  friend class TableWriter;
  friend Result<void> add_source(Session& session, struct TableSource source);
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// SQL of a list of Parquet files: read_parquet(['a','b']). An empty list is refused (CHECK).
std::string parquet_list(const std::vector<std::filesystem::path>& files);

}  // namespace songtan::table
