#include "link/kernel/edge_clusters.h"

#include <algorithm>
#include <tuple>

#include "link/kernel/disjoint_sets.h"

namespace songtan::link {
namespace {

// Unites the heaviest edges first and refuses those that would bring two records of one source into a set.
std::vector<std::uint32_t> one_to_one_clusters(std::size_t rows, const std::vector<std::uint16_t>& source,
                                               const std::vector<Edge>& edges, double threshold) {
  std::vector<Edge> kept;
  for (const Edge& edge : edges) {
    if (edge.weight >= threshold) kept.push_back(edge);
  }
  std::sort(kept.begin(), kept.end(), [](const Edge& a, const Edge& b) {
    return std::tuple(-a.weight, a.left, a.right) < std::tuple(-b.weight, b.left, b.right);
  });
  DisjointSets sets(rows);
  std::vector<std::vector<std::uint16_t>> sources(rows);
  for (std::size_t row = 0; row < rows; ++row) sources[row] = {source[row]};
  for (const Edge& edge : kept) {
    const std::uint32_t a = sets.root(edge.left);
    const std::uint32_t b = sets.root(edge.right);
    if (a == b) continue;
    const bool clash = std::any_of(sources[a].begin(), sources[a].end(), [&](std::uint16_t s) {
      return std::find(sources[b].begin(), sources[b].end(), s) != sources[b].end();
    });
    if (clash) continue;
    const std::uint32_t root = sets.unite(a, b);
    const std::uint32_t gone = root == a ? b : a;
    sources[root].insert(sources[root].end(), sources[gone].begin(), sources[gone].end());
    std::vector<std::uint16_t>().swap(sources[gone]);
  }
  std::vector<std::uint32_t> roots(rows);
  for (std::uint32_t row = 0; row < rows; ++row) roots[row] = sets.root(row);
  return roots;
}

}  // namespace

std::vector<std::uint32_t> clusters_of(std::size_t rows, const std::vector<std::uint16_t>& source,
                                       const std::vector<Edge>& edges, const ClusterOptions& options) {
  if (options.one_to_one) return one_to_one_clusters(rows, source, edges, options.threshold);
  DisjointSets sets(rows);
  for (const Edge& edge : edges) {
    if (edge.weight >= options.threshold) sets.unite(edge.left, edge.right);
  }
  std::vector<std::uint32_t> roots(rows);
  for (std::uint32_t row = 0; row < rows; ++row) roots[row] = sets.root(row);
  return roots;
}

}  // namespace songtan::link
