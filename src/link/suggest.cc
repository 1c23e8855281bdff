// link suggest: files → model. Kinds of columns from their values, ladders for the kinds, keys for the ladders; then pairs
// that agree on rare combinations of keys teach m, and the rules are those that bring these matches together cheapest.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "link/detail/column_profile.h"
#include "link/detail/linkage_input.h"
#include "link/detail/proposed_blocking.h"
#include "link/detail/proposed_comparisons.h"
#include "link/detail/training.h"
#include "link/verbs.h"

namespace songtan::link {
namespace {

constexpr std::size_t kMostComparisons = 12;
constexpr double kAverageThreshold = 1.0 / 3;  // mean weights of sets lie below what their pairs say together
constexpr double kPairThreshold = 0.05;        // one to one, a pair has already beaten its rivals
constexpr std::size_t kMostSeeds = 24;
constexpr std::size_t kMostRules = 16;
constexpr std::size_t kMostBelieved = 400'000;
constexpr double kFewWithin = 0.02;  // share of matches within files below which files are taken to be free of repeats

// A model that only loads the input's columns as they are.
LinkModel raw_model(const std::vector<std::string>& columns) {
  LinkModel model;
  for (const std::string& column : columns) {
    ModelLevel equal;
    equal.alternatives = {{{Operator::exact, column, column, 0, false}}};
    model.comparisons.push_back({column, {equal, ModelLevel{}}, ""});
  }
  return model;
}

std::unexpected<Error> nothing_to_go_by(const std::string& zh, const std::string& en) {
  return fail(Outcome::bad_data, "link.nothing_to_compare", {zh, en},
              {"给出含有姓名、日期、地址等列的文件", "give files with names, dates, addresses or the like"});
}

std::vector<ModelBlockingRule> rules_of(const std::vector<CandidateRule>& rules, const std::vector<BlockingKey>& keys,
                                        const LinkModel& model, bool measured) {
  std::vector<ModelBlockingRule> out;
  for (const CandidateRule& rule : rules) {
    ModelBlockingRule one;
    for (const std::size_t key : rule.keys) {
      one.columns.push_back(keys[key].column);
      one.why +=
          (one.why.empty() ? "" : "; ") + keys[key].what + " of '" + model.comparisons[keys[key].comparison].name + "'";
    }
    one.expected_pairs = std::round(rule.pairs);
    if (measured) one.expected_loss = std::round((1 - rule.matches) * 10'000) / 10'000;
    out.push_back(std::move(one));
  }
  return out;
}

struct Believed {
  std::vector<BelievedMatch> matches;
  double within = 0;  ///< expected matches within one file
  double all = 0;
};

// Pairs that a trained draft holds for likelier to match than not.
Believed believed_matches(const LinkModel& model, const LinkageInput& input, int threads) {
  Believed out;
  auto engine = compiled_model(model, input);
  if (!engine) return out;
  EngineOptions options;
  options.mode = model.mode;
  options.threads = threads;
  options.most_in_block = model.most_in_block;
  options.threshold = 0;
  const EngineResult result = run_engine(input.frame, input.keys, *engine, options);
  const std::size_t step = std::max<std::size_t>(1, result.edges.size() / kMostBelieved);
  for (std::size_t i = 0; i < result.edges.size(); ++i) {
    const Edge& edge = result.edges[i];
    const double probability = 1 / (1 + std::exp2(-edge.weight));
    out.all += probability;
    if (input.frame.source[edge.left] == input.frame.source[edge.right]) out.within += probability;
    if (i % step == 0) out.matches.push_back({edge.left, edge.right, probability});
  }
  return out;
}

double budget_for(std::size_t rows) { return std::clamp(60.0 * static_cast<double>(rows), 4e6, 2e8); }

// What the columns alone tell: comparisons, one key column each, and the records coded for them.
struct Draft {
  LinkModel model;
  std::vector<BlockingKey> keys;
  std::vector<BlockingKeys> values_of_keys;  ///< by key
  LinkageInput input;

  BlockingSearch search() const {
    std::vector<std::size_t> comparison_of;
    for (const BlockingKey& key : keys) comparison_of.push_back(key.comparison);
    return {input.frame, values_of_keys, std::move(comparison_of), model.mode, model.most_in_block};
  }

  void use(const std::vector<CandidateRule>& rules, bool measured) {
    const BlockingSearch combining = search();
    input.keys.clear();
    for (const CandidateRule& rule : rules) input.keys.push_back(combining.combined(rule.keys));
    model.blocking = rules_of(rules, keys, model, measured);
  }
};

Result<Draft> draft_of(const SuggestOptions& options) {
  TRY(table::Session session,
      open_inputs({options.files.in, options.files.id_column}, options.files.threads, options.files.memory_bytes));
  TRY(std::vector<std::string> columns, input_columns(session));
  std::erase_if(columns, [&](const std::string& name) {
    return name == options.files.id_column ||
           std::find(options.ignore.begin(), options.ignore.end(), name) != options.ignore.end();
  });
  if (columns.empty()) return nothing_to_go_by("没有可比较的列", "there is no column to compare");
  Proposal proposal;
  {
    TRY(const LinkageInput raw, load_input(session, raw_model(columns)));
    if (raw.frame.rows < 2) return nothing_to_go_by("记录不足两条", "there are fewer than two records");
    proposal = proposed_comparisons(raw, profiles_of(raw), kMostComparisons);
  }
  Draft draft;
  draft.model = std::move(proposal.model);
  draft.keys = std::move(proposal.keys);
  if (draft.model.comparisons.empty()) return nothing_to_go_by("没有一列能区分记录", "no column tells records apart");
  for (const BlockingKey& key : draft.keys) draft.model.blocking.push_back({{key.column}, "", {}, {}});
  TRY(draft.input, load_input(session, draft.model));
  draft.values_of_keys = std::move(draft.input.keys);
  return draft;
}

Result<void> train_draft(Draft& draft, const SuggestOptions& options, Progress& progress) {
  TRY(const EngineModel engine, compiled_model(draft.model, draft.input));
  TrainOptions training;
  training.files = options.files;
  training.seed = options.seed;
  const std::vector<std::string> notes = draft.model.notes;
  TRY(draft.model, trained(std::move(draft.model), draft.input, engine, training, progress));
  draft.model.notes.insert(draft.model.notes.begin(), notes.begin(), notes.end());
  return {};
}

// Files that have no matches within themselves are linked one to one.
void decide_mode(Draft& draft, const SuggestOptions& options, const Believed& believed) {
  if (options.files.in.size() < 2) return;
  const bool repeats = believed.all > 0 && believed.within > kFewWithin * believed.all;
  if (!options.mode) draft.model.mode = repeats ? PairMode::both : PairMode::link;
  draft.model.one_to_one = !repeats;
  if (!repeats) draft.model.threshold = kPairThreshold;
  draft.model.notes.push_back(fmt::format("of the pairs that match, {:.1f} % lie within one file: {}",
                                          believed.all > 0 ? 100 * believed.within / believed.all : 0.0,
                                          repeats ? "records are joined within files too"
                                                  : "each file names a person once, so files are linked one to one"));
}

}  // namespace

Result<LinkModel> link_suggest(const SuggestOptions& options, Progress& progress) {
  progress.report("link", 0, 4);
  TRY(Draft draft, draft_of(options));
  const double budget = options.budget > 0 ? options.budget : budget_for(draft.input.frame.rows);
  draft.model.mode = options.mode.value_or(options.files.in.size() > 1 ? PairMode::both : PairMode::dedupe);
  draft.model.clusters = Clusters::average;
  draft.model.threshold = kAverageThreshold;
  draft.model.most_in_block = static_cast<std::uint32_t>(std::max(200.0, std::sqrt(budget / 4)));
  progress.report("link", 1, 4);

  const std::vector<CandidateRule> seeds = draft.search().seeds(budget / kMostSeeds, kMostSeeds);
  if (seeds.empty()) return nothing_to_go_by("没有能把记录聚到一起的列", "no column brings records together");
  draft.use(seeds, false);
  const std::vector<std::string> notes = draft.model.notes;
  TRY_VOID(train_draft(draft, options, progress));
  progress.report("link", 2, 4);

  const Believed believed = believed_matches(draft.model, draft.input, options.files.threads);
  draft.model.notes = notes;
  decide_mode(draft, options, believed);
  double missed = 0;
  const std::vector<CandidateRule> rules = draft.search().chosen(believed.matches, budget, kMostRules, missed);
  if (!rules.empty()) {
    draft.use(rules, true);
    draft.model.notes.push_back(
        fmt::format("the rules together miss {:.2f} % of the matches that any proposed key finds", 100 * missed));
  }
  progress.report("link", 3, 4);
  TRY_VOID(train_draft(draft, options, progress));
  progress.report("link", 4, 4);
  return std::move(draft.model);
}

}  // namespace songtan::link
