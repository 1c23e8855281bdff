#include "link/kernel/person_ids.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/record_id.h"

namespace songtan::link {
namespace {

struct Claim {
  std::int64_t id;
  std::int64_t records;
};

// Old ids found in a set, strongest claim first.
std::vector<Claim> claims_of(const PersonSet& set, const PreviousIds& previous) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const std::int64_t record : set.record_ids) {
    if (const auto found = previous.of_record.find(record); found != previous.of_record.end()) ++counts[found->second];
  }
  for (const std::uint64_t key : set.keys) {
    if (const auto found = previous.of_key.find(key); found != previous.of_key.end()) ++counts[found->second];
  }
  std::vector<Claim> claims;
  for (const auto& [id, records] : counts) claims.push_back({id, records});
  std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) { return a.records > b.records; });
  return claims;
}

class IdGiver {
 public:
  explicit IdGiver(const PreviousIds& previous) : previous_(previous) {}

  std::int64_t fresh(std::int64_t smallest_record_id) {
    for (int attempt = 0;; ++attempt) {
      const std::int64_t id = subject_id(smallest_record_id, attempt);
      if (!previous_.ever.contains(id) && given_.insert(id).second) return id;
    }
  }

 private:
  const PreviousIds& previous_;
  std::unordered_set<std::int64_t> given_;
};

}  // namespace

PersonIds ids_of_sets(const std::vector<PersonSet>& sets, const PreviousIds& previous) {
  PersonIds out;
  out.of_set.assign(sets.size(), 0);
  const bool first_night = previous.of_record.empty() && previous.of_key.empty();
  std::vector<std::vector<Claim>> claims(first_night ? 0 : sets.size());
  // Old id → the set with the strongest claim on it.
  std::unordered_map<std::int64_t, std::pair<std::int64_t, std::size_t>> holder;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    claims[i] = claims_of(sets[i], previous);
    for (const Claim& claim : claims[i]) {
      const auto [at, added] = holder.try_emplace(claim.id, claim.records, i);
      if (!added && claim.records > at->second.first) at->second = {claim.records, i};
    }
  }
  IdGiver giver(previous);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    std::int64_t kept = 0;
    if (!first_night) {
      const auto own =
          std::find_if(claims[i].begin(), claims[i].end(), [&](const Claim& c) { return holder[c.id].second == i; });
      if (own != claims[i].end()) kept = own->id;
      for (const Claim& claim : claims[i]) {
        if (claim.id != kept && holder[claim.id].second == i) out.log.push_back({PersonEvent::merged, kept, claim.id});
      }
    }
    out.of_set[i] = kept != 0 ? kept : giver.fresh(sets[i].smallest_record_id);
    if (kept != 0) continue;
    const bool torn_off = !first_night && !claims[i].empty();
    out.log.push_back(
        {torn_off ? PersonEvent::split : PersonEvent::created, out.of_set[i], torn_off ? claims[i].front().id : 0});
  }
  return out;
}

}  // namespace songtan::link
