// What one worker knows of each pattern: how many pairs had it, and whether such a pair can reach the threshold. In:
// patterns, one a pair. Out: exact counts; weights computed once a pattern, never once a pair.
#pragma once

#include <cstdint>
#include <vector>

namespace songtan::link {

struct EngineModel;
struct PatternCount;

class PatternLedger {
 public:
  /// `space` is the number of possible patterns: a table of that size where it is small, open addressing where not.
  /// Without weights in the model no pattern is promising.
  PatternLedger(const EngineModel& model, std::uint64_t space, double threshold);

  /// Counts a pair; returns the pattern's slot.
  std::size_t add(std::uint32_t pattern) {
    const std::size_t slot = keys_.empty() ? pattern : slot_of(pattern);
    ++recent_[slot];
    if (hope_[slot] == Hope::unknown) weigh(slot, pattern);
    return slot;
  }
  /// True if some pair of this pattern may reach the threshold, term frequencies included.
  bool promising(std::size_t slot) const { return hope_[slot] == Hope::some; }
  /// Prior and levels, without term frequencies; of promising slots.
  double plain_weight(std::size_t slot) const { return plain_[slot]; }

  /// Call before 2^32 pairs have been added since the last time.
  void settle();
  /// Counts that are settled, by pattern ascending.
  std::vector<PatternCount> sorted() const;

 private:
  enum class Hope : std::uint8_t { unknown, none, some };

  std::size_t slot_of(std::uint32_t pattern);
  void weigh(std::size_t slot, std::uint32_t pattern);
  void grow();

  const EngineModel& model_;
  double threshold_;
  std::vector<std::vector<double>> most_;  ///< per comparison and level: its weight and all that a frequency can add
  std::vector<std::uint32_t> keys_;        ///< pattern + 1 by slot; empty where the slot is the pattern
  std::size_t used_ = 0;
  std::vector<std::uint32_t> recent_;
  std::vector<std::int64_t> settled_;
  std::vector<Hope> hope_;
  std::vector<double> plain_;
};

}  // namespace songtan::link
