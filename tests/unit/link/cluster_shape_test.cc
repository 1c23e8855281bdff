#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "link/kernel/cluster_shape.h"
#include "link/kernel/edge_clusters.h"

using namespace songtan;
using link::Edge;

namespace {

std::vector<link::ClusterShape> shapes_of(std::size_t rows, const std::vector<Edge>& edges) {
  const std::vector<std::uint16_t> source(rows, 0);
  return link::cluster_shapes(link::clusters_of(rows, source, edges, {0, false}), edges, 0);
}

// Slow twin: an edge is a bridge if leaving it out makes one set more.
std::set<std::size_t> bridges_by_removal(std::size_t rows, const std::vector<Edge>& edges) {
  const std::vector<std::uint16_t> source(rows, 0);
  const auto sets = [&](const std::vector<Edge>& some) {
    const auto roots = link::clusters_of(rows, source, some, {0, false});
    return std::set<std::uint32_t>(roots.begin(), roots.end()).size();
  };
  std::set<std::size_t> bridges;
  for (std::size_t at = 0; at < edges.size(); ++at) {
    std::vector<Edge> rest = edges;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
    if (sets(rest) > sets(edges)) bridges.insert(at);
  }
  return bridges;
}

}  // namespace

TEST_CASE("two triangles held together by one pair: that pair is the bridge, with three records on each side") {
  const std::vector<Edge> edges = {{0, 1, 0, 9}, {0, 2, 0, 9}, {1, 2, 0, 9}, {2, 3, 0, 9},
                                   {3, 4, 0, 9}, {3, 5, 0, 9}, {4, 5, 0, 9}};
  const auto shapes = shapes_of(7, edges);
  REQUIRE(shapes.size() == 1);  // row 6 stands alone
  CHECK(shapes[0].rows.size() == 6);
  REQUIRE(shapes[0].bridges.size() == 1);
  CHECK(shapes[0].bridges[0].edge == 3);
  CHECK(shapes[0].bridges[0].near_side == 3);
  CHECK(shapes[0].bridges[0].far_side == 3);
  CHECK(shapes[0].density_permille() == 7 * 1000 / 15);
}

TEST_CASE("a lone pair is dense and no bridge; edges below the threshold do not count") {
  const auto shapes = shapes_of(4, {{0, 1, 0, 5}, {2, 3, 0, -5}});
  REQUIRE(shapes.size() == 1);
  CHECK(shapes[0].bridges.empty());
  CHECK(shapes[0].density_permille() == 1000);
}

TEST_CASE("bridges equal those found by leaving each edge out, and their sides add up") {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const std::size_t rows = 4 + random() % 14;
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::size_t i = 0; i < rows + random() % 6; ++i) {
      const auto a = static_cast<std::uint32_t>(random() % rows);
      const auto b = static_cast<std::uint32_t>(random() % rows);
      if (a != b) pairs.insert(std::minmax(a, b));
    }
    std::vector<Edge> edges;
    for (const auto& [a, b] : pairs) edges.push_back({a, b, 0, 1});
    std::set<std::size_t> found;
    for (const auto& shape : shapes_of(rows, edges)) {
      for (const link::Bridge& bridge : shape.bridges) {
        found.insert(bridge.edge);
        CHECK(bridge.near_side + bridge.far_side == shape.rows.size());
      }
      if (shape.rows.size() == 2) {
        for (std::size_t at = 0; at < edges.size(); ++at) {
          if (edges[at].left == shape.rows[0] && edges[at].right == shape.rows[1]) found.insert(at);
        }
      }
    }
    CHECK(found == bridges_by_removal(rows, edges));
  }
}

TEST_CASE("a chain of 200,000 records does not exhaust the stack") {
  constexpr std::uint32_t kRows = 200'000;
  std::vector<Edge> edges;
  for (std::uint32_t row = 0; row + 1 < kRows; ++row) edges.push_back({row, row + 1, 0, 1});
  const auto shapes = shapes_of(kRows, edges);
  REQUIRE(shapes.size() == 1);
  CHECK(shapes[0].bridges.size() == kRows - 1);
}
