// How a set of linked records hangs together. In: sets and the edges that made them. Out: how dense each set is, and
// which edges are bridges: without such an edge the set falls apart, so a wrong one glues two persons together.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/pair_engine.h"

namespace songtan::link {

struct Bridge {
  std::size_t edge = 0;         ///< position among the edges
  std::uint32_t near_side = 0;  ///< records on the two sides
  std::uint32_t far_side = 0;
};

struct ClusterShape {
  std::uint32_t root = 0;
  std::vector<std::uint32_t> rows;  ///< ascending
  std::int64_t edges = 0;           ///< distinct pairs among the rows
  std::vector<Bridge> bridges;      ///< by position of their edge

  /// Edges over possible pairs, in parts per thousand.
  std::int64_t density_permille() const {
    const auto size = static_cast<std::int64_t>(rows.size());
    return size < 2 ? 1000 : edges * 2000 / (size * (size - 1));
  }
};

/// Shapes of all sets of at least two records, by their smallest record. `roots` is what clusters_of yields; edges below
/// `threshold` or between sets do not count. Cost: one sort of the edges, one walk over each set.
std::vector<ClusterShape> cluster_shapes(const std::vector<std::uint32_t>& roots, const std::vector<Edge>& edges,
                                         double threshold);

}  // namespace songtan::link
