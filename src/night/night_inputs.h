// The inputs of a night and the id they give it. Equal inputs, equal id; no clock, no threads, no memory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "ingest/loads.h"
#include "night/day_inputs.h"
#include "night/workspace.h"

namespace songtan::night {

struct NightInputs {
  Day date;
  std::string pack_name = {};
  std::string pack_digest = {};
  std::optional<std::string> previous =
      {};                                ///< the last night published for an earlier date: its registry and findings
  std::vector<ingest::Load> loads = {};  ///< those that speak on `date`, by source and id
  DayInputs day = {};                    ///< what people decided by `date`

  /// "<date>-<12 hex digits>"
  std::string id() const;
  /// The inputs as they stand in run.json.
  std::string json() const;
};

/// Digest of every file of a pack folder (path and bytes), in the order of paths. Outcome::usage if it is not there.
Result<std::string> digest_of_pack(const std::filesystem::path& pack);

/// Looks at DATA/loads and the published nights. Loads are read, never changed.
Result<NightInputs> inputs_of_night(const Workspace& workspace, const std::filesystem::path& pack, Day date);

}  // namespace songtan::night
