// Expectation–maximisation over exact pattern counts (Dempster, Laird & Rubin 1977; Fellegi & Sunter 1969). In: how often
// each pattern of levels occurs among some pairs. Out: m, u and the share of matches. Runs in one place over integers of
// counts, so the result does not depend on threads.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/pair_engine.h"

namespace songtan::link {

/// Per comparison and level: a probability given match, or given no match. Null levels hold 1: they say nothing.
using LevelShares = std::vector<std::vector<double>>;

struct Mixture {
  LevelShares m;
  LevelShares u;
  double matches = 0;  ///< share of the pairs that match
  int rounds = 0;
};

struct ExpectationOptions {
  bool learn_m = true;
  bool learn_u = false;
  bool learn_matches = true;
  std::vector<bool> frozen;  ///< per comparison: leave m and u as they are and let it say nothing; empty: none
  int most_rounds = 100;
  double close_enough = 1e-5;
};

/// Improves `start` until no probability moves by more than `close_enough`. `null_levels`: per comparison, its null
/// level or −1.
Mixture improved(Mixture start, const std::vector<PatternCount>& patterns,
                 const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels,
                 const ExpectationOptions& options);

/// P(match) of a pattern under a mixture.
double match_probability(const Mixture& mixture, const std::vector<std::uint8_t>& levels,
                         const std::vector<int>& null_levels, const std::vector<bool>& frozen);

/// Level shares among patterns, smoothed so that no level is impossible.
LevelShares shares_of(const std::vector<PatternCount>& patterns, const std::vector<CompiledComparison>& comparisons,
                      const std::vector<int>& null_levels);

/// First guess of m: most mass on the best level.
LevelShares first_guess(const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels);

}  // namespace songtan::link
