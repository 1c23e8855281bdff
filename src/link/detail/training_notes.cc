#include "link/detail/training_notes.h"

#include "link/detail/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace songtan::link {
namespace {

constexpr double kFewMatches = 5;
constexpr double kOftener = 4;      // times chance from which a warning is given
constexpr double kLeastPairs = 30;  // agreeing together, for the ratio to mean something

// Levels at which a comparison speaks for a match.
std::vector<std::vector<bool>> agreeing_levels(const LinkModel& model) {
  std::vector<std::vector<bool>> agreeing;
  for (const ModelComparison& comparison : model.comparisons) {
    agreeing.emplace_back();
    for (const ModelLevel& level : comparison.levels) agreeing.back().push_back(bayes_weight(level) > 0);
  }
  return agreeing;
}

}  // namespace

std::vector<std::string> notes_on_rare_levels(const LinkModel& model) {
  std::vector<std::string> notes;
  for (const ModelComparison& comparison : model.comparisons) {
    std::string rare;
    std::size_t count = 0;
    for (const ModelLevel& level : comparison.levels) {
      if (level.is_null || !level.seen || *level.seen >= kFewMatches) continue;
      rare += (rare.empty() ? "'" : ", '") + level.label + "'";
      ++count;
    }
    if (count == 0) continue;
    notes.push_back(
        fmt::format("barely trained: of '{}' the level{} {} {} seen in fewer than five matches; merge with a "
                    "neighbour, or label pairs "
                    "and train with --labels",
                    comparison.name, count == 1 ? "" : "s", rare, count == 1 ? "is" : "are"));
  }
  return notes;
}

std::vector<std::string> notes_on_correlation(const LinkModel& model, const std::vector<PatternCount>& random_pairs,
                                              const std::vector<CompiledComparison>& comparisons,
                                              const Mixture& mixture) {
  const std::vector<std::vector<bool>> agreeing = agreeing_levels(model);
  const std::size_t count = comparisons.size();
  const std::vector<int> nulls = null_levels_of(model);
  double all = 0;
  std::vector<double> alone(count, 0);
  std::vector<double> together(count * count, 0);
  for (const PatternCount& pattern : random_pairs) {
    const std::vector<std::uint8_t> levels = levels_of(pattern.pattern, comparisons);
    const double others = 1 - match_probability(mixture, levels, nulls, {});
    const double pairs = static_cast<double>(pattern.pairs) * others;
    all += pairs;
    for (std::size_t a = 0; a < count; ++a) {
      if (!agreeing[a][levels[a]]) continue;
      alone[a] += pairs;
      for (std::size_t b = a + 1; b < count; ++b) together[a * count + b] += agreeing[b][levels[b]] ? pairs : 0;
    }
  }
  std::vector<std::string> notes;
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = a + 1; b < count; ++b) {
      const double expected = all > 0 ? alone[a] * alone[b] / all : 0;
      const double times = expected > 0 ? together[a * count + b] / expected : 0;
      if (together[a * count + b] < kLeastPairs || times < kOftener) continue;
      notes.push_back(fmt::format(
          "correlated: '{}' and '{}' agree together {:.0f} times as often among random pairs as chance has it, "
          "so their evidence counts twice; compare them in one ladder, or drop one",
          model.comparisons[a].name, model.comparisons[b].name, times));
    }
  }
  return notes;
}

}  // namespace songtan::link
