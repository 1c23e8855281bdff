// The order of `songtan synth`: people → true decisions → rosters and faults → what lawfully exists and was delivered →
// lawful decisions → extracts → truth. The decisions are made by the same rooms that the night uses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"
#include "night/night.h"

namespace songtan::night {

struct ProvinceRequest {
  std::filesystem::path pack;
  std::string region;
  std::int64_t persons = 0;
  std::uint64_t seed = 1;
  std::string dirt;  ///< none | realistic | harsh | a TOML file
  Day date;
  std::filesystem::path previous;  ///< output of the delivery before; empty: a first one
  std::filesystem::path out;
  Resources resources;
};

struct ProvinceReport {
  std::int64_t persons = 0;
  std::int64_t files = 0;
  std::int64_t rows = 0;
};

/// Makes DIR/extracts, DIR/truth, DIR/manifest.json and DIR/world, from which the next delivery goes on. With `previous`
/// the same place lives on until `date`, and registers with a delta form deliver only what changed. DIR must be absent or empty; it appears whole or not at all.
/// Errors: usage (unknown region, DIR in use, `previous` of another place or a later day), bad_data (pack), environment, interrupted.
Result<ProvinceReport> make_province(const ProvinceRequest& request, Progress& progress);

}  // namespace songtan::night
