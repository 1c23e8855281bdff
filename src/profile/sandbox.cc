#include "profile/sandbox.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace songtan::profile {
namespace {

// Ends the running statement when its time is over. DuckDB has no time limit of its own.
class Watchdog {
 public:
  Watchdog(table::Session& session, std::chrono::milliseconds limit)
      : thread_([this, &session, limit] {
          std::unique_lock lock(mutex_);
          if (over_.wait_for(lock, limit, [this] { return done_; })) return;
          bitten_ = true;
          // A statement that is still being prepared does not see one interrupt: repeat until it has ended.
          while (!over_.wait_for(lock, std::chrono::milliseconds(20), [this] { return done_; })) session.interrupt();
        }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    over_.notify_all();
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  bool bitten() {
    const std::lock_guard lock(mutex_);
    return bitten_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  bool done_ = false;
  bool bitten_ = false;
  std::thread thread_;
};

constexpr std::string_view kPackRows = "pack_rows";

std::string projection(const PackSelect& select, std::span<const ResultColumn> columns) {
  std::string list;
  for (const ResultColumn& column : columns) list += fmt::format("{}{}", list.empty() ? "" : ", ", column.name);
  return fmt::format("SELECT {} FROM (\n{}\n)", list, select.text);
}

std::string without_semicolon(std::string text) {
  while (!text.empty() && (text.back() == ';' || text.back() == '\n' || text.back() == ' ' || text.back() == '\r'))
    text.pop_back();
  return text;
}

Error named(Error error, const PackSelect& select, bool out_of_time) {
  error.file = select.file;
  if (out_of_time) {
    error.outcome = Outcome::bad_data;
    error.code = "pack.sql_time";
    error.message = {"SQL 运行超过时限", "the SQL ran longer than its limit"};
    error.mend = {"简化这个文件的 SQL", "simplify the SQL of this file"};
  }
  return error;
}

}  // namespace

Result<Sandbox> Sandbox::open(const SandboxLimits& limits) {
  TRY(auto session,
      table::Session::open(
          {.threads = limits.threads, .memory_bytes = limits.memory_bytes, .spill_folder = limits.spill_folder}));
  return Sandbox(std::move(session), limits);
}

Result<void> Sandbox::lock() {
  TRY_VOID(session_.run("SET enable_external_access = false; SET lock_configuration = true"));
  locked_ = true;
  return {};
}

// Through a table, which may spill: rows of a UNION ALL cannot be streamed.
Result<void> Sandbox::run(const PackSelect& select, std::span<const ResultColumn> columns,
                          const std::function<Result<void>(const table::Chunk&)>& consume) {
  TRY_VOID(keep(select, columns, kPackRows));
  {
    TRY(auto rows, session_.stream(fmt::format("FROM {}", kPackRows)));
    while (true) {
      TRY(const bool more, rows.next());
      if (!more) break;
      TRY_VOID(consume(rows.chunk()));
    }
  }
  return session_.run(fmt::format("DROP TABLE {}", kPackRows));
}

Result<void> Sandbox::keep(const PackSelect& select, std::span<const ResultColumn> columns, std::string_view relation) {
  CHECK_PROMISE(locked_);
  TRY(const auto relations, judge(session_, select, columns));
  const PackSelect bare{select.file, without_semicolon(select.text)};
  Watchdog watchdog(session_, limits_.time_of_statement);
  auto made = session_.run(fmt::format("CREATE TABLE {} AS {}", relation, projection(bare, columns)));
  if (!made) return fail(named(std::move(made).error(), select, watchdog.bitten()));
  return {};
}

}  // namespace songtan::profile
