// Links of records that own no number: each to the one person that stands out among its candidates, the rest among
// themselves. In: candidates. Out: links with their weight. Pure; a record's outcome depends on its candidates alone.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/candidates.h"
#include "link/kernel/number_links.h"

namespace songtan::link {

struct OpenLinks {
  std::vector<NightLink> links;
  std::int64_t linked = 0;
  std::int64_t undecided = 0;  ///< had candidates, none stood out
};

/// `candidates` sorted by record. A record is linked when its best person leads every rival (the next candidate,
/// bearers of its name who are no candidates, a person absent from the registers) by `margin` millibits.
OpenLinks link_to_persons(const PersonProfiles& persons, const EvidenceScale& scale, const NightRecords& night,
                          const std::vector<Candidate>& candidates, std::int32_t margin);

/// Links records that found no person, by exact keys: same refused number and name, same card or household and name,
/// same name, birth date and county.
std::vector<NightLink> link_leftovers(const NightRecords& night, const std::vector<std::uint32_t>& leftovers,
                                      std::uint32_t cap);

/// Set in NightLink::rule of weighed links; the other bits are EvidenceFields.
constexpr std::uint16_t kFieldsFlag = 0x8000;

/// The published word of a link's rule.
std::string word_of_link(const NightLink& link);

}  // namespace songtan::link
