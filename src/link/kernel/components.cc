#include "link/kernel/components.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "link/kernel/number_links.h"

namespace songtan::link {
namespace {

// People first, then exact rules, then weighed links by weight.
std::tuple<int, std::int32_t, std::uint32_t, std::uint32_t> trust(const NightLink& link) {
  const bool human = link.rule == static_cast<std::uint16_t>(NightRule::human_decision);
  const int order = human ? 0 : link.weighed ? 2 : 1;
  return {order, -link.weight_millibits, link.left, link.right};
}

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

bool joins_apart(DisjointSets& sets, const NightLink& link, const Pairs& apart) {
  const std::uint32_t a = sets.root(link.left);
  const std::uint32_t b = sets.root(link.right);
  return std::any_of(apart.begin(), apart.end(), [&](const auto& pair) {
    const std::uint32_t x = sets.root(pair.first);
    const std::uint32_t y = sets.root(pair.second);
    return (x == a && y == b) || (x == b && y == a);
  });
}

}  // namespace

Components components_of(std::size_t records, std::vector<NightLink> links, const Pairs& apart) {
  DisjointSets all(records);
  for (const NightLink& link : links) all.unite(link.left, link.right);
  std::unordered_set<std::uint32_t> torn;
  Pairs forbidden;
  for (const auto& pair : apart) {
    if (all.root(pair.first) != all.root(pair.second)) continue;
    torn.insert(all.root(pair.first));
    forbidden.push_back(pair);
  }
  Components out;
  DisjointSets sets(records);
  std::vector<NightLink> doubtful;
  for (const NightLink& link : links) {
    if (!torn.empty() && torn.contains(all.root(link.left))) {
      doubtful.push_back(link);
      continue;
    }
    sets.unite(link.left, link.right);
    out.links.push_back(link);
  }
  std::sort(doubtful.begin(), doubtful.end(),
            [](const NightLink& a, const NightLink& b) { return trust(a) < trust(b); });
  for (const NightLink& link : doubtful) {
    if (joins_apart(sets, link, forbidden)) continue;
    sets.unite(link.left, link.right);
    out.links.push_back(link);
  }
  std::sort(out.links.begin(), out.links.end(), [](const NightLink& a, const NightLink& b) {
    return std::tie(a.left, a.right, a.rule) < std::tie(b.left, b.right, b.rule);
  });
  out.root.resize(records);
  for (std::uint32_t i = 0; i < records; ++i) out.root[i] = sets.root(i);
  return out;
}

}  // namespace songtan::link
