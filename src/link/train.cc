// link train: u from seeded random pairs, m by expectation–maximisation within blocks and then over all candidates.
#include <algorithm>
#include <cmath>
#include <set>

#include "base/mix.h"
#include "link/detail/labelled_pairs.h"
#include "link/detail/linkage_input.h"
#include "link/detail/training.h"
#include "link/detail/training_notes.h"
#include "link/verbs.h"

namespace songtan::link {
namespace {

using RowPairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

RowPairs random_pairs(const EngineFrame& frame, PairMode mode, std::int64_t count, std::uint64_t seed) {
  RowPairs pairs;
  if (frame.rows < 2) return pairs;
  RandomStream random(seed, frame.rows);
  for (std::int64_t tries = 0; tries < count; ++tries) {
    const auto a = static_cast<std::uint32_t>(random.below(frame.rows));
    const auto b = static_cast<std::uint32_t>(random.below(frame.rows));
    const bool across = frame.source[a] != frame.source[b];
    if (a == b || (mode == PairMode::link && !across)) continue;
    pairs.emplace_back(std::min(a, b), std::max(a, b));
  }
  return pairs;
}

double all_pairs(const EngineFrame& frame, PairMode mode) {
  const auto rows = static_cast<double>(frame.rows);
  double pairs = rows * (rows - 1) / 2;
  if (mode != PairMode::link) return pairs;
  std::vector<double> sizes;
  for (const std::uint16_t source : frame.source) {
    if (source >= sizes.size()) sizes.resize(source + 1U, 0);
    sizes[source] += 1;
  }
  for (const double size : sizes) pairs -= size * (size - 1) / 2;
  return pairs;
}

// Comparisons that a blocking rule decides beforehand: those that look at an input column which its key is made of.
std::vector<bool> decided_by(const LinkModel& model, const ModelBlockingRule& rule) {
  std::vector<bool> decided;
  for (const ModelComparison& comparison : model.comparisons)
    decided.push_back(shares_an_input(model, comparison, rule.columns));
  return decided;
}

struct Learnt {
  LevelShares sums;            ///< m weighed by the expected matches of each session
  std::vector<double> weight;  ///< per comparison
};

// One session: the pairs of one rule, all comparisons it does not decide.
void learn_from(const LinkModel& model, std::size_t rule, const LinkageInput& input, const EngineModel& engine,
                const std::vector<int>& null_levels, const Mixture& start, int threads, Learnt& learnt) {
  EngineModel counting = engine;
  counting.weights.clear();
  EngineOptions options;
  options.mode = model.mode;
  options.threads = threads;
  options.keep_edges = false;
  options.most_in_block = model.most_in_block;
  const EngineResult result = run_engine(input.frame, {input.keys[rule]}, counting, options);
  ExpectationOptions learning;
  learning.frozen = decided_by(model, model.blocking[rule]);
  Mixture mixture = start;
  mixture.matches = 0.1;
  mixture = improved(mixture, result.patterns, engine.comparisons, null_levels, learning);
  const double matches = mixture.matches * static_cast<double>(result.pairs_by_rule[0]);
  for (std::size_t c = 0; c < learnt.sums.size(); ++c) {
    if (learning.frozen[c]) continue;
    for (std::size_t level = 0; level < learnt.sums[c].size(); ++level)
      learnt.sums[c][level] += matches * mixture.m[c][level];
    learnt.weight[c] += matches;
  }
}

void put_shares(LinkModel& model, const Mixture& mixture, const LevelShares& seen) {
  for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
    std::vector<ModelLevel>& levels = model.comparisons[c].levels;
    for (std::size_t level = 0; level < levels.size(); ++level) {
      if (levels[level].is_null) continue;
      levels[level].m = mixture.m[c][level];
      levels[level].u = mixture.u[c][level];
      levels[level].seen = std::round(seen[c][level] * 10) / 10;
    }
  }
}

void note_untrained(LinkModel& model, const Learnt& learnt) {
  for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
    if (learnt.weight[c] > 0) continue;
    model.notes.push_back(
        "one-sided: every blocking rule looks at '" + model.comparisons[c].name +
        "', so its m is that of pairs which agree there; add a rule on other columns and train again");
  }
}

}  // namespace

std::vector<int> null_levels_of(const LinkModel& model) {
  std::vector<int> nulls;
  for (const ModelComparison& comparison : model.comparisons) {
    int null = -1;
    for (std::size_t level = 0; level < comparison.levels.size(); ++level) {
      if (comparison.levels[level].is_null) null = static_cast<int>(level);
    }
    nulls.push_back(null);
  }
  return nulls;
}

std::set<std::string> inputs_behind(const LinkModel& model, const std::string& column) {
  const auto made =
      std::find_if(model.columns.begin(), model.columns.end(), [&](const ModelColumn& c) { return c.name == column; });
  if (made == model.columns.end()) return {column};
  // Input columns are quoted in a column's SQL.
  std::set<std::string> names;
  for (std::size_t at = made->sql.find('"'); at != std::string::npos;) {
    const std::size_t end = made->sql.find('"', at + 1);
    if (end == std::string::npos) break;
    names.insert(made->sql.substr(at + 1, end - at - 1));
    at = made->sql.find('"', end + 1);
  }
  return names;
}

bool shares_an_input(const LinkModel& model, const ModelComparison& comparison,
                     const std::vector<std::string>& columns) {
  std::set<std::string> keyed;
  for (const std::string& column : columns) keyed.merge(inputs_behind(model, column));
  for (const ModelLevel& level : comparison.levels) {
    for (const auto& tests : level.alternatives) {
      for (const ModelTest& test : tests) {
        for (const std::string& side : {test.left, test.right}) {
          for (const std::string& name : inputs_behind(model, side)) {
            if (keyed.contains(name)) return true;
          }
        }
      }
    }
  }
  return false;
}

