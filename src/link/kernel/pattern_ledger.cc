#include "link/kernel/pattern_ledger.h"

#include <algorithm>

#include "base/mix.h"
#include "link/kernel/pair_engine.h"

namespace songtan::link {
namespace {

constexpr std::uint64_t kDensePatterns = std::uint64_t{1} << 16;
constexpr std::size_t kFirstSlots = std::size_t{1} << 12;

double most_added(const EngineModel& model, const TermFrequency& frequency) {
  if (frequency.weight == 0) return 0;
  double rarest = 0;
  for (const double log2_share : model.log2_shares[frequency.column]) {
    if (log2_share > kRarest) rarest = std::min(rarest, log2_share);
  }
  return std::max(0.0, frequency.weight * (frequency.log2_exact_u - std::max(rarest, frequency.log2_floor)));
}

}  // namespace

PatternLedger::PatternLedger(const EngineModel& model, std::uint64_t space, double threshold)
    : model_(model), threshold_(threshold) {
  for (const auto& levels : model.weights) {
    most_.emplace_back();
    for (const LevelWeight& level : levels)
      most_.back().push_back(level.log2_bayes + most_added(model, level.frequency));
  }
  const bool dense = space <= kDensePatterns;
  const std::size_t slots = dense ? space : kFirstSlots;
  if (!dense) keys_.assign(slots, 0);
  recent_.assign(slots, 0);
  settled_.assign(slots, 0);
  hope_.assign(slots, Hope::unknown);
  plain_.assign(slots, 0);
}

std::size_t PatternLedger::slot_of(std::uint32_t pattern) {
  const std::size_t mask = keys_.size() - 1;
  std::size_t slot = mix64(pattern) & mask;
  while (keys_[slot] != 0 && keys_[slot] != pattern + 1) slot = (slot + 1) & mask;
  if (keys_[slot] != 0) return slot;
  if (used_ * 2 >= keys_.size()) {
    grow();
    return slot_of(pattern);
  }
  ++used_;
  keys_[slot] = pattern + 1;
  return slot;
}

void PatternLedger::grow() {
  const std::vector<std::uint32_t> keys = std::move(keys_);
  const std::vector<std::uint32_t> recent = std::move(recent_);
  const std::vector<std::int64_t> settled = std::move(settled_);
  const std::size_t slots = keys.size() * 2;
  keys_.assign(slots, 0);
  recent_.assign(slots, 0);
  settled_.assign(slots, 0);
  hope_.assign(slots, Hope::unknown);
  plain_.assign(slots, 0);
  used_ = 0;
  for (std::size_t old = 0; old < keys.size(); ++old) {
    if (keys[old] == 0) continue;
    const std::size_t slot = slot_of(keys[old] - 1);
    recent_[slot] = recent[old];
    settled_[slot] = settled[old];
  }
}

void PatternLedger::weigh(std::size_t slot, std::uint32_t pattern) {
  double plain = model_.prior_weight;
  double most = model_.prior_weight;
  for (std::size_t c = 0; c < most_.size(); ++c) {
    const auto radix = static_cast<std::uint32_t>(most_[c].size());
    plain += model_.weights[c][pattern % radix].log2_bayes;
    most += most_[c][pattern % radix];
    pattern /= radix;
  }
  plain_[slot] = plain;
  hope_[slot] = !most_.empty() && most >= threshold_ ? Hope::some : Hope::none;
}

void PatternLedger::settle() {
  for (std::size_t slot = 0; slot < recent_.size(); ++slot) settled_[slot] += recent_[slot];
  std::fill(recent_.begin(), recent_.end(), 0U);
}

std::vector<PatternCount> PatternLedger::sorted() const {
  std::vector<PatternCount> counts;
  for (std::size_t slot = 0; slot < settled_.size(); ++slot) {
    if (settled_[slot] == 0) continue;
    counts.push_back({keys_.empty() ? static_cast<std::uint32_t>(slot) : keys_[slot] - 1, settled_[slot]});
  }
  std::sort(counts.begin(), counts.end(),
            [](const PatternCount& a, const PatternCount& b) { return a.pattern < b.pattern; });
  return counts;
}

}  // namespace songtan::link
