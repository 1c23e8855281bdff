#include "link/detail/proposed_blocking.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "base/mix.h"

namespace songtan::link {
namespace {

constexpr std::size_t kCountedRows = 150'000;
KeyCombination sorted_combination(KeyCombination keys, std::size_t more) {
  keys.insert(std::upper_bound(keys.begin(), keys.end(), more), more);
  return keys;
}

constexpr double kLeastGain = 0.0005;  // share of the matches for which another rule is worth having

}  // namespace

BlockingSearch::BlockingSearch(const EngineFrame& frame, const std::vector<BlockingKeys>& keys,
                               std::vector<std::size_t> comparison_of, PairMode mode, std::uint32_t most_in_block)
    : frame_(frame),
      keys_(keys),
      comparison_of_(std::move(comparison_of)),
      mode_(mode),
      most_in_block_(most_in_block),
      step_(std::max<std::size_t>(1, frame.rows / kCountedRows)) {}

BlockingKeys BlockingSearch::combined(const KeyCombination& combination) const {
  BlockingKeys out = keys_[combination.front()];
  for (std::size_t i = 1; i < combination.size(); ++i) {
    const std::vector<std::uint64_t>& more = keys_[combination[i]].keys;
    for (std::size_t row = 0; row < out.keys.size(); ++row)
      out.keys[row] = out.keys[row] == 0 || more[row] == 0 ? 0 : mix64(out.keys[row], more[row]) | 1U;
  }
  return out;
}

std::uint64_t BlockingSearch::key_of(const KeyCombination& combination, std::size_t row) const {
  std::uint64_t key = keys_[combination.front()].keys[row];
  for (std::size_t i = 1; i < combination.size() && key != 0; ++i) {
    const std::uint64_t more = keys_[combination[i]].keys[row];
    key = more == 0 ? 0 : mix64(key, more) | 1U;
  }
  return key;
}

// Pairs of a sample of the rows, scaled by the square of its share. In link mode pairs of one source are left out.
double BlockingSearch::pairs_of(const KeyCombination& combination, std::vector<std::uint64_t>* over_limit) const {
  std::vector<std::pair<std::uint64_t, std::uint16_t>> sampled;
  for (std::size_t row = 0; row < frame_.rows; row += step_) {
    const std::uint64_t key = key_of(combination, row);
    if (key != 0) sampled.emplace_back(key, mode_ == PairMode::link ? frame_.source[row] : std::uint16_t{0});
  }
  std::sort(sampled.begin(), sampled.end());
  const auto step = static_cast<double>(step_);
  double pairs = 0;
  for (std::size_t from = 0; from < sampled.size();) {
    std::size_t to = from;
    double within = 0;
    while (to < sampled.size() && sampled[to].first == sampled[from].first) {
      std::size_t end = to;
      while (end < sampled.size() && sampled[end] == sampled[to]) ++end;
      const auto size = static_cast<double>(end - to);
      within += size * (size - 1) / 2;
      to = end;
    }
    const auto size = static_cast<double>(to - from);
    const bool over = most_in_block_ != 0 && size * step > static_cast<double>(most_in_block_);
    if (!over)
      pairs += size * (size - 1) / 2 - (mode_ == PairMode::link ? within : 0);
    else if (over_limit != nullptr)
      over_limit->push_back(sampled[from].first);
    from = to;
  }
  return pairs * step * step;
}

std::vector<KeyCombination> BlockingSearch::combinations() const {
  std::vector<KeyCombination> all;
  for (std::size_t a = 0; a < keys_.size(); ++a) {
    all.push_back({a});
    for (std::size_t b = a + 1; b < keys_.size(); ++b) {
      if (comparison_of_[a] != comparison_of_[b]) all.push_back({a, b});
    }
  }
  return all;
}

std::vector<CandidateRule> BlockingSearch::seeds(double most_pairs, std::size_t most) const {
  // By the comparisons whose evidence they are made of: the combinations with most pairs that are still bearable, so that
  // matches are looked for in as many ways as there are.
  std::map<std::vector<std::size_t>, std::vector<CandidateRule>> ways;
  std::vector<CandidateRule> heavy;
  const auto consider = [&](const KeyCombination& keys) {
    CandidateRule rule{keys, pairs_of(keys), 0};
    if (rule.pairs <= 0) return;
    if (rule.pairs > most_pairs) {
      if (keys.size() == 2) heavy.push_back(std::move(rule));
      return;
    }
    ways[comparisons_of(keys)].push_back(std::move(rule));
  };
  for (const KeyCombination& keys : combinations()) consider(keys);
  std::stable_sort(heavy.begin(), heavy.end(),
                   [](const CandidateRule& a, const CandidateRule& b) { return a.pairs < b.pairs; });
  for (std::size_t i = 0; i < std::min<std::size_t>(heavy.size(), 40); ++i) {
    const KeyCombination& two = heavy[i].keys;
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      if (comparison_of_[key] != comparison_of_[two[0]] && comparison_of_[key] != comparison_of_[two[1]])
        consider(sorted_combination(two, key));
    }
  }
  std::vector<CandidateRule> chosen;
  for (auto& [comparisons, rules] : ways) {
    std::stable_sort(rules.begin(), rules.end(),
                     [](const CandidateRule& a, const CandidateRule& b) { return a.pairs > b.pairs; });
  }
  // The best of every way first, then the second best, and so on; ways of fewer comparisons before those of more.
  for (std::size_t rank = 0; chosen.size() < most; ++rank) {
    const std::size_t before = chosen.size();
    for (std::size_t size = 1; size <= 3; ++size) {
      for (const auto& [comparisons, rules] : ways) {
        if (comparisons.size() == size && rank < rules.size() && chosen.size() < most) chosen.push_back(rules[rank]);
      }
    }
    if (chosen.size() == before) break;
  }
  return chosen;
}

