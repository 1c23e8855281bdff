// The people of a synthetic place and what truly happened to them: complete, undelayed, without errors.
// In: a pack's synth folder, a region, a number of people, a seed, a date. Out: Parquet tables in a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"

namespace songtan::synth {

struct PeopleRequest {
  std::filesystem::path pack;
  std::string region;        ///< division code or prefix, 2 to 12 digits; below the county by township
  std::int64_t persons = 0;  ///< shared over the region's counties by census population
  std::uint64_t seed = 1;
  Day date;  ///< ages and histories stand at the end of this day
  int threads = 1;
  std::filesystem::path out;  ///< must exist; gets one folder per table
};

struct PeopleReport {
  std::int64_t persons = 0;
  std::int64_t dwellings = 0;
  std::int64_t counties = 0;
  std::int64_t parts = 0;  ///< Parquet files of each table
};

/// Writes <out>/<table>/part-NNNNN.parquet for every standard record table (identity, relation, address, enrolment,
/// payment, income, asset, spending, certificate, event, consent; record_id = person id, source 'truth'),
/// `person_records` (each person their one record), and `people` and `kin` (docs/formats/synthetic-people.md). Tables are sorted by their key across parts.
/// Same seed, same bytes at any number of threads. The pack's census decides everything that is local.
/// Errors: unknown region or no persons (usage), a damaged pack table (bad_data), a full disk (environment),
/// interrupted. Cost: about 300 bytes of memory a person; two passes over the people.
Result<PeopleReport> make_people(const PeopleRequest& request, Progress& progress);

}  // namespace songtan::synth
