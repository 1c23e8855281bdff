#include "profile/detail/families.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

namespace songtan::profile::detail {
namespace {

constexpr int kAdultAge = 18;  // 民法典 第十七条

bool is_minor(const Traits& traits, Day as_of) {
  return traits.birth != kOpenEnd && age_on(Day{traits.birth}, as_of) < kAdultAge;
}

// 民发〔2021〕57号 第四条: the family names a member who applies; without one, the head of the book, else the eldest.
auto reference_order(const Traits& traits, std::int64_t person, Day as_of) {
  return std::tuple(is_minor(traits, as_of), !traits.heads_book, traits.birth, person);
}

std::optional<Tie> tie_of(std::string_view word) {
  if (word == "known") return Tie::known;
  if (word == "presumed") return Tie::presumed;
  if (word == "open") return Tie::open;
  return std::nullopt;
}

}  // namespace

FamilyTable::FamilyTable(std::span<const std::int64_t> persons)
    : persons_(persons), excluded_(persons.size(), 0), parent_(persons.size()) {
  std::iota(parent_.begin(), parent_.end(), 0U);
}

std::size_t FamilyTable::place_of(std::int64_t person) const {
  const auto found = std::ranges::lower_bound(persons_, person);
  return found != persons_.end() && *found == person ? static_cast<std::size_t>(found - persons_.begin())
                                                     : persons_.size();
}

Result<void> FamilyTable::add_edges(const table::Chunk& chunk, std::uint16_t file, bool tells_tie,
                                    const std::string& name) {
  const auto a = chunk.bigints(0);
  const auto b = chunk.bigints(1);
  for (std::int64_t row = 0; row < chunk.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    if (chunk.is_null(0, row) || chunk.is_null(1, row)) continue;
    const std::size_t first = place_of(std::min(a[at], b[at]));
    const std::size_t second = place_of(std::max(a[at], b[at]));
    if (first == second || second == persons_.size() || first == persons_.size()) continue;
    const auto tie = tie_of(tells_tie ? chunk.text(4, row) : "known");
    if (!tie) {
      return fail({.outcome = Outcome::bad_data,
                   .code = "pack.tie",
                   .message = {"tie 只能是 known、presumed 或 open", "tie must be known, presumed or open"},
                   .mend = {"见 docs/formats/families.md", "see docs/formats/families.md"},
                   .file = name});
    }
    edges_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second), file,
                      words_.index_of(chunk.text(2, row)), words_.index_of(chunk.text(3, row)), *tie});
  }
  return {};
}

void FamilyTable::add_exclusions(const table::Chunk& chunk) {
  const auto person = chunk.bigints(0);
  for (std::int64_t row = 0; row < chunk.size(); ++row) {
    const std::size_t place = chunk.is_null(0, row) ? persons_.size() : place_of(person[static_cast<std::size_t>(row)]);
    if (place != persons_.size()) excluded_[place] = 1;
  }
}

std::uint32_t FamilyTable::root_of(std::uint32_t place) {
  while (parent_[place] != place) place = parent_[place] = parent_[parent_[place]];
  return place;
}

// The root of a set is its smallest place, so the result does not depend on the order of the edges.
void FamilyTable::unite() {
  std::erase_if(edges_, [this](const Edge& edge) { return excluded_[edge.a] != 0 || excluded_[edge.b] != 0; });
  unite(Tie::known);
  for (const Edge& edge : edges_) {
    if (edge.tie == Tie::presumed && root_of(edge.a) != root_of(edge.b)) doubtful_.push_back(edge.a);
  }
  unite(Tie::presumed);
  find_presumed();
  std::erase_if(edges_, [](const Edge& edge) { return edge.tie == Tie::open; });
}

