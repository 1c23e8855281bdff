// What a source says on a day: the records of its loads without the rows that later deltas took away.
// In: DATA/loads and a day. Out: the loads that speak, each with the folder of its records that still stand; rows are
// taken away in copies below DATA/standing/, never in a load. Which rows: docs/formats/source-contract.md.
// Cost: the keys of the speaking loads once, and a copy of each load that lost rows; nothing for sources without deltas
// or when the copies are there already.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "ingest/loads.h"

namespace songtan::ingest {

struct StandingOptions {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{1} << 30;
  bool sweep = false;  ///< drop older copies of the sources seen; for the one process that holds DATA
};

/// Fills `standing` of loads that speak together, as loads_on() gives them. Same loads, same bytes, at any thread count.
/// Errors: environment; bad_data when a load is damaged.
Result<std::vector<Load>> settle(const std::filesystem::path& data, std::vector<Load> speaking,
                                 const StandingOptions& options);

}  // namespace songtan::ingest
