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

// The value met most often, of several the smallest. Sorts `values`.
std::uint64_t most_frequent(std::vector<std::uint64_t>& values) {
  std::sort(values.begin(), values.end());
  std::uint64_t best = 0;
  std::size_t most = 0;
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from;
    while (to < values.size() && values[to] == values[from]) ++to;
    if (to - from > most) {
      most = to - from;
      best = values[from];
    }
    from = to;
  }
  return best;
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

PersonProfiles::PersonProfiles(const NightRecords& night, const std::vector<NumberCode>& own, DisjointSets& sets)
    : night_(night) {
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
  count_affinities();
  count_ages();
  count_pairs();
  count_relations();
}

void PersonProfiles::count_affinities() {
  affinity_offsets_.assign(night_.records.size() + 1, 0);
  for (const Affinity& affinity : night_.affinities) ++affinity_offsets_[affinity.record + 1];
  for (std::size_t i = 1; i < affinity_offsets_.size(); ++i) affinity_offsets_[i] += affinity_offsets_[i - 1];
  std::vector<std::uint64_t> keys;
  std::vector<std::uint32_t> offices;
  for (std::uint32_t person = 0; person < count(); ++person) {
    keys.clear();
    offices.clear();
    for (const std::uint32_t member : members(person)) {
      for (const Affinity& affinity : affinities_of(member)) keys.push_back(affinity.key);
      if (night_.records[member].office != 0) offices.push_back(night_.records[member].office);
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const std::uint64_t key : keys) ++sharing_[key];
    std::sort(offices.begin(), offices.end());
    offices.erase(std::unique(offices.begin(), offices.end()), offices.end());
    for (const std::uint32_t office : offices) ++at_office_[office];
  }
}

std::size_t PersonProfiles::band_of(std::uint32_t person) const {
  const int year = birth_of_code(numbers_[person]).year();
  const int band = std::clamp((year - 1850) / 5, 0, static_cast<int>(kBands) / 2 - 1);
  return static_cast<std::size_t>(band) * 2 + (sex_of_code(numbers_[person]) == 1 ? 1 : 0);
}

void PersonProfiles::count_ages() {
  in_band_.assign(kBands, 0);
  source_in_band_.assign(night_.sources.size(), std::vector<std::uint64_t>(kBands, 0));
  std::vector<std::uint16_t> seen;
  for (std::uint32_t person = 0; person < count(); ++person) {
    const std::size_t band = band_of(person);
    ++in_band_[band];
    seen.clear();
    for (const std::uint32_t member : members(person)) seen.push_back(night_.records[member].source);
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const std::uint16_t source : seen) ++source_in_band_[source][band];
  }
}

std::int32_t PersonProfiles::suits(std::uint16_t source, std::uint32_t person) const {
  constexpr std::uint32_t kEnoughToTell = 50;
  constexpr std::int32_t kLeast = -8000;
  constexpr std::int32_t kMost = 4000;
  if (in_source_[source] < kEnoughToTell) return 0;
  const std::size_t band = band_of(person);
  // (c + 2p) / (n + 2) against p, where p is the band's share of all persons: two made-up persons smooth the estimate.
  const std::uint64_t here = source_in_band_[source][band] * count() + 2 * in_band_[band];
  return std::clamp(millibits(here, in_band_[band] * (in_source_[source] + 2U)), kLeast, kMost);
}

std::size_t PersonProfiles::gap_of(std::uint32_t person, std::uint32_t other) const {
  const int years = birth_of_code(numbers_[person]).year() - birth_of_code(numbers_[other]).year();
  const auto step = static_cast<std::size_t>(std::clamp((years + 61) / 3, 0, 40));
  return step * 4 + (sex_of_code(numbers_[person]) - 1U) * 2 + (sex_of_code(numbers_[other]) - 1U);
}

void PersonProfiles::count_pairs() {
  pair_offsets_.assign(night_.records.size() + 1, 0);
  for (const RelatedPair& pair : night_.pairs) ++pair_offsets_[pair.record + 1];
  for (std::size_t i = 1; i < pair_offsets_.size(); ++i) pair_offsets_[i] += pair_offsets_[i - 1];
  relation_gaps_.assign(night_.relations, std::vector<std::uint64_t>(kGaps, 0));
  relation_pairs_.assign(night_.relations, 0);
  for (const RelatedPair& pair : night_.pairs) {
    const std::uint32_t person = person_[pair.record];
    const std::uint32_t other = person_[pair.other];
    if (person == kNobody || other == kNobody) continue;
    ++relation_gaps_[pair.relation][gap_of(person, other)];
    ++relation_pairs_[pair.relation];
  }
  // Strangers: each person with the one half a list away that only their numbers order, so that the same people weigh
  // the same in whatever files their records come.
  std::vector<std::uint32_t> order(count());
  for (std::uint32_t person = 0; person < count(); ++person) order[person] = person;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(mix64(numbers_[a]), numbers_[a]) < std::pair(mix64(numbers_[b]), numbers_[b]);
  });
  random_gaps_.assign(kGaps, 1);
  for (std::uint32_t place = 0; place < count(); ++place)
    ++random_gaps_[gap_of(order[place], order[(place + count() / 2) % count()])];
}

