// Joins up the edges "lives and counts together" into families. In: edges and exclusions as the pack's SQL yields them,
// what C++ must know of a person to choose the reference person. Out: families, members with reason and article.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/day.h"
#include "profile/detail/claims.h"
#include "profile/detail/kin.h"
#include "table/chunk.h"

namespace songtan::profile::detail {

/// What is asked of a person when a reference person is chosen.
struct Traits {
  std::int32_t birth = kOpenEnd;  ///< days since 1970; kOpenEnd = not known
  bool heads_book = false;
  std::uint32_t region = 0;  ///< words below
  std::uint32_t county = 0;
  std::uint32_t residence_type = 0;
};

struct Member {
  std::int64_t family = 0;
  std::int64_t person = 0;
  std::string_view role;
  std::uint32_t reason = 0;
  std::uint32_t article = 0;
};

/// How sure it is that two people count together. presumed: taken for so, as long as nobody has looked. open: taken for
/// not so, and may be.
enum class Tie : std::uint8_t { known, presumed, open };

struct Family {
  std::int64_t id = 0;
  std::size_t reference = 0;  ///< index of the reference person
  std::int64_t size = 0;
  bool presumed = false;  ///< its composition hinges on a tie that is not known
};

class FamilyTable {
 public:
  /// `persons` sorted; indices below are places in it.
  explicit FamilyTable(std::span<const std::int64_t> persons);

  /// Rows (person_a, person_b, reason, article and, if it tells, tie) of one file; files come in their order, which
  /// ranks the reasons. Errors: bad_data at a word of tie that is none.
  Result<void> add_edges(const table::Chunk& chunk, std::uint16_t file, bool tells_tie, const std::string& name);
  /// Rows (person_id, reason, article): left out of every family, with all their edges.
  void add_exclusions(const table::Chunk& chunk);

  /// Union-find over the edges of people who are not left out. Independent of the order of rows.
  /// The reference person: an adult before a minor, a head of a hukou book before others, then the eldest, then the
  /// smallest id. Cost: one sort of the edges.
  void join(std::span<const Traits> traits, const KinTable& kin, Day as_of);

  const std::vector<Family>& families() const { return families_; }  ///< by id
  const std::vector<Member>& members() const { return members_; }    ///< by family, person
  const std::string& word(std::uint32_t index) const { return words_[index]; }
  std::vector<std::int64_t> left_out() const;  ///< persons, sorted
  /// The family of a person, 0 for nobody's.
  std::int64_t family_of(std::int64_t person) const;

 private:
  struct Edge {
    std::uint32_t a;
    std::uint32_t b;
    std::uint16_t file;
    std::uint32_t reason;
    std::uint32_t article;
    Tie tie;
  };
  std::size_t place_of(std::int64_t person) const;
  std::uint32_t root_of(std::uint32_t place);
  void unite();
  void unite(Tie tie);
  void find_presumed();
  void choose_references(std::span<const Traits> traits, Day as_of);
  void name_members(const KinTable& kin);
  void keep_best_reasons();

  std::span<const std::int64_t> persons_;
  std::vector<Edge> edges_;
  std::vector<char> excluded_;
  std::vector<std::uint32_t> parent_;
  std::vector<std::uint32_t> doubtful_;   ///< people at ties that are not known and that nothing known replaces
  std::vector<char> presumed_;            ///< by root
  std::vector<std::uint32_t> reference_;  ///< by root
  std::vector<std::uint32_t> best_edge_;  ///< by person; index + 1, 0 = none
  std::vector<Family> families_;
  std::vector<Member> members_;
  Words words_;
};

}  // namespace songtan::profile::detail
