// Ids of persons that survive from night to night. In: the sets of records of tonight and what the last registry called
// their records and keys. Out: an id for each set and the log of what was created, merged and split.
// An id whose person is gone (its records were deleted, or are someone else's now) stays in the registry with its keys:
// a register that misses one night, or a merge that is taken back, brings the same id back.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace songtan::link {

struct PreviousIds {
  std::unordered_map<std::int64_t, std::int64_t> of_record;  ///< record id → person id
  std::unordered_map<std::uint64_t, std::int64_t> of_key;  ///< person key → person id; keys of two persons are left out
  std::unordered_map<std::uint64_t, std::int64_t> of_gone;  ///< the same, for ids that nobody bore last night
  std::unordered_set<std::int64_t> ever;                    ///< all ids ever given
};

enum class PersonEvent : std::uint8_t { created, merged, split };

struct PersonLogEntry {
  PersonEvent event;
  std::int64_t person_id;
  std::int64_t other_person_id;  ///< merged: the id that ended; split: the id it came from; created: 0
  std::size_t set = 0;           ///< the set that bears person_id tonight
  bool again = false;            ///< the id was borne before and comes back
  bool decided = false;          ///< by a decision of people (a day input) on a record of the set
};

struct PersonIds {
  std::vector<std::int64_t> of_set;  ///< in the order of the sets' smallest records
  std::vector<PersonLogEntry> log;
};

/// One set: members ascending; the keys by which it is found when all its records were delivered anew.
struct PersonSet {
  std::int64_t smallest_record_id;
  std::span<const std::int64_t> record_ids;
  std::span<const std::uint64_t> keys;
};

/// A set keeps the id that most of its records bore (ties: the smaller id); an id claimed by several sets stays with
/// the one that holds most of its records (ties: the smallest record), the others are split off: under an id that is
/// gone and known by one of their keys, else under a new one.
PersonIds ids_of_sets(const std::vector<PersonSet>& sets, const PreviousIds& previous);

}  // namespace songtan::link