std::vector<PatternCount> candidate_patterns(const LinkModel& model, const LinkageInput& input,
                                             const EngineModel& engine, int threads) {
  EngineModel counting = engine;
  counting.weights.clear();
  EngineOptions options;
  options.mode = model.mode;
  options.threads = threads;
  options.keep_edges = false;
  options.most_in_block = model.most_in_block;
  return run_engine(input.frame, input.keys, counting, options).patterns;
}

double expected_matches(const Mixture& mixture, const std::vector<PatternCount>& patterns,
                        const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels) {
  double matches = 0;
  for (const PatternCount& count : patterns) {
    matches += static_cast<double>(count.pairs) *
               match_probability(mixture, levels_of(count.pattern, comparisons), null_levels, {});
  }
  return matches;
}

// Expectation–maximisation over all candidate pairs together. Pairs that no rule brings together hardly match, so they add
// nothing to m and only their number to the prior; u stays that of random pairs. What no session could learn, because
// every rule decides it, is learnt here. (Taking the matches out of u as well runs away where m is doubtful.)
void refine_together(const std::vector<PatternCount>& candidates, double all,
                     const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels,
                     Mixture& mixture) {
  constexpr int kRounds = 30;
  ExpectationOptions one_round;
  one_round.most_rounds = 1;
  one_round.learn_matches = false;
  for (int round = 0; round < kRounds; ++round) {
    const double before = mixture.matches;
    mixture.matches = std::clamp(expected_matches(mixture, candidates, comparisons, null_levels) / all, 1e-12, 0.5);
    mixture = improved(std::move(mixture), candidates, comparisons, null_levels, one_round);
    if (std::abs(mixture.matches - before) < 1e-4 * before) break;
  }
}

// Matches that are expected at each level.
LevelShares matches_seen(const Mixture& mixture, const std::vector<PatternCount>& candidates,
                         const std::vector<CompiledComparison>& comparisons, const std::vector<int>& null_levels) {
  LevelShares seen;
  for (const CompiledComparison& comparison : comparisons) seen.emplace_back(comparison.levels.size(), 0.0);
  for (const PatternCount& count : candidates) {
    const std::vector<std::uint8_t> levels = levels_of(count.pattern, comparisons);
    const double matches = static_cast<double>(count.pairs) * match_probability(mixture, levels, null_levels, {});
    for (std::size_t c = 0; c < levels.size(); ++c) seen[c][levels[c]] += matches;
  }
  return seen;
}

Result<LinkModel> trained(LinkModel model, const LinkageInput& input, const EngineModel& engine,
                          const TrainOptions& options, Progress& progress) {
  constexpr double kTrust = 20;  // what was learnt without labels counts as much as this many labelled matches
  const std::vector<int> null_levels = null_levels_of(model);
  const std::vector<PatternCount> random = count_patterns_of(
      input.frame, engine.comparisons, random_pairs(input.frame, model.mode, options.sampled_pairs, options.seed));
  Mixture mixture;
  mixture.u = shares_of(random, engine.comparisons, null_levels);
  mixture.m = first_guess(engine.comparisons, null_levels);
  Learnt learnt;
  for (const CompiledComparison& comparison : engine.comparisons)
    learnt.sums.emplace_back(comparison.levels.size(), 0.0);
  learnt.weight.assign(engine.comparisons.size(), 0);
  for (std::size_t rule = 0; rule < model.blocking.size(); ++rule) {
    progress.report("link", static_cast<std::int64_t>(rule), static_cast<std::int64_t>(model.blocking.size()));
    learn_from(model, rule, input, engine, null_levels, mixture, options.files.threads, learnt);
  }
  for (std::size_t c = 0; c < learnt.sums.size(); ++c) {
    if (learnt.weight[c] <= 0) continue;
    for (std::size_t level = 0; level < learnt.sums[c].size(); ++level)
      mixture.m[c][level] = learnt.sums[c][level] / learnt.weight[c];
  }
  mixture.matches = model.prior;
  const std::vector<PatternCount> candidates = candidate_patterns(model, input, engine, options.files.threads);
  refine_together(candidates, all_pairs(input.frame, model.mode), engine.comparisons, null_levels, mixture);
  if (!options.labels.empty()) {
    TRY(const LabelledPairs labels, read_labelled_pairs(options.labels, input));
    learn_from_labels(labels, input, engine, null_levels, kTrust, mixture);
  }
  model.prior = mixture.matches;
  put_shares(model, mixture, matches_seen(mixture, candidates, engine.comparisons, null_levels));
  model.notes.clear();
  note_untrained(model, learnt);
  for (std::string& note : notes_on_rare_levels(model)) model.notes.push_back(std::move(note));
  for (std::string& note : notes_on_correlation(model, random, engine.comparisons, mixture))
    model.notes.push_back(std::move(note));
  return model;
}

Result<LinkModel> link_train(const TrainOptions& options, Progress& progress) {
  TRY(LinkModel model, read_link_model(options.model));
  LinkageInput input;
  {
    TRY(table::Session session,
        open_inputs({options.files.in, options.files.id_column}, options.files.threads, options.files.memory_bytes));
    TRY(input, load_input(session, model));
  }
  for (const std::filesystem::path& file : options.files.in) input.sources.push_back(file.stem().string());
  TRY(const EngineModel engine, compiled_model(model, input));
  return trained(std::move(model), input, engine, options, progress);
}

}  // namespace songtan::link
