// Levels of ladders over any columns, for one left record against many: LevelJudge's verdicts, with bit-parallel distances,
// signatures that rule tests out, and each distance computed once a pair. In: codes of two records. Out: the level.
#pragma once

#include <memory>
#include <vector>

#include "link/kernel/level_judge.h"

namespace songtan::link {

/// One per thread.
class PairJudge {
 public:
  explicit PairJudge(const ValueBook& values) : values_(values), plain_(values) {}

  /// The same as LevelJudge::level. Fast while calls with one left record follow each other.
  std::uint8_t level(const CompiledComparison& comparison, RecordCodes left, RecordCodes right);

 private:
  // What is known of a left value: the positions of its letters, and its distances to the last right value.
  struct Known {
    ValueCode left = 0;
    ValueCode right_of_jaro = 0;
    ValueCode right_of_edits = 0;
    int edits = 0;
    double jaro = 0;
    std::unique_ptr<Pattern> pattern;
  };

  bool holds(const CompiledTest& test, ValueCode a, ValueCode b);
  bool text_holds(const CompiledTest& test, ValueCode a, ValueCode b);
  bool ruled_out(const CompiledTest& test, const ValueInfo& a, const ValueInfo& b) const;
  Known& known(std::uint16_t column, ValueCode left);
  double jaro_of(const CompiledTest& test, ValueCode a, ValueCode b);
  int edits_of(const CompiledTest& test, ValueCode a, ValueCode b);

  const ValueBook& values_;
  LevelJudge plain_;
  std::vector<Known> known_;  ///< by left column
};

}  // namespace songtan::link