// Which matches a combination brings together, one bit a match.
std::vector<std::uint64_t> BlockingSearch::met_by(const KeyCombination& keys, const std::vector<BelievedMatch>& matches,
                                                  const std::vector<std::uint64_t>& over_limit) const {
  std::vector<std::uint64_t> met((matches.size() + 63) / 64, 0);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const std::uint64_t key = key_of(keys, matches[i].left);
    if (key == 0 || key != key_of(keys, matches[i].right)) continue;
    if (std::binary_search(over_limit.begin(), over_limit.end(), key)) continue;
    met[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return met;
}

namespace {

// The bits of `count` matches; what a last word has beyond is cleared.
std::vector<std::uint64_t> masked(std::vector<std::uint64_t> bits, std::size_t count) {
  if (count % 64 != 0 && !bits.empty()) bits.back() &= (std::uint64_t{1} << (count % 64)) - 1;
  return bits;
}

double weight_of(const std::vector<std::uint64_t>& met, const std::vector<std::uint64_t>& among,
                 const std::vector<BelievedMatch>& matches) {
  double weight = 0;
  for (std::size_t word = 0; word < met.size(); ++word) {
    for (std::uint64_t bits = met[word] & among[word]; bits != 0; bits &= bits - 1)
      weight += matches[word * 64 + static_cast<std::size_t>(std::countr_zero(bits))].probability;
  }
  return weight;
}

}  // namespace

std::vector<BlockingSearch::Measured> BlockingSearch::measured(const std::vector<BelievedMatch>& matches, double total,
                                                               double budget) const {
  const std::vector<std::uint64_t> every((matches.size() + 63) / 64, ~std::uint64_t{0});
  std::vector<std::vector<std::uint64_t>> single;
  for (std::size_t key = 0; key < keys_.size(); ++key) single.push_back(met_by({key}, matches, {}));
  std::vector<Measured> all;
  const auto consider = [&](const KeyCombination& keys) {
    // Bits of the single keys bound what the combination can meet; only worthwhile ones are counted.
    std::vector<std::uint64_t> met = single[keys.front()];
    for (const std::size_t key : keys) {
      for (std::size_t word = 0; word < met.size(); ++word) met[word] &= single[key][word];
    }
    if (weight_of(met, every, matches) < kLeastGain * total) return;
    std::vector<std::uint64_t> over_limit;
    Measured one{{keys, pairs_of(keys, &over_limit), 0}, std::move(met)};
    if (!over_limit.empty()) one.met = met_by(keys, matches, over_limit);
    one.rule.matches = weight_of(one.met, every, matches) / total;
    if (one.rule.pairs > 0 && one.rule.matches >= kLeastGain) all.push_back(std::move(one));
  };
  for (const KeyCombination& keys : combinations()) consider(keys);
  const std::size_t without_triples = all.size();
  for (std::size_t i = 0; i < without_triples; ++i) {
    const KeyCombination two = all[i].rule.keys;
    if (two.size() != 2 || all[i].rule.pairs <= budget / 4) continue;
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      if (comparison_of_[key] != comparison_of_[two[0]] && comparison_of_[key] != comparison_of_[two[1]])
        consider(sorted_combination(two, key));
    }
  }
  return all;
}

