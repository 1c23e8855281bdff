// Kin edges. In: the rows of kin/*.sql and of kin/obligors/*.sql. Out: one edge per (person, relation, other) with the
// best record that shows it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "profile/coverage.h"
#include "profile/detail/claims.h"
#include "table/chunk.h"

namespace songtan::profile::detail {

struct KinEdge {
  std::int64_t person = 0;
  std::int64_t other = 0;
  std::int64_t record = 0;
  std::uint32_t relation = 0;
  std::uint32_t source = 0;
  std::int32_t known_on = 0;
  bool obligor = false;
};

class KinTable {
 public:
  /// Takes rows of kin SQL; edges that ended by `as_of`, begin later, or tie a person to itself are left out.
  Result<void> add(const table::Chunk& chunk, Day as_of, const std::string& file);

  /// One edge per (person, relation, other): that of the best source, then of the smallest record; sorted by key.
  void settle(const std::vector<SourceCoverage>& coverage);

  /// Marks the edges of a pair (person_id, other_person_id) as carrying a legal duty of support. After settle().
  Result<void> add_obligors(const table::Chunk& chunk);

  const std::vector<KinEdge>& edges() const { return edges_; }
  const std::string& relation(const KinEdge& edge) const { return relations_[edge.relation]; }
  const std::string& source(const KinEdge& edge) const { return sources_[edge.source]; }

  /// First edge of a person, for walking while edges()[i].person == person.
  std::size_t first_of(std::int64_t person) const;

 private:
  std::vector<KinEdge> edges_;
  Words relations_;
  Words sources_;
};

}  // namespace songtan::profile::detail