void FamilyTable::unite(Tie tie) {
  for (const Edge& edge : edges_) {
    if (edge.tie != tie) continue;
    const std::uint32_t a = root_of(edge.a);
    const std::uint32_t b = root_of(edge.b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
}

// An open tie puts both its families in doubt, a presumed one the family that it makes.
void FamilyTable::find_presumed() {
  presumed_.assign(persons_.size(), 0);
  for (const std::uint32_t place : doubtful_) presumed_[root_of(place)] = 1;
  for (const Edge& edge : edges_) {
    if (edge.tie != Tie::open || root_of(edge.a) == root_of(edge.b)) continue;
    presumed_[root_of(edge.a)] = 1;
    presumed_[root_of(edge.b)] = 1;
  }
}

// Of several edges that tie a person, the one of the first file, then of the first words, is told as the reason.
void FamilyTable::keep_best_reasons() {
  best_edge_.assign(persons_.size(), 0);
  const auto rank = [this](const Edge& edge) {
    return std::tuple(edge.file, std::string_view(words_[edge.reason]), std::string_view(words_[edge.article]));
  };
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    for (const std::uint32_t place : {edges_[i].a, edges_[i].b}) {
      std::uint32_t& best = best_edge_[place];
      if (best == 0 || rank(edges_[i]) < rank(edges_[best - 1])) best = static_cast<std::uint32_t>(i + 1);
    }
  }
}

void FamilyTable::choose_references(std::span<const Traits> traits, Day as_of) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  reference_.assign(persons_.size(), kNone);
  const auto order = [&](std::uint32_t place) { return reference_order(traits[place], persons_[place], as_of); };
  for (std::uint32_t place = 0; place < persons_.size(); ++place) {
    if (excluded_[place] != 0) continue;
    std::uint32_t& best = reference_[root_of(place)];
    if (best == kNone || order(place) < order(best)) best = place;
  }
}

void FamilyTable::name_members(const KinTable& kin) {
  std::vector<std::int64_t> sizes(persons_.size(), 0);
  for (std::uint32_t place = 0; place < persons_.size(); ++place) {
    if (excluded_[place] != 0) continue;
    const std::uint32_t root = root_of(place);
    ++sizes[root];
    const Edge* edge = best_edge_[place] == 0 ? nullptr : &edges_[best_edge_[place] - 1];
    members_.push_back({persons_[reference_[root]], persons_[place], "other", edge == nullptr ? 0U : edge->reason,
                        edge == nullptr ? 0U : edge->article});
    if (reference_[root] == place) members_.back().role = "reference";
  }
  for (Member& member : members_) {
    for (std::size_t i = kin.first_of(member.family); i < kin.edges().size() && kin.edges()[i].person == member.family;
         ++i) {
      const std::string& relation = kin.relation(kin.edges()[i]);
      if (kin.edges()[i].other != member.person) continue;
      if (relation == "spouse") member.role = "spouse";
      if (relation == "child") member.role = "child";
      if (relation == "parent") member.role = "parent";
    }
  }
  for (std::uint32_t place = 0; place < persons_.size(); ++place) {
    if (sizes[place] > 0)
      families_.push_back({persons_[reference_[place]], reference_[place], sizes[place], presumed_[place] != 0});
  }
  std::ranges::sort(families_, {}, &Family::id);
  std::ranges::sort(members_, {}, [](const Member& member) { return std::pair(member.family, member.person); });
}

void FamilyTable::join(std::span<const Traits> traits, const KinTable& kin, Day as_of) {
  unite();
  keep_best_reasons();
  choose_references(traits, as_of);
  name_members(kin);
}

std::vector<std::int64_t> FamilyTable::left_out() const {
  std::vector<std::int64_t> persons;
  for (std::size_t place = 0; place < persons_.size(); ++place) {
    if (excluded_[place] != 0) persons.push_back(persons_[place]);
  }
  return persons;
}

std::int64_t FamilyTable::family_of(std::int64_t person) const {
  const std::size_t place = place_of(person);
  if (place == persons_.size() || excluded_[place] != 0) return 0;
  std::uint32_t root = static_cast<std::uint32_t>(place);
  while (parent_[root] != root) root = parent_[root];
  return persons_[reference_[root]];
}

}  // namespace songtan::profile::detail
