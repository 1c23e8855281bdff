// Stages with a checkpoint after each. A stage writes into a folder of its own; the folder gets its final name only
// when the stage has ended well, so a killed night starts again at the first stage that has no folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "night/stage_clock.h"

namespace songtan::night {

/// What a stage tells of itself for run.json: counts by name ("records", "persons" …). Never personal values.
using StageCounts = std::map<std::string, std::int64_t>;

class Checkpoints {
 public:
  /// `folder` is the night's work folder; it is made.
  static Result<Checkpoints> open(const std::filesystem::path& folder, Progress& progress);

  /// Runs `body(out)` unless the stage's folder is there; `body` fills `out` and returns its counts.
  Result<void> stage(const std::string& name,
                     const std::function<Result<StageCounts>(const std::filesystem::path& out)>& body);

  /// Counts work that was done before the first stage.
  void add_time(StageTime time) { times_.push_back(std::move(time)); }

  std::filesystem::path folder_of(const std::string& stage) const { return folder_ / stage; }
  const std::map<std::string, StageCounts>& counts() const { return counts_; }
  const std::vector<StageTime>& times() const { return times_; }

 private:
  Checkpoints(std::filesystem::path folder, Progress& progress) : folder_(std::move(folder)), progress_(&progress) {}
  Result<StageCounts> read_counts(const std::string& name) const;

  std::filesystem::path folder_;
  Progress* progress_;
  std::map<std::string, StageCounts> counts_;
  std::vector<StageTime> times_;
};

}  // namespace songtan::night
