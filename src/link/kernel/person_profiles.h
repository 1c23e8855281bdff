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

 private:
  void count_names(const NightRecords& night);
  void count_regions(const NightRecords& night);
  void count_sources(const NightRecords& night);

  std::vector<std::uint32_t> person_;
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> offsets_;
  std::vector<NumberCode> numbers_;
  std::vector<std::uint32_t> bearers_;
  std::unordered_map<std::uint64_t, std::uint32_t> residents_;
  std::vector<std::uint32_t> in_source_;
  std::vector<bool> one_each_;
};

/// The region's leading digits, as a number that also tells how many they are.
std::uint64_t region_prefix(std::uint64_t region, int digits);

/// 1000·log2(a/b) by integers, a, b > 0.
std::int32_t millibits(std::uint64_t a, std::uint64_t b);

}  // namespace songtan::link
