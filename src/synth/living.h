// A synthetic place lives on: what happened to its people between two days. In: the perfect world of the earlier day and
// the pack's synth/living.toml. Out: the perfect world of the later day, in the same tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"

namespace songtan::synth {

struct ExtractPlan;
struct ExtractResources;

/// One kind of thing that happens to people. The engine draws to whom and when; the pack says what it changes.
struct LifeEvent {
  std::string name;
  std::string who;                   ///< SQL: person_id BIGINT, ppm BIGINT (chance within a whole month)
  std::vector<std::string> changes;  ///< SQL statements over the perfect tables and `happened` (person_id, day, draw)
};

/// Errors: synth.toml with file, line and key. A pack without the file has no life events.
Result<std::vector<LifeEvent>> read_life_events(const std::filesystem::path& path);

/// Reads `before`/<table>/*.parquet, lets plan.living happen month by month after `since` until plan.as_of, and writes
/// `after`/<table>/part-00000.parquet, kin included. Every draw is a hash of seed, event, person and month, so the same
/// seed gives the same bytes. Cost: every table of the perfect world once through memory (spilled beyond the limit).
/// Errors: the pack's SQL, by event; environment.
Result<void> live_on(const ExtractPlan& plan, Day since, const std::filesystem::path& before,
                     const std::filesystem::path& after, const ExtractResources& resources, Progress& progress);

}  // namespace songtan::synth
