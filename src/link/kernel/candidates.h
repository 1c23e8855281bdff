// Which persons a record without a number may be. In: coded records and person profiles. Out: (record, person) pairs
// found by exact composite keys and by shared households. A key that more than `cap` persons share finds nobody.
// Cost: per key one pass over all records against a bitmap of the few keys that are asked for, and one small sort.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/evidence.h"

namespace songtan::link {

struct Candidate {
  std::uint32_t record;
  std::uint32_t person;
  Nearness near;
  auto operator<=>(const Candidate&) const = default;
};

/// The composite keys, in order of trust.
enum class CandidateKey : std::uint8_t {
  name_birth,
  sound_birth,
  name_address,
  name_address_tail,
  name_phone,
  name_local,
  name_group,
  name_place,
  name_county,
  name_office,
  name_alone,
  sound_alone,
  name_affinity,
  sound_affinity,
  surname_affinity,
  birth_address,
  birth_phone,
  birth_place,
  birth_group,
  count_
};

/// Keys of one value set of a record; 0 where the record lacks a field of the key.
std::uint64_t candidate_key(CandidateKey key, const NightRecords& night, const NightRecord& record, std::int32_t birth,
                            std::uint64_t region, std::uint64_t address, std::uint64_t address_tail);

/// Keys of name and affinity (whom the record is named with, account, payer).
std::uint64_t affinity_key(CandidateKey key, const NightRecords& night, const NightRecord& record,
                           std::uint64_t affinity);

/// Candidates by one key; sorted and distinct. `open` are the records that own no number.
std::vector<Candidate> candidates_by_key(CandidateKey key, const NightRecords& night, const PersonProfiles& persons,
                                         const EvidenceScale& scale, const std::vector<std::uint32_t>& open,
                                         std::uint32_t cap);

/// Candidates among the people that the record's own people (same row, same household or application, owner of the
/// number it bears) share a household or a row with; only those whose name or birth date agrees. And, of the same name or
/// sound, among the people whom these again share one with.
std::vector<Candidate> candidates_by_household(const NightRecords& night, const PersonProfiles& persons,
                                               const std::vector<std::uint32_t>& open);

}  // namespace songtan::link
