#include "link/kernel/average_clusters.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

#include "link/kernel/disjoint_sets.h"

namespace songtan::link {
namespace {

struct LocalEdge {
  std::uint32_t left;
  std::uint32_t right;
  double weight;
};

// One connected component, its records numbered from 0 in the order of their keys.
class Component {
 public:
  Component(std::size_t records, const AverageOptions& options)
      : options_(options), sums_(records), sizes_(records, 1), parents_(records) {
    for (std::uint32_t i = 0; i < records; ++i) parents_[i] = i;
  }

  void add(const LocalEdge& edge) {
    const double above = std::max(edge.weight, options_.missing) - options_.missing;
    sums_[edge.left][edge.right] += above;
    sums_[edge.right][edge.left] += above;
  }

  void join() {
    for (std::uint32_t a = 0; a < sums_.size(); ++a) {
      for (const auto& [b, sum] : sums_[a]) {
        if (a < b) propose(a, b);
      }
    }
    while (!open_.empty()) {
      const Proposal best = open_.top();
      open_.pop();
      const bool alive = parents_[best.a] == best.a && parents_[best.b] == best.b;
      // A proposal made before one of the sets grew has another mean by now; its successor is in the queue.
      if (alive && mean(best.a, best.b) == best.mean) merge(best.a, best.b);
    }
  }

  std::uint32_t root(std::uint32_t record) {
    while (parents_[record] != record) record = parents_[record] = parents_[parents_[record]];
    return record;
  }

 private:
  struct Proposal {
    double mean;
    std::uint32_t a;
    std::uint32_t b;
    bool operator<(const Proposal& other) const {
      return std::tuple(mean, other.a, other.b) < std::tuple(other.mean, a, b);
    }
  };

  double mean(std::uint32_t a, std::uint32_t b) const {
    const auto found = sums_[a].find(b);
    const double pairs = static_cast<double>(sizes_[a]) * static_cast<double>(sizes_[b]);
    return (found == sums_[a].end() ? 0.0 : found->second) / pairs + options_.missing;
  }

  void propose(std::uint32_t a, std::uint32_t b) {
    if (a > b) std::swap(a, b);
    const double now = mean(a, b);
    if (now >= options_.threshold) open_.push({now, a, b});
  }

  void merge(std::uint32_t a, std::uint32_t b) {
    if (sums_[a].size() < sums_[b].size()) std::swap(a, b);
    parents_[b] = a;
    sums_[a].erase(b);
    for (const auto& [other, sum] : sums_[b]) {
      if (other == a) continue;
      sums_[other].erase(b);
      sums_[a][other] += sum;
      sums_[other][a] = sums_[a][other];
    }
    std::unordered_map<std::uint32_t, double>().swap(sums_[b]);
    sizes_[a] += sizes_[b];
    for (const auto& [other, sum] : sums_[a]) propose(a, other);
  }

  const AverageOptions& options_;
  std::vector<std::unordered_map<std::uint32_t, double>> sums_;  ///< between sets: weights above `missing`
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint32_t> parents_;
  std::priority_queue<Proposal> open_;
};

// Rows of each connected component with more than one, in the order of their keys.
std::vector<std::vector<std::uint32_t>> components_of(const std::vector<std::uint64_t>& keys,
                                                      const std::vector<Edge>& edges, double least) {
  DisjointSets sets(keys.size());
  for (const Edge& edge : edges) {
    if (edge.weight > least) sets.unite(edge.left, edge.right);
  }
  std::unordered_map<std::uint32_t, std::size_t> place;
  std::vector<std::vector<std::uint32_t>> components;
  for (const Edge& edge : edges) {
    if (edge.weight > least && place.try_emplace(sets.root(edge.left), components.size()).second)
      components.emplace_back();
  }
  for (std::uint32_t row = 0; row < keys.size(); ++row) {
    const auto found = place.find(sets.root(row));
    if (found != place.end()) components[found->second].push_back(row);
  }
  for (std::vector<std::uint32_t>& rows : components) {
    std::sort(rows.begin(), rows.end(),
              [&](std::uint32_t a, std::uint32_t b) { return std::pair(keys[a], a) < std::pair(keys[b], b); });
  }
  return components;
}

}  // namespace

std::vector<std::uint32_t> average_clusters(const std::vector<std::uint64_t>& keys, const std::vector<Edge>& edges,
                                            const AverageOptions& options) {
  const std::vector<std::vector<std::uint32_t>> components = components_of(keys, edges, options.missing);
  std::vector<std::uint32_t> component_of(keys.size(), UINT32_MAX);
  std::vector<std::uint32_t> local(keys.size(), 0);
  for (std::uint32_t c = 0; c < components.size(); ++c) {
    for (std::uint32_t i = 0; i < components[c].size(); ++i) {
      component_of[components[c][i]] = c;
      local[components[c][i]] = i;
    }
  }
  std::vector<std::vector<LocalEdge>> edges_of(components.size());
  for (const Edge& edge : edges) {
    if (edge.weight > options.missing)
      edges_of[component_of[edge.left]].push_back({local[edge.left], local[edge.right], edge.weight});
  }
  std::vector<std::uint32_t> roots(keys.size());
  for (std::uint32_t row = 0; row < keys.size(); ++row) roots[row] = row;
  for (std::uint32_t c = 0; c < components.size(); ++c) {
    const std::vector<std::uint32_t>& rows = components[c];
    Component component(rows.size(), options);
    for (const LocalEdge& edge : edges_of[c]) component.add(edge);
    std::vector<LocalEdge>().swap(edges_of[c]);
    component.join();
    std::unordered_map<std::uint32_t, std::uint32_t> least;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      const auto [found, first] = least.try_emplace(component.root(i), rows[i]);
      if (!first) found->second = std::min(found->second, rows[i]);
    }
    for (std::uint32_t i = 0; i < rows.size(); ++i) roots[rows[i]] = least.at(component.root(i));
  }
  return roots;
}

}  // namespace songtan::link
