// What is known of each numbered person after the exact links, as candidates for records without a number. In: coded
// records and the number each owns. Out: dense persons with their members, and how rare their values are.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "link/kernel/disjoint_sets.h"
#include "link/kernel/night_record.h"

namespace songtan::link {

constexpr std::uint32_t kNobody = 0xFFFFFFFF;

class PersonProfiles {
 public:
  PersonProfiles(const NightRecords& night, const std::vector<NumberCode>& own, DisjointSets& sets);

  std::uint32_t count() const { return static_cast<std::uint32_t>(offsets_.size() - 1); }
  /// Person of a record, or kNobody for a record that owns no number.
  std::uint32_t of_record(std::uint32_t record) const { return person_[record]; }
  std::span<const std::uint32_t> members(std::uint32_t person) const {
    return std::span(members_).subspan(offsets_[person], offsets_[person + 1] - offsets_[person]);
  }
  NumberCode number(std::uint32_t person) const { return numbers_[person]; }

  /// Persons that bear the name; 0 if none.
  std::uint32_t bearers(std::uint32_t name) const { return bearers_[name]; }
  /// Persons with a record in the region of that many leading digits (6, 9 or 12).
  std::uint32_t residents(std::uint64_t region, int digits) const;
  /// Persons with a record of (source, role), and whether hardly anyone has two there.
  std::uint32_t persons_in(std::uint16_t source) const { return in_source_[source]; }
  bool one_each(std::uint16_t source) const { return one_each_[source]; }
  /// How much likelier another record in (source, role) is for somebody who has one there than for anybody, in
  /// millibits; 0 where too few tell.
  std::int32_t repeats(std::uint16_t source) const;
  /// Persons without a record in the fullest register of one row a person: how many may be in no register at all. At
  /// least one in a thousand.
  std::uint32_t unregistered() const;
  /// The (source, role) that knows most persons by one row each; kNobody if there is none.
  std::uint32_t fullest() const;
  /// Persons with a record that has the affinity, or that an office delivered.
  std::uint32_t sharing(std::uint64_t key) const;
  std::uint32_t at_office(std::uint32_t office) const;
  /// How much likelier a person of this age and sex is among those of (source, role) than among all, in millibits.
  std::int32_t suits(std::uint16_t source, std::uint32_t person) const;

  /// How much likelier two persons of these ages and sexes are related so than at random, in millibits.
  std::int32_t suits_pair(std::uint16_t relation, std::uint32_t person, std::uint32_t other) const;
  std::span<const RelatedPair> pairs_of(std::uint32_t record) const {
    const std::size_t from = pair_offsets_[record];
    return std::span(night_.pairs).subspan(from, pair_offsets_[record + 1] - from);
  }
  /// Whether hardly anyone is twice what the pair says in this register: everybody has one father.
  bool one_each_relation(const RelatedPair& pair) const { return one_each_relation_[relation_in_source(pair)]; }
  /// Whether the person already is once what the pair says in this register.
  bool has_relation(std::uint32_t person, const RelatedPair& pair) const;
  /// The first region known of a person, 0 if none.
  std::uint64_t region(std::uint32_t person) const { return regions_[person]; }

  std::span<const Affinity> affinities_of(std::uint32_t record) const {
    const std::size_t from = affinity_offsets_[record];
    return std::span(night_.affinities).subspan(from, affinity_offsets_[record + 1] - from);
  }

 private:
  void count_names(const NightRecords& night);
  void count_regions(const NightRecords& night);
  void count_sources(const NightRecords& night);
  void count_affinities();
  void count_ages();
  void count_pairs();
  void count_relations();
  // Number of (source, relation) of a pair.
  std::size_t relation_in_source(const RelatedPair& pair) const {
    return static_cast<std::size_t>(night_.records[pair.record].source) * night_.relations + pair.relation;
  }
  // Difference of births in steps of three years, by both sexes.
  static constexpr std::size_t kGaps = 41 * 4;
  std::size_t gap_of(std::uint32_t person, std::uint32_t other) const;

  // Five-year bands of birth, by sex.
  static constexpr std::size_t kBands = 80;
  std::size_t band_of(std::uint32_t person) const;

  const NightRecords& night_;

  std::vector<std::uint32_t> person_;
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> offsets_;
  std::vector<NumberCode> numbers_;
  std::vector<std::uint32_t> bearers_;
  std::unordered_map<std::uint64_t, std::uint32_t> residents_;
  std::vector<std::uint32_t> in_source_;
  std::vector<bool> one_each_;
  std::vector<std::uint32_t> with_two_;
  std::vector<std::uint32_t> affinity_offsets_;
  std::unordered_map<std::uint64_t, std::uint32_t> sharing_;
  std::unordered_map<std::uint32_t, std::uint32_t> at_office_;
  std::vector<std::uint64_t> regions_;
  std::vector<std::uint32_t> pair_offsets_;
  std::vector<std::vector<std::uint64_t>> relation_gaps_;  ///< by relation: linked pairs by gap
  std::vector<std::uint64_t> relation_pairs_;
  std::vector<bool> one_each_relation_;                     ///< by (source, relation)
  std::vector<std::uint64_t> random_gaps_;                  ///< the same of strangers
  std::vector<std::uint64_t> in_band_;                      ///< persons by band
  std::vector<std::vector<std::uint64_t>> source_in_band_;  ///< by (source, role): persons by band
};

/// The region's leading digits, as a number that also tells how many they are.
std::uint64_t region_prefix(std::uint64_t region, int digits);

/// 1000·log2(a/b) by integers, a, b > 0.
std::int32_t millibits(std::uint64_t a, std::uint64_t b);

}  // namespace songtan::link
