#include <algorithm>
#include <tuple>

#include "profile/detail/claims.h"

namespace songtan::profile::detail {
namespace {

// A stretch that better claims cover already, and who covers it.
struct Covered {
  std::int32_t from;
  std::int32_t to;
  const Claim* by;
};

// A balance is replaced by the next one whoever tells it; every other fact by the better source, then the later news.
auto order_of(const Claim& claim, FactKind kind, std::span<const std::int64_t> rank) {
  const std::int64_t newest = kind == FactKind::stock ? -std::int64_t{claim.from} : 0;
  return std::tuple(!claim.confirmed, newest, claim.preference, rank[claim.source], claim.source,
                    -std::int64_t{claim.known_on}, -std::int64_t{claim.from}, claim.record, claim.value, claim.word,
                    claim.to);
}

ClaimReason reason_against(const Claim& loser, const Claim& winner) {
  if (winner.confirmed && !loser.confirmed) return ClaimReason::confirmed;
  if (loser.preference != winner.preference) return ClaimReason::less_reliable;
  if (loser.source != winner.source) return ClaimReason::lower_priority;
  return loser.known_on != winner.known_on ? ClaimReason::older : ClaimReason::same_day;
}

// Succession within one source is no conflict: the later stretch simply ends the earlier one.
bool contradicts(const Claim& loser, const Claim& winner) {
  if (loser.agrees_with(winner)) return false;
  return loser.source != winner.source || loser.from == winner.from;
}

// The parts of the claim that nobody covers yet are used; the claim as it was is kept beside them if it was denied.
void settle(const Claim& claim, FactKind kind, std::vector<Covered>& covered, std::vector<Claim>& out) {
  std::int32_t at = claim.from;
  const Claim* denied_by = nullptr;
  for (const Covered& stretch : covered) {
    if (stretch.to <= at || stretch.from >= claim.to) continue;
    if (denied_by == nullptr && contradicts(claim, *stretch.by) && (kind != FactKind::stock || stretch.by->confirmed))
      denied_by = stretch.by;
    if (at < stretch.from) {
      out.push_back(claim);
      out.back().from = at;
      out.back().to = stretch.from;
    }
    at = std::max(at, stretch.to);
  }
  if (at < claim.to) {
    out.push_back(claim);
    out.back().from = at;
  }
  if (denied_by != nullptr) {
    out.push_back(claim);
    out.back().used = false;
    out.back().reason = reason_against(claim, *denied_by);
  }
}

}  // namespace

void resolve_group(std::span<Claim> group, const FactDefinition& fact, std::span<const std::int64_t> rank,
                   std::vector<Claim>& out) {
  const bool all_count = fact.combination != Combination::priority || fact.kind == FactKind::event;
  const bool any_confirmed = std::ranges::any_of(group, &Claim::confirmed);
  if (group.size() == 1 || (all_count && !any_confirmed)) {
    out.insert(out.end(), group.begin(), group.end());
    return;
  }
  std::ranges::sort(group, {}, [&](const Claim& claim) { return order_of(claim, fact.kind, rank); });
  std::vector<Covered> covered;
  for (const Claim& claim : group) {
    settle(claim, fact.kind, covered, out);
    if (all_count && !claim.confirmed)
      continue;  // records that add up stand beside each other, not beside a person's word
    covered.push_back({claim.from, claim.to, &claim});
    std::ranges::sort(covered, {}, &Covered::from);
  }
}

}  // namespace songtan::profile::detail
