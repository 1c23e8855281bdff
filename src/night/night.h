// One night: extracts and pack in, findings published. The order of the batch, and nothing else: what a stage does is
// the business of its room.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"
#include "night/checkpoint.h"
#include "report/gate.h"

namespace songtan::night {

struct Resources {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::int64_t partitions = 0;  ///< pieces in which families are decided; 0: as many as the memory asks for
};

struct NightRequest {
  std::filesystem::path pack;
  std::filesystem::path in;
  std::filesystem::path data;
  Day date;
  Resources resources;
  std::filesystem::path day_inputs = {};  ///< what people decided in the day; empty: nothing
};

struct NightOutcome {
  std::string id;
  bool repeated = false;                      ///< the same inputs were finished before; nothing was done
  bool held = false;                          ///< by the publication gate: finished, but neither published nor current
  std::vector<report::Breach> breaches = {};  ///< why
  std::map<std::string, StageCounts> counts = {};
};

/// Runs or resumes the night of `date`. Errors: usage (no input folder; another night with other inputs is unfinished),
/// bad_data (pack, contract or file, named), environment (lock, disk), interrupted (resume by the same command).
Result<NightOutcome> run_night(const NightRequest& request, Progress& progress);

/// What a night found, for people and for machines.
std::string outcome_text(const NightOutcome& outcome, std::string_view language);
std::string outcome_json(const NightOutcome& outcome);

}  // namespace songtan::night
