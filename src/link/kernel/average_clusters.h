// Average linkage: two sets are joined while the mean weight between their records is high enough, so that one wrong edge
// cannot glue two people whose other records speak against it, and many weak edges that agree can join. In: weighed
// edges. Out: the smallest row of each row's set. A pure function of the edges and keys; the order of rows does not matter.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/pair_engine.h"

namespace songtan::link {

struct AverageOptions {
  double threshold = 0;  ///< least mean weight between two sets that are joined
  double missing = -4;   ///< weight of two records without an edge; edges below it count as much
};

/// `keys` decide between equal means: one a row, the same however rows are ordered. Cost: E log E for E edges, component by
/// component; memory for one component at a time.
std::vector<std::uint32_t> average_clusters(const std::vector<std::uint64_t>& keys, const std::vector<Edge>& edges,
                                            const AverageOptions& options);

}  // namespace songtan::link
