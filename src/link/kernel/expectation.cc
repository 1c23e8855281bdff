#include "link/kernel/expectation.h"

#include <algorithm>
#include <cmath>

namespace songtan::link {
namespace {

constexpr double kSmoothing = 0.5;  // pairs added to every level
constexpr double kLeastShare = 1e-9;

struct Counted {
  std::vector<std::uint8_t> levels;
  double pairs;
};

std::vector<Counted> decoded(const std::vector<PatternCount>& patterns,
                             const std::vector<CompiledComparison>& comparisons) {
  std::vector<Counted> out;
  out.reserve(patterns.size());
  for (const PatternCount& count : patterns)
    out.push_back({levels_of(count.pattern, comparisons), static_cast<double>(count.pairs)});
  return out;
}

LevelShares empty_sums(const std::vector<CompiledComparison>& comparisons) {
  LevelShares sums;
  for (const CompiledComparison& comparison : comparisons) sums.emplace_back(comparison.levels.size(), 0.0);
  return sums;
}

// Sums per level → shares among the levels that are not null.
LevelShares normalised(const LevelShares& sums, const std::vector<int>& null_levels) {
  LevelShares shares = sums;
  for (std::size_t c = 0; c < sums.size(); ++c) {
    double total = 0;
    for (std::size_t level = 0; level < sums[c].size(); ++level) {
      if (static_cast<int>(level) != null_levels[c]) total += sums[c][level] + kSmoothing;
    }
    for (std::size_t level = 0; level < sums[c].size(); ++level) {
      const bool null = static_cast<int>(level) == null_levels[c];
      shares[c][level] = null ? 1.0 : std::max(kLeastShare, (sums[c][level] + kSmoothing) / total);
    }
  }
  return shares;
}

double movement(const LevelShares& a, const LevelShares& b) {
  double most = 0;
  for (std::size_t c = 0; c < a.size(); ++c) {
    for (std::size_t level = 0; level < a[c].size(); ++level)
      most = std::max(most, std::abs(a[c][level] - b[c][level]));
  }
  return most;
}

bool is_frozen(const std::vector<bool>& frozen, std::size_t comparison) {
  return !frozen.empty() && frozen[comparison];
}

void keep_frozen(LevelShares& shares, const LevelShares& before, const std::vector<bool>& frozen) {
  for (std::size_t c = 0; c < shares.size(); ++c) {
    if (is_frozen(frozen, c)) shares[c] = before[c];
  }
}

}  // namespace

double match_probability(const Mixture& mixture, const std::vector<std::uint8_t>& levels,
                         const std::vector<int>& null_levels, const std::vector<bool>& frozen) {
  double log_odds = std::log(std::max(mixture.matches, 1e-300)) - std::log(std::max(1 - mixture.matches, 1e-300));
  for (std::size_t c = 0; c < levels.size(); ++c) {
    if (static_cast<int>(levels[c]) == null_levels[c] || is_frozen(frozen, c)) continue;
    log_odds += std::log(mixture.m[c][levels[c]]) - std::log(mixture.u[c][levels[c]]);
  }
  return 1 / (1 + std::exp(-log_odds));
}

Mixture improved(Mixture start, const std::vector<PatternCount>& patterns,
                 const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels,
                 const ExpectationOptions& options) {
  const std::vector<Counted> counted = decoded(patterns, comparisons);
  double all = 0;
  for (const Counted& one : counted) all += one.pairs;
  if (all == 0) return start;
  Mixture now = std::move(start);
  for (now.rounds = 0; now.rounds < options.most_rounds; ++now.rounds) {
    LevelShares matched = empty_sums(comparisons);
    LevelShares unmatched = empty_sums(comparisons);
    double matches = 0;
    for (const Counted& one : counted) {
      const double probability = match_probability(now, one.levels, null_levels, options.frozen);
      matches += probability * one.pairs;
      for (std::size_t c = 0; c < one.levels.size(); ++c) {
        matched[c][one.levels[c]] += probability * one.pairs;
        unmatched[c][one.levels[c]] += (1 - probability) * one.pairs;
      }
    }
    Mixture next = now;
    if (options.learn_m) next.m = normalised(matched, null_levels);
    if (options.learn_u) next.u = normalised(unmatched, null_levels);
    keep_frozen(next.m, now.m, options.frozen);
    keep_frozen(next.u, now.u, options.frozen);
    if (options.learn_matches) next.matches = std::clamp(matches / all, 1e-12, 1 - 1e-12);
    const double moved = std::max({movement(next.m, now.m), movement(next.u, now.u),
                                   std::abs(next.matches - now.matches) / std::max(next.matches, 1e-12)});
    now = std::move(next);
    if (moved < options.close_enough) break;
  }
  return now;
}

LevelShares shares_of(const std::vector<PatternCount>& patterns, const std::vector<CompiledComparison>& comparisons,
                      const std::vector<int>& null_levels) {
  LevelShares sums = empty_sums(comparisons);
  for (const Counted& one : decoded(patterns, comparisons)) {
    for (std::size_t c = 0; c < one.levels.size(); ++c) sums[c][one.levels[c]] += one.pairs;
  }
  return normalised(sums, null_levels);
}

LevelShares first_guess(const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels) {
  constexpr double kBest = 0.7;
  constexpr double kLast = 0.1;  // a guess too near to nothing would never be corrected
  LevelShares guess = empty_sums(comparisons);
  for (std::size_t c = 0; c < guess.size(); ++c) {
    std::vector<std::size_t> telling;
    for (std::size_t level = 0; level < guess[c].size(); ++level) {
      if (static_cast<int>(level) == null_levels[c])
        guess[c][level] = 1.0;
      else
        telling.push_back(level);
    }
    const double between = telling.size() > 2 ? (1 - kBest - kLast) / static_cast<double>(telling.size() - 2) : 0;
    for (const std::size_t level : telling) guess[c][level] = between;
    if (telling.empty()) continue;
    guess[c][telling.back()] = telling.size() > 2 ? kLast : 1 - kBest;
    guess[c][telling.front()] = telling.size() > 1 ? kBest : 1.0;
  }
  return guess;
}

}  // namespace songtan::link
