#include "link/kernel/open_links.h"

#include <algorithm>

namespace songtan::link {
namespace {

struct Standing {
  std::uint32_t person = kNobody;
  Evidence evidence;
  std::int32_t rival = kRefused;  ///< the best of everybody else
  std::uint32_t same_name = 0;    ///< candidates that bear the very name
};

Standing standing_of(const EvidenceScale& scale, std::span<const Candidate> candidates) {
  Standing standing;
  standing.evidence.millibits = kRefused;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& one = candidates[i];
    // Sorted by (record, person, nearness): of several entries of one person the last knows it nearest.
    if (i + 1 < candidates.size() && candidates[i + 1].person == one.person) continue;
    const Evidence evidence = scale.weigh(one.record, one.person, one.near);
    standing.same_name += evidence.same_name ? 1 : 0;
    if (evidence.millibits > standing.evidence.millibits) {
      standing.rival = standing.evidence.millibits;
      standing.evidence = evidence;
      standing.person = one.person;
    } else {
      standing.rival = std::max(standing.rival, evidence.millibits);
    }
  }
  return standing;
}

std::uint64_t pair_key(std::uint64_t salt, std::uint64_t a, std::uint64_t b) {
  return a == 0 || b == 0 ? 0 : mix64(mix64(salt, a), b) | 1U;
}

std::uint64_t leftover_key(int kind, const NightRecord& record) {
  switch (kind) {
    case 0: return pair_key(101, record.number, record.name);
    case 1: return pair_key(102, record.local, record.name);
    case 2: return pair_key(103, record.group, record.name);
    case 3: {
      if (record.precision != BirthPrecision::day) return 0;
      const std::uint64_t county = record.region != 0 ? record.region / 1'000'000 : record.office;
      const auto day = static_cast<std::uint32_t>(record.birth) + (std::uint64_t{1} << 40);
      return pair_key(104, pair_key(105, record.name, day), county);
    }
    default: return 0;
  }
}

}  // namespace

OpenLinks link_to_persons(const PersonProfiles& persons, const EvidenceScale& scale, const NightRecords& night,
                          const std::vector<Candidate>& candidates, std::int32_t margin) {
  OpenLinks out;
  for (std::size_t from = 0; from < candidates.size();) {
    std::size_t to = from + 1;
    while (to < candidates.size() && candidates[to].record == candidates[from].record) ++to;
    const std::uint32_t record = candidates[from].record;
    const Standing standing = standing_of(scale, std::span(candidates).subspan(from, to - from));
    from = to;
    if (standing.person == kNobody) continue;
    std::int32_t rival = std::max(standing.rival, scale.absent());
    const std::uint32_t name = night.records[record].name;
    const std::uint32_t bearers = persons.bearers(name);
    if (bearers > standing.same_name) {
      rival = std::max(rival, scale.bystander(name) + millibits(bearers - standing.same_name, 1));
    }
    if (standing.evidence.millibits - rival < margin) {
      ++out.undecided;
      continue;
    }
    const std::uint32_t first = persons.members(standing.person).front();
    const auto rule = static_cast<std::uint16_t>(kFieldsFlag | standing.evidence.fields);
    out.links.push_back(
        {std::min(first, record), std::max(first, record), rule, true, standing.evidence.millibits - rival});
    ++out.linked;
  }
  return out;
}

std::vector<NightLink> link_leftovers(const NightRecords& night, const std::vector<std::uint32_t>& leftovers,
                                      std::uint32_t cap) {
  struct Keyed {
    std::uint64_t key;
    std::uint32_t record;
    auto operator<=>(const Keyed&) const = default;
  };
  std::vector<NightLink> links;
  std::vector<Keyed> keyed;
  for (int kind = 0; kind < 4; ++kind) {
    keyed.clear();
    for (const std::uint32_t record : leftovers) {
      if (const std::uint64_t key = leftover_key(kind, night.records[record]); key != 0) keyed.push_back({key, record});
    }
    std::sort(keyed.begin(), keyed.end());
    for (std::size_t from = 0; from < keyed.size();) {
      std::size_t to = from + 1;
      while (to < keyed.size() && keyed[to].key == keyed[from].key) ++to;
      for (std::size_t i = from + 1; i < to && to - from <= cap; ++i) {
        links.push_back({keyed[from].record, keyed[i].record,
                         static_cast<std::uint16_t>(NightRule::same_without_number), false, 0});
      }
      from = to;
    }
  }
  return links;
}

std::string word_of_link(const NightLink& link) {
  if ((link.rule & kFieldsFlag) != 0) return word_of_fields(static_cast<std::uint16_t>(link.rule & ~kFieldsFlag));
  return word_of(static_cast<NightRule>(link.rule));
}

}  // namespace songtan::link
