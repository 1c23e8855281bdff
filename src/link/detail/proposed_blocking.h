// Which keys and combinations of keys bring the matches together at a bearable number of pairs. In: one key column a
// candidate, and pairs that are believed to match. Out: rules, the pairs each makes and the matches it would lose.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/pair_engine.h"

namespace songtan::link {

/// Keys that must all agree, as positions in the list of candidates.
using KeyCombination = std::vector<std::size_t>;

struct CandidateRule {
  KeyCombination keys;
  double pairs = 0;    ///< that it makes, blocks over the limit left out
  double matches = 0;  ///< share of the believed matches that it brings together
};

struct BelievedMatch {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  double probability = 0;
};

class BlockingSearch {
 public:
  /// `comparison_of[k]`: the comparison whose evidence key k is made of; keys of one comparison are not combined.
  BlockingSearch(const EngineFrame& frame, const std::vector<BlockingKeys>& keys,
                 std::vector<std::size_t> comparison_of, PairMode mode, std::uint32_t most_in_block);

  /// Combinations of up to three keys that make at most `most_pairs` pairs, from as many comparisons as there are: where
  /// matches are first looked for. At most `most` of them.
  std::vector<CandidateRule> seeds(double most_pairs, std::size_t most) const;

  /// Combinations chosen one after the other by the matches they add for the pairs they cost, within `budget` pairs.
  /// `missed` becomes the share of the believed matches that none brings together.
  std::vector<CandidateRule> chosen(const std::vector<BelievedMatch>& matches, double budget, std::size_t most,
                                    double& missed) const;

  /// The keys of a combination as one.
  BlockingKeys combined(const KeyCombination& keys) const;

 private:
  /// Pairs a combination makes; keys of blocks over the limit are appended to `over`.
  double pairs_of(const KeyCombination& keys, std::vector<std::uint64_t>* over = nullptr) const;
  std::uint64_t key_of(const KeyCombination& keys, std::size_t row) const;
  std::vector<KeyCombination> combinations() const;

  struct Measured {
    CandidateRule rule;
    std::vector<std::uint64_t> met;  ///< one bit a match
  };
  std::vector<std::uint64_t> met_by(const KeyCombination& keys, const std::vector<BelievedMatch>& matches,
                                    const std::vector<std::uint64_t>& over_limit) const;
  std::vector<std::size_t> comparisons_of(const KeyCombination& keys) const;
  void broaden(const std::vector<Measured>& candidates, double left, std::size_t most,
               std::vector<CandidateRule>& rules) const;
  std::vector<Measured> measured(const std::vector<BelievedMatch>& matches, double total, double budget) const;

  const EngineFrame& frame_;
  const std::vector<BlockingKeys>& keys_;
  std::vector<std::size_t> comparison_of_;
  PairMode mode_;
  std::uint32_t most_in_block_;
  std::size_t step_ = 1;  ///< every step-th row is counted
};

}  // namespace songtan::link
