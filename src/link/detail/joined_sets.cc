#include "link/detail/joined_sets.h"

#include <algorithm>

#include "base/mix.h"
#include "link/kernel/average_clusters.h"
#include "link/kernel/edge_clusters.h"

namespace songtan::link {
namespace {

constexpr double kMissingWeight = -4;  // what two records without an edge say of two sets; a sixteenth's odds

}  // namespace

double SetRule::least_edge() const { return average ? std::min(joining, kMissingWeight) : joining; }

SetRule set_rule(const LinkModel& model, double joining, std::optional<bool> one_to_one) {
  SetRule rule{.joining = joining, .one_to_one = one_to_one.value_or(model.one_to_one)};
  rule.average = model.clusters == Clusters::average && !rule.one_to_one;
  return rule;
}

std::vector<std::uint64_t> record_keys(const LinkageInput& input) {
  std::vector<std::uint64_t> keys(input.frame.rows);
  for (std::size_t row = 0; row < keys.size(); ++row)
    keys[row] = hash64(input.ids.at(row), hash64(input.sources[input.frame.source[row]])) >> 1;
  return keys;
}

std::vector<std::uint32_t> joined_sets(const SetRule& rule, const LinkageInput& input, const std::vector<Edge>& edges) {
  if (rule.average) return average_clusters(record_keys(input), edges, {rule.joining, kMissingWeight});
  return clusters_of(input.frame.rows, input.frame.source, edges, {rule.joining, rule.one_to_one});
}

}  // namespace songtan::link
