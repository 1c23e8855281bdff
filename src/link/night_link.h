// The night's linking: who is who. In: the standard records of all loads (identity, relation, address), the registry of
// the last night, decisions of people. Out: persons, person_records, person_log, links and person_keys as Parquet,
// sorted by their keys; the same bytes at any number of threads.
//
// Order: valid equal numbers with agreeing name or birth → repaired numbers → numbers inside card numbers → weighed
// composites (name, birth, place, household …) for records without a number of their own → leftovers among themselves.
// Two different valid numbers that are trusted are never linked. docs/theory/linkage.md tells why.
//
// Bytes × passes: identity is read once (14 of its 20 columns) and kept as 104 bytes a record; every later step is a
// scan or a sort of 16-byte keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "table/session.h"

namespace songtan::link {

/// The persons of the last published night; ids that live there are kept. Empty paths: there was none.
struct PersonRegistry {
  std::vector<std::filesystem::path> person_records;
  std::vector<std::filesystem::path> person_keys;
  std::vector<std::filesystem::path> person_log;
  std::vector<std::filesystem::path> decided_records;  ///< what the records of decisions say, for when they come anew
};

struct NightLinkInputs {
  std::vector<std::filesystem::path> identity;  ///< at least one
  std::vector<std::filesystem::path> relation;
  std::vector<std::filesystem::path> address;
  std::vector<std::filesystem::path> payment;  ///< for the accounts that records share
  std::vector<std::filesystem::path> income;   ///< for the payers that records share
  PersonRegistry previous;
  /// Day inputs: Parquet with kind ('same' | 'not_same'), record_l, record_r.
  std::vector<std::filesystem::path> decisions;
  /// The pack's link.toml; empty: defaults. Keys: margin_millibits (default 3000), most_candidates (default 64).
  std::filesystem::path options_file;
  std::string night;  ///< its id, for the log
  int threads = 1;
};

struct LinkReport {
  std::int64_t records = 0;
  std::int64_t persons = 0;
  std::int64_t with_number = 0;      ///< records that own a number as delivered
  std::int64_t repaired = 0;         ///< … whose number was repaired
  std::int64_t refused_numbers = 0;  ///< valid numbers that are someone else's
  std::int64_t without_number = 0;   ///< records that own none
  std::int64_t weighed = 0;          ///< … linked to a person by weighed composites
  std::int64_t undecided = 0;        ///< … with candidates, none of which stood out
  std::int64_t created = 0;
  std::int64_t merged = 0;
  std::int64_t split = 0;
  std::int64_t idle_decisions = 0;  ///< decisions on records that nobody delivers any more
};

/// Writes <out_dir>/<table>/part-0.parquet for persons, person_records, person_log, decided_records, links and person_keys.
/// Errors: unreadable or unsorted inputs, options that are not understood, interruption.
Result<LinkReport> link_night(table::Session& session, const NightLinkInputs& inputs,
                              const std::filesystem::path& out_dir, Progress& progress);

}  // namespace songtan::link
