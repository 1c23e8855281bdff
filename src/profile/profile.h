// Persons and their records → kin, dated facts, families. In: Parquet of standard records and of record → person, a
// pack. Out: Parquet of kin, facts, absences, families and family_members. The law is in the pack's SQL; C++ joins up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"
#include "profile/coverage.h"
#include "profile/relations.h"

namespace songtan::profile {

struct ProfileInputs {
  RecordFiles records;
  std::vector<std::filesystem::path> person_records;
  std::filesystem::path pack;
  Day as_of;  ///< facts as true, and as known, at the end of this day
  std::vector<SourceCoverage> coverage;
  Completeness completeness = Completeness::as_delivered;
  /// Day input confirmed_facts under tonight's ids: goes before every record, within its dates and until it expires.
  std::vector<std::filesystem::path> confirmed = {};
};

struct ProfileLimits {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::filesystem::path spill_folder;
};

struct ProfileCounts {
  std::int64_t persons = 0;
  std::int64_t kin = 0;
  std::int64_t facts = 0;
  std::int64_t families = 0;
  std::int64_t members = 0;
};

/// Builds all five tables into `out`/<table>/part-NNN.parquet, each in the order of its key.
/// Errors: bad_data for pack SQL or a catalogue that is refused; environment for disk and memory; interrupted.
/// Cost: reads once the columns that the pack's SQL names of the tables that it names; about 48 bytes a fact in memory.
/// Equal bytes at any number of threads.
Result<ProfileCounts> build_profile(const ProfileInputs& inputs, const ProfileLimits& limits,
                                    const std::filesystem::path& out, Progress& progress);

/// Judges every SQL file of a pack, and its catalogue of facts, without data. Cost: milliseconds.
Result<void> check_pack_sql(const std::filesystem::path& pack, Day as_of);

}  // namespace songtan::profile