std::vector<std::size_t> BlockingSearch::comparisons_of(const KeyCombination& keys) const {
  std::vector<std::size_t> comparisons;
  for (const std::size_t key : keys) comparisons.push_back(comparison_of_[key]);
  std::sort(comparisons.begin(), comparisons.end());
  return comparisons;
}

// The believed matches are those that agreed in what they were looked for by. What is left of the budget goes to ways of
// meeting that no rule uses yet, the broadest combination of each.
void BlockingSearch::broaden(const std::vector<Measured>& candidates, double left, std::size_t most,
                             std::vector<CandidateRule>& rules) const {
  while (rules.size() < most) {
    std::set<std::vector<std::size_t>> used;
    for (const CandidateRule& rule : rules) used.insert(comparisons_of(rule.keys));
    const CandidateRule* best = nullptr;
    for (const Measured& one : candidates) {
      const bool narrower = std::any_of(rules.begin(), rules.end(), [&](const CandidateRule& rule) {
        return std::includes(one.rule.keys.begin(), one.rule.keys.end(), rule.keys.begin(), rule.keys.end());
      });
      const bool fits = !narrower && one.rule.pairs <= left / 2 && !used.contains(comparisons_of(one.rule.keys));
      if (fits && (best == nullptr || one.rule.matches > best->matches)) best = &one.rule;
    }
    if (best == nullptr) return;
    rules.push_back(*best);
    left -= best->pairs;
  }
}

std::vector<CandidateRule> BlockingSearch::chosen(const std::vector<BelievedMatch>& matches, double budget,
                                                  std::size_t most, double& missed) const {
  double total = 0;
  for (const BelievedMatch& match : matches) total += match.probability;
  missed = 0;
  if (total == 0) return {};
  const std::vector<Measured> candidates = measured(matches, total, budget);
  std::vector<std::uint64_t> open((matches.size() + 63) / 64, ~std::uint64_t{0});
  std::vector<CandidateRule> rules;
  double left = budget;
  while (rules.size() < most) {
    const Measured* best = nullptr;
    double best_score = 0;
    for (const Measured& one : candidates) {
      if (one.rule.pairs > left || one.rule.matches / (one.rule.pairs + budget / 20) <= best_score) continue;
      const double gain = weight_of(one.met, open, matches) / total;
      const double score = gain / (one.rule.pairs + budget / 20);
      if (gain < kLeastGain || score <= best_score) continue;
      best = &one;
      best_score = score;
    }
    if (best == nullptr) break;
    rules.push_back(best->rule);
    left -= best->rule.pairs;
    for (std::size_t word = 0; word < open.size(); ++word) open[word] &= ~best->met[word];
  }
  broaden(candidates, left, most, rules);
  open = masked(std::move(open), matches.size());
  missed = weight_of(open, open, matches) / total;
  return rules;
}

}  // namespace songtan::link
