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

std::vector<Claim> strongest_first(const std::map<std::int64_t, std::int64_t>& counts) {
  std::vector<Claim> claims;
  for (const auto& [id, records] : counts) claims.push_back({id, records});
  std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) { return a.records > b.records; });
  return claims;
}

// Ids of last night found in a set, strongest claim first.
std::vector<Claim> claims_of(const PersonSet& set, const PreviousIds& previous) {
  std::map<std::int64_t, std::int64_t> counts;
  for (const std::int64_t record : set.record_ids) {
    if (const auto found = previous.of_record.find(record); found != previous.of_record.end()) ++counts[found->second];
  }
  for (const std::uint64_t key : set.keys) {
    if (const auto found = previous.of_key.find(key); found != previous.of_key.end()) ++counts[found->second];
  }
  return strongest_first(counts);
}

// Gives ids that nobody bears yet: one that is gone and known by a key of the set, else a new one.
class IdGiver {
 public:
  explicit IdGiver(const PreviousIds& previous) : previous_(previous) {}

  std::pair<std::int64_t, bool> give(const PersonSet& set) {
    std::map<std::int64_t, std::int64_t> counts;
    for (const std::uint64_t key : set.keys) {
      if (const auto found = previous_.of_gone.find(key); found != previous_.of_gone.end()) ++counts[found->second];
    }
    for (const Claim& claim : strongest_first(counts)) {
      if (given_.insert(claim.id).second) return {claim.id, true};
    }
    return {fresh(set.smallest_record_id), false};
  }

 private:
  std::int64_t fresh(std::int64_t smallest_record_id) {
    for (int attempt = 0;; ++attempt) {
      const std::int64_t id = subject_id(smallest_record_id, attempt);
      if (!previous_.ever.contains(id) && given_.insert(id).second) return id;
    }
  }

  const PreviousIds& previous_;
  std::unordered_set<std::int64_t> given_;
};

// Old id → the set with the strongest claim on it.
using Holders = std::unordered_map<std::int64_t, std::pair<std::int64_t, std::size_t>>;

Holders holders_of(const std::vector<std::vector<Claim>>& claims) {
  Holders holders;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    for (const Claim& claim : claims[i]) {
      const auto [at, added] = holders.try_emplace(claim.id, claim.records, i);
      if (!added && claim.records > at->second.first) at->second = {claim.records, i};
    }
  }
  return holders;
}

}  // namespace

PersonIds ids_of_sets(const std::vector<PersonSet>& sets, const PreviousIds& previous) {
  PersonIds out;
  out.of_set.assign(sets.size(), 0);
  const bool first_night = previous.ever.empty();
  std::vector<std::vector<Claim>> claims(sets.size());
  for (std::size_t i = 0; i < sets.size() && !first_night; ++i) claims[i] = claims_of(sets[i], previous);
  const Holders holders = holders_of(claims);
  IdGiver giver(previous);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto holds = [&](const Claim& claim) { return holders.at(claim.id).second == i; };
    const auto own = std::find_if(claims[i].begin(), claims[i].end(), holds);
    if (own != claims[i].end()) {
      out.of_set[i] = own->id;
      for (const Claim& claim : claims[i]) {
        if (claim.id != own->id && holds(claim)) out.log.push_back({PersonEvent::merged, own->id, claim.id, i});
      }
      continue;
    }
    const auto [id, again] = giver.give(sets[i]);
    out.of_set[i] = id;
    const bool torn_off = !claims[i].empty();
    out.log.push_back(
        {torn_off ? PersonEvent::split : PersonEvent::created, id, torn_off ? claims[i].front().id : 0, i, again});
  }
  return out;
}

}  // namespace songtan::link