void PersonProfiles::count_relations() {
  const std::size_t keys = night_.sources.size() * night_.relations;
  std::vector<std::uint32_t> persons(keys, 0);
  std::vector<std::uint32_t> with_two(keys, 0);
  std::vector<std::size_t> seen;
  for (std::uint32_t person = 0; person < count(); ++person) {
    seen.clear();
    for (const std::uint32_t member : members(person)) {
      for (const RelatedPair& pair : pairs_of(member)) seen.push_back(relation_in_source(pair));
    }
    std::sort(seen.begin(), seen.end());
    for (std::size_t at = 0; at < seen.size();) {
      std::size_t to = at;
      while (to < seen.size() && seen[to] == seen[at]) ++to;
      ++persons[seen[at]];
      if (to - at > 1) ++with_two[seen[at]];
      at = to;
    }
  }
  one_each_relation_.assign(keys, false);
  for (std::size_t key = 0; key < keys; ++key)
    one_each_relation_[key] = persons[key] >= 100 && with_two[key] * 33 <= persons[key];
}

bool PersonProfiles::has_relation(std::uint32_t person, const RelatedPair& pair) const {
  const std::size_t key = relation_in_source(pair);
  for (const std::uint32_t member : members(person)) {
    for (const RelatedPair& other : pairs_of(member)) {
      if (member != pair.record && relation_in_source(other) == key) return true;
    }
  }
  return false;
}

std::int32_t PersonProfiles::suits_pair(std::uint16_t relation, std::uint32_t person, std::uint32_t other) const {
  constexpr std::uint64_t kEnoughToTell = 50;
  constexpr std::int32_t kLeast = -8000;
  constexpr std::int32_t kMost = 5000;
  if (relation_pairs_[relation] < kEnoughToTell) return 0;
  const std::size_t gap = gap_of(person, other);
  const std::uint64_t here = relation_gaps_[relation][gap] * (count() + kGaps) + 2 * random_gaps_[gap];
  return std::clamp(millibits(here, random_gaps_[gap] * (relation_pairs_[relation] + 2)), kLeast, kMost);
}

std::int32_t PersonProfiles::repeats(std::uint16_t source) const {
  constexpr std::uint64_t kEnoughToTell = 50;
  constexpr std::int32_t kMost = 4000;
  const std::uint64_t persons = in_source_[source];
  if (persons < kEnoughToTell || with_two_[source] == 0) return 0;
  return std::clamp(millibits(std::uint64_t{with_two_[source]} * count(), persons * persons), 0, kMost);
}

std::uint32_t PersonProfiles::fullest() const {
  std::uint32_t fullest = kNobody;
  for (std::uint32_t source = 0; source < in_source_.size(); ++source) {
    if (one_each_[source] && (fullest == kNobody || in_source_[source] > in_source_[fullest])) fullest = source;
  }
  return fullest;
}

std::uint32_t PersonProfiles::unregistered() const {
  const std::uint32_t source = fullest();
  // Without such a register nothing is known of absence: two in a hundred.
  if (source == kNobody) return std::max(1U, count() / 50);
  return std::max({1U, count() / 1000, count() - in_source_[source]});
}

std::uint32_t PersonProfiles::sharing(std::uint64_t key) const {
  const auto found = sharing_.find(key);
  return found == sharing_.end() ? 0 : found->second;
}

std::uint32_t PersonProfiles::at_office(std::uint32_t office) const {
  const auto found = at_office_.find(office);
  return found == at_office_.end() ? 0 : found->second;
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
  regions_.assign(count(), 0);
  std::vector<std::uint64_t> known;
  for (std::uint32_t person = 0; person < count(); ++person) {
    known.clear();
    for (const std::uint32_t member : members(person)) {
      if (night.records[member].region != 0) known.push_back(night.records[member].region);
    }
    if (known.empty()) continue;
    regions_[person] = most_frequent(known);  // one region stands for the person
    for (const int digits : {6, 9, 12}) {
      if (const std::uint64_t prefix = region_prefix(regions_[person], digits); prefix != 0) ++residents_[prefix];
    }
  }
}

void PersonProfiles::count_sources(const NightRecords& night) {
  in_source_.assign(night.sources.size(), 0);
  with_two_.assign(night.sources.size(), 0);
  std::vector<std::uint16_t> seen;
  for (std::uint32_t person = 0; person < count(); ++person) {
    seen.clear();
    for (const std::uint32_t member : members(person)) seen.push_back(night.records[member].source);
    std::sort(seen.begin(), seen.end());
    for (std::size_t at = 0; at < seen.size();) {
      std::size_t to = at;
      while (to < seen.size() && seen[to] == seen[at]) ++to;
      ++in_source_[seen[at]];
      if (to - at > 1) ++with_two_[seen[at]];
      at = to;
    }
  }
  one_each_.assign(night.sources.size(), false);
  for (std::size_t s = 0; s < one_each_.size(); ++s)
    one_each_[s] = in_source_[s] >= 100 && with_two_[s] * 33 <= in_source_[s];
}

std::uint32_t PersonProfiles::residents(std::uint64_t region, int digits) const {
  const auto found = residents_.find(region_prefix(region, digits));
  return found == residents_.end() ? 0 : found->second;
}

}  // namespace songtan::link
