#include "link/kernel/person_profiles.h"

#include <algorithm>
#include <bit>

namespace songtan::link {
namespace {

constexpr std::uint64_t kDigits[] = {1'000'000, 1'000, 1};  // what 6, 9 and 12 leading digits leave over

// 1000·log2 of a positive integer: exponent by the leading bit, mantissa by repeated squaring of a Q31 fraction.
std::int32_t millibits_of(std::uint64_t value) {
  const int exponent = 63 - std::countl_zero(value);
  std::uint64_t mantissa = exponent >= 31 ? value >> (exponent - 31) : value << (31 - exponent);
  std::uint64_t fraction = 0;
  for (int bit = 0; bit < 20; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    fraction <<= 1;
    if (mantissa >= std::uint64_t{1} << 32) {
      mantissa >>= 1;
      fraction |= 1;
    }
  }
  return static_cast<std::int32_t>(exponent * 1000 + static_cast<int>(fraction * 1000 >> 20));
}

}  // namespace

std::int32_t millibits(std::uint64_t a, std::uint64_t b) { return millibits_of(a) - millibits_of(b); }

std::uint64_t region_prefix(std::uint64_t region, int digits) {
  if (region == 0) return 0;
  const std::uint64_t prefix = region / kDigits[digits / 3 - 2];
  // A code that ends in zeros at this level says nothing of it.
  if (digits > 6 && prefix % 1000 == 0) return 0;
  return prefix * 16 + static_cast<std::uint64_t>(digits);
}

PersonProfiles::PersonProfiles(const NightRecords& night, const std::vector<NumberCode>& own, DisjointSets& sets) {
  const auto records = static_cast<std::uint32_t>(night.records.size());
  person_.assign(records, kNobody);
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t i = 0; i < records; ++i) {
    if (own[i] == 0) continue;
    const std::uint32_t root = sets.root(i);
    // Roots are smallest members, so a person's number is dealt when its first record passes.
    if (person_[root] == kNobody) {
      person_[root] = static_cast<std::uint32_t>(numbers_.size());
      numbers_.push_back(own[i]);
      sizes.push_back(0);
    }
    person_[i] = person_[root];
    ++sizes[person_[i]];
  }
  offsets_.assign(1, 0);
  for (const std::uint32_t size : sizes) offsets_.push_back(offsets_.back() + size);
  members_.resize(offsets_.back());
  std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
  for (std::uint32_t i = 0; i < records; ++i) {
    if (person_[i] != kNobody) members_[next[person_[i]]++] = i;
  }
  count_names(night);
  count_regions(night);
  count_sources(night);
}

void PersonProfiles::count_names(const NightRecords& night) {
  bearers_.assign(night.names.size() + 1, 0);
  std::vector<std::uint32_t> names;
  for (std::uint32_t person = 0; person < count(); ++person) {
    names.clear();
    for (const std::uint32_t member : members(person)) {
      const std::uint32_t name = night.records[member].name;
      if (name != 0 && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    for (const std::uint32_t name : names) ++bearers_[name];
  }
}

void PersonProfiles::count_regions(const NightRecords& night) {
  for (std::uint32_t person = 0; person < count(); ++person) {
    for (const std::uint32_t member : members(person)) {
      const std::uint64_t region = night.records[member].region;
      if (region == 0) continue;
      for (const int digits : {6, 9, 12}) {
        if (const std::uint64_t prefix = region_prefix(region, digits); prefix != 0) ++residents_[prefix];
      }
      break;  // the first region known stands for the person
    }
  }
}

void PersonProfiles::count_sources(const NightRecords& night) {
  in_source_.assign(night.sources.size(), 0);
  std::vector<std::uint32_t> with_two(night.sources.size(), 0);
  std::vector<std::uint16_t> seen;
  for (std::uint32_t person = 0; person < count(); ++person) {
    seen.clear();
    for (const std::uint32_t member : members(person)) seen.push_back(night.records[member].source);
    std::sort(seen.begin(), seen.end());
    for (std::size_t at = 0; at < seen.size();) {
      std::size_t to = at;
      while (to < seen.size() && seen[to] == seen[at]) ++to;
      ++in_source_[seen[at]];
      if (to - at > 1) ++with_two[seen[at]];
      at = to;
    }
  }
  one_each_.assign(night.sources.size(), false);
  for (std::size_t s = 0; s < one_each_.size(); ++s)
    one_each_[s] = in_source_[s] >= 100 && with_two[s] * 33 <= in_source_[s];
}

std::uint32_t PersonProfiles::residents(std::uint64_t region, int digits) const {
  const auto found = residents_.find(region_prefix(region, digits));
  return found == residents_.end() ? 0 : found->second;
}

}  // namespace songtan::link
