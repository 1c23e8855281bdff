// One record against many: the hot loop of the engine. In: the codes of a block's records, in block order. Out: the
// pattern of each pair. Equal to LevelJudge on every pair.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "link/kernel/edit_lanes.h"
#include "link/kernel/ladder_scan.h"
#include "link/kernel/pair_engine.h"
#include "link/kernel/pair_judge.h"

namespace songtan::link {

/// How a comparison is run: decided once from its levels.
struct ComparisonPlan {
  enum class Kind : std::uint8_t { exact, text, general };
  struct Step {
    std::uint8_t level;
    CompiledTest test;
  };

  Kind kind = Kind::general;
  std::uint16_t column = 0;  ///< of exact, text, and of general ones on a single column
  bool single_column = false;
  std::uint8_t null_level = 0;
  std::uint8_t equal_level = 0;
  std::uint8_t other_level = 0;
  std::vector<Step> steps;                   ///< text: the tests on unequal values, in order
  int most_edits = -1;                       ///< loosest bound of an edit distance, −1 if none
  bool has_jaro = false;                     ///< some Jaro or Jaro–Winkler test
  bool has_unbounded = false;                ///< some test that signatures cannot rule out
  std::vector<std::uint8_t> level_of_edits;  ///< by Levenshtein distance; empty unless all tests are Levenshtein's
  std::vector<std::uint8_t> need;  ///< [length][length][prefix]: least common letters for the loosest Jaro test
  std::uint32_t radix = 1;
  CompiledComparison comparison;
};

std::vector<ComparisonPlan> plans_of(const std::vector<CompiledComparison>& comparisons);

/// Copies of a block's records, column by column. One per thread; grows to the largest block.
class RowComparer {
 public:
  RowComparer(const EngineFrame& frame, const std::vector<ComparisonPlan>& plans);

  /// Loads the records of a block; row r's codes stand at records + r × stride.
  void load(const std::uint32_t* rows, std::size_t count, const std::uint32_t* records, std::size_t stride);
  /// Patterns of (record at `i`, record at j) for j in [from, to), written to patterns()[j].
  void compare(std::size_t i, std::size_t from, std::size_t to);
  const std::uint32_t* patterns() const { return patterns_.data(); }

 private:
  struct TextColumn {
    std::vector<std::uint64_t> bits;
    std::vector<std::uint32_t> first_four;
    std::vector<std::uint16_t> length;
    std::vector<std::uint8_t> lost;
  };

  void load_text(const ValueCode* codes, std::size_t count, TextColumn& text) const;
  void compare_text(const ComparisonPlan& plan, std::size_t i, std::size_t from, std::size_t to);
  void judge_lanes(const ComparisonPlan& plan, std::size_t i, std::size_t count);
  void put_level(const ComparisonPlan& plan, std::size_t j, std::uint8_t level) {
    patterns_[j] += plan.radix * (std::uint32_t{level} - plan.other_level);
  }
  void compare_general(std::size_t index, std::size_t i, std::size_t from, std::size_t to);
  std::size_t scan_text(const ComparisonPlan& plan, const LadderShares& shares, std::size_t i, std::size_t from,
                        std::size_t to);
  std::uint8_t judged(const ComparisonPlan& plan, ValueCode left, ValueCode right);

  const EngineFrame& frame_;
  const std::vector<ComparisonPlan>& plans_;
  LevelJudge judge_;
  PairJudge pair_judge_;
  std::vector<bool> is_text_;
  std::vector<std::vector<ValueCode>> codes_;  ///< by column
  std::vector<TextColumn> texts_;              ///< by column
  const std::uint32_t* rows_ = nullptr;
  std::vector<std::uint32_t> patterns_;
  std::vector<std::uint32_t> survivors_;
  EditLanes lanes_;
  std::unique_ptr<Pattern> pattern_;

  struct Remembered {
    std::uint64_t pair = 0;
    std::uint8_t level = 0;
  };
  static constexpr std::size_t kRemembered = 8192;
  std::vector<std::vector<Remembered>> memory_;  ///< by comparison, of slow single-column ones
};

}  // namespace songtan::link
