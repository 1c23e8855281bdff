// Edges → sets of records. In: weighed edges and the source of each row. Out: the smallest row of each row's set. A pure
// function of the set of edges.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/pair_engine.h"

namespace songtan::link {

struct ClusterOptions {
  double threshold = 0;     ///< least weight that joins
  bool one_to_one = false;  ///< a set holds at most one record of each source; the heaviest edges choose first
};

std::vector<std::uint32_t> clusters_of(std::size_t rows, const std::vector<std::uint16_t>& source,
                                       const std::vector<Edge>& edges, const ClusterOptions& options);

}  // namespace songtan::link
