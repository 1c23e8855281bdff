#include "ingest/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "base/tasks.h"
#include "ingest/detail/discovery.h"
#include "ingest/detail/file_load.h"
#include "ingest/detail/load_folder.h"
#include "table/session.h"

namespace songtan::ingest {
namespace {

using detail::FileLoad;

// Sessions are handed from task to task: one a thread, opened before any work.
class SessionPool {
 public:
  static Result<SessionPool> open(const table::SessionOptions& options, int count) {
    SessionPool pool;
    for (int i = 0; i < count; ++i) {
      TRY(table::Session session, table::Session::open(options));
      pool.free_.push_back(std::make_unique<table::Session>(std::move(session)));
    }
    return pool;
  }

  std::unique_ptr<table::Session> take() {
    const std::lock_guard lock(*mutex_);
    CHECK_PROMISE(!free_.empty());
    auto session = std::move(free_.back());
    free_.pop_back();
    return session;
  }

  void give(std::unique_ptr<table::Session> session) {
    const std::lock_guard lock(*mutex_);
    free_.push_back(std::move(session));
  }

 private:
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  std::vector<std::unique_ptr<table::Session>> free_;
};

class IngestRun {
 public:
  IngestRun(const IngestRequest& request, Progress& progress)
      : request_(request), progress_(progress), threads_(std::max(request.threads, 1)) {}

  Result<IngestReport> run(const std::vector<Contract>& contracts);

 private:
  struct Work {
    std::unique_ptr<FileLoad> load;
    FileReport report;
    bool needed = false;
    std::optional<Error> error;
  };
  struct Block {
    std::size_t work;
    std::size_t block;
  };

  void prepare(Work& work, const std::vector<Load>& existing);
  Result<void> run_blocks();
  void run_block(const Block& block, SessionPool& sessions);
  void end_file(Work& work, table::Session& session);
  void refuse(Work& work, Error error);
  Result<IngestReport> report(std::vector<Text> notes);

  const IngestRequest& request_;
  Progress& progress_;
  int threads_;
  std::vector<Work> works_;
  std::atomic<std::int64_t> done_bytes_ = 0;
  std::int64_t total_bytes_ = 0;
};

void IngestRun::refuse(Work& work, Error error) {
  work.load->discard();
  work.report.outcome = FileOutcome::refused;
  work.error = std::move(error);
}

void IngestRun::prepare(Work& work, const std::vector<Load>& existing) {
  const auto stop = [&] { return progress_.interrupted(); };
  const auto needed = work.load->prepare(existing, stop);
  const Load& load = work.load->load();
  work.report.load = load.id;
  work.report.bytes = load.bytes;
  if (!needed) {
    refuse(work, needed.error());
  } else if (*needed) {
    work.needed = true;
    work.report.outcome = load.replaces.empty() ? FileOutcome::loaded : FileOutcome::replaced;
  } else {
    work.report.outcome = FileOutcome::known;
    work.report.rows = load.rows;
    work.report.rejected = load.rejected;
  }
}

void IngestRun::end_file(Work& work, table::Session& session) {
  auto load = work.load->finish(session);
  if (!load) {
    refuse(work, std::move(load).error());
    return;
  }
  work.report.rows = load->rows;
  work.report.rejected = load->rejected;
}

void IngestRun::run_block(const Block& block, SessionPool& sessions) {
  Work& work = works_[block.work];
  auto session = sessions.take();
  const auto stop = [&] { return progress_.interrupted(); };
  if (work.load->run_block(block.block, *session, stop)) end_file(work, *session);
  sessions.give(std::move(session));
  progress_.report("ingest", done_bytes_ += work.load->block_bytes(block.block), total_bytes_);
}

Result<void> IngestRun::run_blocks() {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < works_.size(); ++i) {
    if (!works_[i].needed) continue;
    for (std::size_t b = 0; b < works_[i].load->block_count(); ++b) {
      blocks.push_back({i, b});
      total_bytes_ += works_[i].load->block_bytes(b);
    }
  }
  if (blocks.empty()) return {};
  // Half of the memory is the tables' before they are written; the other half is blocks, their cells and Parquet buffers.
  const std::filesystem::path spill = request_.data / "loads" / ".unfinished-spill";
  TRY(SessionPool sessions,
      SessionPool::open(
          {.threads = 1, .memory_bytes = request_.memory_bytes / threads_ / 2, .spill_folder = spill, .locked = false},
          threads_));
  progress_.report("ingest", 0, total_bytes_);
  parallel_for(threads_, blocks.size(), [&](std::size_t i) { run_block(blocks[i], sessions); });
  std::error_code code;
  std::filesystem::remove_all(spill, code);
  return {};
}

Result<IngestReport> IngestRun::report(std::vector<Text> notes) {
  IngestReport report;
  report.notes = std::move(notes);
  std::optional<Error> first;
  std::int64_t refused = 0;
  for (Work& work : works_) {
    report.files.push_back(work.report);
    if (!work.error) continue;
    ++refused;
    const bool worse = first && first->outcome != Outcome::interrupted && work.error->outcome == Outcome::interrupted;
    if (!first || worse) first = std::move(work.error);
  }
  if (!first) return report;
  if (refused > 1 && first->outcome == Outcome::bad_data) {
    first->message.zh += fmt::format("（另有 {} 个文件也被拒收）", refused - 1);
    first->message.en += fmt::format(" (and {} more files are refused)", refused - 1);
  }
  return fail(std::move(*first));
}

Result<IngestReport> IngestRun::run(const std::vector<Contract>& contracts) {
  TRY_VOID(detail::sweep_unfinished(request_.data));
  TRY(const std::vector<Load> existing, list_loads(request_.data));
  TRY(detail::Delivery delivery, detail::find_deliveries(request_.in, contracts, existing));
  for (const detail::DeliveredFile& file : delivery.files) {
    Work& work = works_.emplace_back();
    work.load = std::make_unique<FileLoad>(file, request_.data, request_.limits);
    work.report.source = file.contract->id;
    work.report.file = file.name;
  }
  parallel_for(threads_, works_.size(), [&](std::size_t i) { prepare(works_[i], existing); });
  TRY_VOID(run_blocks());
  return report(std::move(delivery.notes));
}

}  // namespace

Result<IngestReport> ingest(const IngestRequest& request, Progress& progress) {
  TRY(const std::vector<Contract> contracts, read_contracts(request.pack));
  std::error_code code;
  if (!std::filesystem::is_directory(request.in, code)) {
    TRY_VOID(detail::find_deliveries(request.in, {}, {}));  // says which folder is missing, before DATA is made
  }
  TRY(const detail::LoadsLock lock, detail::LoadsLock::take(request.data));
  return IngestRun(request, progress).run(contracts);
}

}  // namespace songtan::ingest
