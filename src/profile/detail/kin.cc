#include "profile/detail/kin.h"

#include <algorithm>
#include <tuple>

namespace songtan::profile::detail {

Result<void> KinTable::add(const table::Chunk& chunk, Day as_of, const std::string& file) {
  const auto person = chunk.bigints(0);
  const auto other = chunk.bigints(2);
  const auto record = chunk.bigints(4);
  const auto from = chunk.days(5);
  const auto to = chunk.days(6);
  const auto known_on = chunk.days(7);
  for (std::int64_t row = 0; row < chunk.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    for (const std::int64_t column : {0, 1, 2, 3, 4, 7}) {
      if (!chunk.is_null(column, row)) continue;
      Error error;
      error.code = "pack.kin_incomplete";
      error.message = {"亲属边缺少人、关系、来源、记录或知晓日期",
                       "a kin edge lacks a person, its relation, source, record or known_on"};
      error.mend = {"在 SQL 中滤去这样的行", "filter such rows in the SQL"};
      error.file = file;
      return fail(std::move(error));
    }
    const bool ended = !chunk.is_null(6, row) && to[at] <= as_of;
    const bool later = !chunk.is_null(5, row) && from[at] > as_of;
    if (ended || later || person[at] == other[at]) continue;
    edges_.push_back({person[at], other[at], record[at], relations_.index_of(chunk.text(1, row)),
                      sources_.index_of(chunk.text(3, row)), known_on[at].days, false});
  }
  return {};
}

void KinTable::settle(const std::vector<SourceCoverage>& coverage) {
  const auto relations = relations_.sort();
  const auto sources = sources_.sort();
  const std::vector<std::int64_t> rank = ranks_of(sources_, coverage);
  for (KinEdge& edge : edges_) {
    edge.relation = relations[edge.relation];
    edge.source = sources[edge.source];
  }
  std::ranges::sort(edges_, {}, [&](const KinEdge& edge) {
    return std::tuple(edge.person, edge.relation, edge.other, rank[edge.source], edge.source, edge.record,
                      edge.known_on);
  });
  const auto rest = std::ranges::unique(edges_, [](const KinEdge& a, const KinEdge& b) {
    return a.person == b.person && a.relation == b.relation && a.other == b.other;
  });
  edges_.erase(rest.begin(), rest.end());
}

Result<void> KinTable::add_obligors(const table::Chunk& chunk) {
  const auto person = chunk.bigints(0);
  const auto other = chunk.bigints(1);
  for (std::int64_t row = 0; row < chunk.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    for (std::size_t i = first_of(person[at]); i < edges_.size() && edges_[i].person == person[at]; ++i) {
      if (edges_[i].other == other[at]) edges_[i].obligor = true;
    }
  }
  return {};
}

std::size_t KinTable::first_of(std::int64_t person) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(edges_, person, {}, &KinEdge::person) - edges_.begin());
}

}  // namespace songtan::profile::detail
