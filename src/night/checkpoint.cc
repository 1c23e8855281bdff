#include "night/checkpoint.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/durable.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

std::int64_t bytes_below(const fs::path& folder) {
  std::int64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<std::int64_t>(entry.file_size());
  }
  return bytes;
}

constexpr const char* kCountsFile = "stage.json";

}  // namespace

Result<Checkpoints> Checkpoints::open(const fs::path& folder, Progress& progress) {
  TRY_VOID(make_private_folder(folder));
  return Checkpoints(folder, progress);
}

Result<StageCounts> Checkpoints::read_counts(const std::string& name) const {
  std::ifstream in(folder_of(name) / kCountsFile);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  if (json.is_discarded())
    return fail(Outcome::our_fault, "stage.record",
                {"阶段记录损坏：" + name, "the record of stage " + name + " is damaged"});
  return json.get<StageCounts>();
}

Result<void> Checkpoints::stage(const std::string& name,
                                const std::function<Result<StageCounts>(const fs::path& out)>& body) {
  if (fs::exists(folder_of(name))) {
    TRY(counts_[name], read_counts(name));
    times_.push_back({.stage = name, .resumed = true});
    return {};
  }
  if (progress_->interrupted()) {
    return fail(Outcome::interrupted, "interrupted", {"已按要求中断", "interrupted on request"},
                {"再次运行同一命令即可继续", "run the same command again to go on"});
  }
  progress_->report(name, 0, 0);
  const StageClock clock;
  const fs::path partial = folder_ / ("." + name + ".part");
  fs::remove_all(partial);
  fs::create_directories(partial);
  TRY(StageCounts counts, body(partial));
  TRY_VOID(write_file_atomically(partial / kCountsFile, nlohmann::json(counts).dump()));
  const std::int64_t output_bytes = bytes_below(partial);
  TRY_VOID(put_in_place(partial, folder_of(name)));
  StageTime time = clock.stop(name);
  time.output_bytes = output_bytes;
  progress_->report(name, 1, 1);
  counts_[name] = std::move(counts);
  times_.push_back(std::move(time));
  return {};
}

}  // namespace songtan::night
