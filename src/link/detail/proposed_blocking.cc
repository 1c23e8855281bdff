#include "link/detail/proposed_blocking.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "base/mix.h"

namespace songtan::link {
namespace {

constexpr std::size_t kCountedRows = 150'000;
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
  // Of every pair of comparisons the combination with the most pairs that is still bearable.
  std::map<std::vector<std::size_t>, CandidateRule> best;
  std::vector<CandidateRule> heavy;
  const auto consider = [&](const KeyCombination& keys) {
    CandidateRule rule{keys, pairs_of(keys), 0};
    if (rule.pairs <= 0) return;
    if (rule.pairs > most_pairs) {
      if (keys.size() == 2) heavy.push_back(std::move(rule));
      return;
    }
    std::vector<std::size_t> comparisons;
    for (const std::size_t key : keys) comparisons.push_back(comparison_of_[key]);
    std::sort(comparisons.begin(), comparisons.end());
    CandidateRule& kept = best[comparisons];
    if (rule.pairs > kept.pairs) kept = std::move(rule);
  };
  for (const KeyCombination& keys : combinations()) consider(keys);
  std::sort(heavy.begin(), heavy.end(),
            [](const CandidateRule& a, const CandidateRule& b) { return a.pairs < b.pairs; });
  for (std::size_t i = 0; i < std::min<std::size_t>(heavy.size(), 40); ++i) {
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      const KeyCombination& two = heavy[i].keys;
      if (comparison_of_[key] == comparison_of_[two[0]] || comparison_of_[key] == comparison_of_[two[1]]) continue;
      consider({two[0], two[1], key});
    }
  }
  std::vector<CandidateRule> chosen;
  for (auto& [comparisons, rule] : best) {
    if (!rule.keys.empty()) chosen.push_back(std::move(rule));
  }
  std::stable_sort(chosen.begin(), chosen.end(), [](const CandidateRule& a, const CandidateRule& b) {
    return a.keys.size() != b.keys.size() ? a.keys.size() < b.keys.size() : a.pairs > b.pairs;
  });
  if (chosen.size() > most) chosen.resize(most);
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
        consider({two[0], two[1], key});
    }
  }
  return all;
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
  for (double left = budget; rules.size() < most;) {
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
  open = masked(std::move(open), matches.size());
  missed = weight_of(open, open, matches) / total;
  return rules;
}

}  // namespace songtan::link
