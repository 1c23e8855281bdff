#include "link/kernel/cluster_shape.h"

#include <algorithm>
#include <map>
#include <utility>

namespace songtan::link {
namespace {

struct Arc {
  std::uint32_t to = 0;  ///< position in the set
  std::size_t edge = 0;
};

/// Finds the bridges of one set without recursion (Tarjan 1974): an edge is one when no way leads back above it.
class BridgeWalk {
 public:
  explicit BridgeWalk(std::vector<std::vector<Arc>> arcs)
      : arcs_(std::move(arcs)), order_(arcs_.size(), 0), low_(arcs_.size(), 0), below_(arcs_.size(), 1) {}

  std::vector<Bridge> run() {
    enter(0, kNoEdge);
    while (!path_.empty()) step();
    std::ranges::sort(bridges_, {}, &Bridge::edge);
    return std::move(bridges_);
  }

 private:
  static constexpr std::size_t kNoEdge = SIZE_MAX;
  struct Frame {
    std::uint32_t at = 0;
    std::size_t from_edge = 0;
    std::size_t next = 0;
  };

  void enter(std::uint32_t at, std::size_t edge) {
    order_[at] = low_[at] = ++clock_;
    path_.push_back({at, edge, 0});
  }

  void step() {
    Frame& frame = path_.back();
    if (frame.next == arcs_[frame.at].size()) return leave();
    const Arc arc = arcs_[frame.at][frame.next++];
    if (arc.edge == frame.from_edge) return;
    if (order_[arc.to] != 0)
      low_[frame.at] = std::min(low_[frame.at], order_[arc.to]);
    else
      enter(arc.to, arc.edge);
  }

  void leave() {
    const Frame done = path_.back();
    path_.pop_back();
    if (path_.empty()) return;
    const std::uint32_t above = path_.back().at;
    below_[above] += below_[done.at];
    low_[above] = std::min(low_[above], low_[done.at]);
    if (low_[done.at] > order_[above]) {
      const auto all = static_cast<std::uint32_t>(arcs_.size());
      bridges_.push_back({done.from_edge, all - below_[done.at], below_[done.at]});
    }
  }

  std::vector<std::vector<Arc>> arcs_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> below_;  ///< records at and below each, once it is left
  std::vector<Frame> path_;
  std::vector<Bridge> bridges_;
  std::uint32_t clock_ = 0;
};

ClusterShape shape_of(std::uint32_t root, std::vector<std::uint32_t> rows,
                      const std::vector<std::pair<std::size_t, const Edge*>>& edges) {
  std::vector<std::vector<Arc>> arcs(rows.size());
  const auto place = [&](std::uint32_t row) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(rows, row) - rows.begin());
  };
  for (const auto& [index, edge] : edges) {
    const std::uint32_t a = place(edge->left);
    const std::uint32_t b = place(edge->right);
    arcs[a].push_back({b, index});
    arcs[b].push_back({a, index});
  }
  ClusterShape shape{
      .root = root, .rows = std::move(rows), .edges = static_cast<std::int64_t>(edges.size()), .bridges = {}};
  if (shape.rows.size() > 2) shape.bridges = BridgeWalk(std::move(arcs)).run();
  return shape;
}

}  // namespace

std::vector<ClusterShape> cluster_shapes(const std::vector<std::uint32_t>& roots, const std::vector<Edge>& edges,
                                         double threshold) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> members;
  for (std::uint32_t row = 0; row < roots.size(); ++row) members[roots[row]].push_back(row);
  std::map<std::uint32_t, std::vector<std::pair<std::size_t, const Edge*>>> inside;
  for (std::size_t index = 0; index < edges.size(); ++index) {
    const Edge& edge = edges[index];
    if (edge.weight >= threshold && roots[edge.left] == roots[edge.right])
      inside[roots[edge.left]].emplace_back(index, &edge);
  }
  std::vector<ClusterShape> shapes;
  for (auto& [root, rows] : members) {
    if (rows.size() > 1) shapes.push_back(shape_of(root, std::move(rows), inside[root]));
  }
  std::ranges::sort(shapes, {}, [](const ClusterShape& shape) { return shape.rows.front(); });
  return shapes;
}

}  // namespace songtan::link
