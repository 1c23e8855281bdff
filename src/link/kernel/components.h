// Links → sets of records. People's "not the same" is obeyed by re-adding the links of a torn set in order of trust and
// leaving out those that would join what must stay apart: a pure function of the set's links.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "link/kernel/disjoint_sets.h"
#include "link/kernel/night_record.h"

namespace songtan::link {

struct Components {
  std::vector<std::uint32_t> root;  ///< per record: the smallest record of its set
  std::vector<NightLink> links;     ///< those that hold; sorted by (left, right, rule)
};

/// `apart`: pairs of records that people said are not the same person.
Components components_of(std::size_t records, std::vector<NightLink> links,
                         const std::vector<std::pair<std::uint32_t, std::uint32_t>>& apart);

}  // namespace songtan::link
