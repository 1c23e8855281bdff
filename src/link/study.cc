#include "link/study.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "link/detail/evidence_steps.h"
#include "link/detail/joined_sets.h"
#include "link/detail/linkage_input.h"
#include "link/detail/study_truth.h"
#include "link/kernel/cluster_shape.h"

namespace songtan::link {
namespace {

constexpr double kLeastProbability = 0.001;
constexpr std::size_t kMostClusters = 6;
constexpr std::size_t kMostReview = 20;

std::size_t weight_bin(double weight) {
  return static_cast<std::size_t>(std::clamp(static_cast<int>(std::floor(weight)), kLeastWeight, kMostWeight) -
                                  kLeastWeight);
}

RecordPlace place_of(const LinkageInput& input, std::uint32_t row) {
  std::uint32_t first = row;
  while (first > 0 && input.frame.source[first - 1] == input.frame.source[row]) --first;
  return {input.sources[input.frame.source[row]], static_cast<std::int64_t>(row - first) + 1};
}

std::vector<ComparisonFigures> comparisons_of(const LinkModel& model) {
  std::vector<ComparisonFigures> comparisons;
  for (const ModelComparison& comparison : model.comparisons) {
    ComparisonFigures& figures = comparisons.emplace_back();
    figures.name = comparison.name;
    for (const ModelLevel& level : comparison.levels)
      figures.levels.push_back({level.label, level.is_null, level.m, level.u, bayes_weight(level)});
  }
  return comparisons;
}

bool meets(const LinkageInput& input, std::size_t rule, const Edge& edge) {
  const std::uint64_t key = input.keys[rule].keys[edge.left];
  return key != 0 && key == input.keys[rule].keys[edge.right];
}

// Chao (1987): of what is found by one rule only (f1) and by two (f2), a lower bound of what none has found.
std::optional<double> lost_to_blocking(std::int64_t found, std::int64_t once, std::int64_t twice, std::size_t rules) {
  if (rules < 2 || found == 0) return std::nullopt;
  const double one = static_cast<double>(once);
  const double unseen = twice > 0 ? one * one / (2.0 * static_cast<double>(twice)) : one * (one - 1) / 2;
  return unseen / (static_cast<double>(found) + unseen);
}

void study_rules(const LinkModel& model, const LinkageInput& input, const EngineResult& result, double joining,
                 LinkStudy& study) {
  for (std::size_t rule = 0; rule < model.blocking.size(); ++rule)
    study.rules.push_back({model.blocking[rule].columns, result.pairs_by_rule[rule], 0, 0});
  std::int64_t once = 0;
  std::int64_t twice = 0;
  for (const Edge& edge : result.edges) {
    if (edge.weight < joining) continue;
    std::vector<std::size_t> by;
    for (std::size_t rule = 0; rule < model.blocking.size(); ++rule) {
      if (meets(input, rule, edge)) by.push_back(rule);
    }
    for (const std::size_t rule : by) ++study.rules[rule].joined;
    if (by.size() == 1) ++study.rules[by.front()].alone;
    once += by.size() == 1 ? 1 : 0;
    twice += by.size() == 2 ? 1 : 0;
  }
  study.lost_share = lost_to_blocking(study.joined, once, twice, model.blocking.size());
}

// A record beside itself: the best pair it could ever be in. Below the threshold nothing can link it.
void study_unlinkables(const LinkageInput& input, const EngineModel& engine, double joining, LinkStudy& study) {
  const LevelJudge judge(input.frame.values);
  study.self_weights.assign(static_cast<std::size_t>(kMostWeight - kLeastWeight) + 1, 0);
  for (std::uint32_t row = 0; row < input.frame.rows; ++row) {
    std::vector<std::uint8_t> levels;
    for (const CompiledComparison& comparison : engine.comparisons)
      levels.push_back(judge.level(comparison, input.frame.record(row), input.frame.record(row)));
    const double weight = weight_of_pair(engine, input.frame, row, row, pattern_of(levels, engine.comparisons));
    ++study.self_weights[weight_bin(weight)];
    study.unlinkable += weight < joining ? 1 : 0;
  }
}

ClusterView view_of(const ClusterShape& shape, const std::vector<Edge>& edges, double joining,
                    const LinkageInput& input) {
  ClusterView view{.records = {}, .edges = {}, .bridges = {}, .density_permille = shape.density_permille()};
  const auto at = [&](std::uint32_t row) {
    return static_cast<std::size_t>(std::ranges::lower_bound(shape.rows, row) - shape.rows.begin());
  };
  for (const std::uint32_t row : shape.rows) view.records.push_back(place_of(input, row));
  for (const Edge& edge : edges) {
    if (edge.weight >= joining && std::ranges::binary_search(shape.rows, edge.left) &&
        std::ranges::binary_search(shape.rows, edge.right))
      view.edges.emplace_back(at(edge.left), at(edge.right));
  }
  for (const Bridge& bridge : shape.bridges)
    view.bridges.emplace_back(at(edges[bridge.edge].left), at(edges[bridge.edge].right));
  return view;
}

void study_clusters(const LinkageInput& input, const std::vector<std::uint32_t>& roots,
                    const std::vector<ClusterShape>& shapes, const std::vector<Edge>& edges, double joining,
                    LinkStudy& study) {
  std::map<std::int64_t, std::int64_t> sizes;
  std::int64_t in_sets = 0;
  for (const ClusterShape& shape : shapes) {
    ++sizes[static_cast<std::int64_t>(shape.rows.size())];
    in_sets += static_cast<std::int64_t>(shape.rows.size());
    study.bridges += static_cast<std::int64_t>(shape.bridges.size());
    study.sparse_sets += shape.rows.size() > 2 && shape.density_permille() < 500 ? 1 : 0;
  }
  sizes[1] = study.records - in_sets;
  study.persons = sizes[1] + static_cast<std::int64_t>(shapes.size());
  for (const auto& [records, sets] : sizes) study.sizes.push_back({records, sets});
  std::vector<const ClusterShape*> doubtful;
  for (const ClusterShape& shape : shapes) {
    if (!shape.bridges.empty() && shape.rows.size() > 3 && shape.rows.size() <= 24) doubtful.push_back(&shape);
  }
  std::ranges::stable_sort(doubtful, [](const ClusterShape* a, const ClusterShape* b) {
    return a->density_permille() < b->density_permille();
  });
  if (doubtful.size() > kMostClusters) doubtful.resize(kMostClusters);
  for (const ClusterShape* shape : doubtful) study.clusters.push_back(view_of(*shape, edges, joining, input));
  static_cast<void>(roots);
}

// Worth of a decision: the chance that the machine is wrong times the pairs of records that hang on it. An unjoined pair
// would bring two sets together; a bridge holds two sides together. Other joined pairs have a second way and no worth.
void study_review(const LinkageInput& input, const std::vector<std::uint32_t>& roots,
                  const std::vector<ClusterShape>& shapes, const std::vector<Edge>& edges, double joining,
                  LinkStudy& study) {
  std::map<std::uint32_t, std::int64_t> sizes;
  std::map<std::size_t, Bridge> bridges;
  for (const ClusterShape& shape : shapes) {
    sizes[shape.root] = static_cast<std::int64_t>(shape.rows.size());
    for (const Bridge& bridge : shape.bridges) bridges[bridge.edge] = bridge;
    if (shape.rows.size() != 2) continue;
  }
  const auto size_of = [&](std::uint32_t row) { return sizes.contains(roots[row]) ? sizes.at(roots[row]) : 1; };
  for (std::size_t at = 0; at < edges.size(); ++at) {
    const Edge& edge = edges[at];
    const double probability = probability_of_weight(edge.weight);
    const bool joined = edge.weight >= joining;
    const bool lone_pair = joined && size_of(edge.left) == 2 && roots[edge.left] == roots[edge.right];
    std::int64_t near = 1;
    std::int64_t far = 1;
    if (const auto bridge = bridges.find(at); bridge != bridges.end()) {
      near = bridge->second.near_side;
      far = bridge->second.far_side;
    } else if (joined && !lone_pair) {
      continue;
    } else if (!joined) {
      if (roots[edge.left] == roots[edge.right]) continue;
      near = size_of(edge.left);
      far = size_of(edge.right);
    }
    const double wrong = joined ? 1 - probability : probability;
    study.review.push_back({place_of(input, edge.left), place_of(input, edge.right), probability, near + far,
                            wrong * static_cast<double>(near * far), joined});
  }
  std::ranges::stable_sort(study.review, [](const ReviewPair& a, const ReviewPair& b) { return a.worth > b.worth; });
  if (study.review.size() > kMostReview) study.review.resize(kMostReview);
}

// Four pairs that show how the model argues: the surest, one in the middle of the joined, the nearest above the
// threshold and the nearest below it.
void study_samples(const LinkModel& model, const LinkageInput& input, const EngineModel& engine,
                   const std::vector<Edge>& edges, double joining, LinkStudy& study) {
  std::vector<const Edge*> order;
  for (const Edge& edge : edges) order.push_back(&edge);
  std::ranges::stable_sort(order, [](const Edge* a, const Edge* b) { return a->weight > b->weight; });
  const auto below = static_cast<std::size_t>(
      std::ranges::find_if(order, [&](const Edge* edge) { return edge->weight < joining; }) - order.begin());
  std::vector<std::size_t> chosen;
  if (below > 0) chosen = {0, below / 2, below - 1};
  if (below < order.size()) chosen.push_back(below);
  std::set<std::size_t> seen;
  for (const std::size_t at : chosen) {
    if (!seen.insert(at).second) continue;
    const Edge& edge = *order[at];
    SamplePair sample{place_of(input, edge.left), place_of(input, edge.right),
                      evidence_steps(model, input, engine, edge.left, edge.right), engine.prior_weight,
                      probability_of_weight(edge.weight)};
    for (EvidenceStep& step : sample.steps) {
      step.left.clear();
      step.right.clear();
    }
    study.samples.push_back(std::move(sample));
  }
}

}  // namespace

Result<LinkStudy> study_linking(const StudyOptions& options, Progress& progress) {
  TRY(const LinkModel model, read_link_model(options.model));
  progress.report("study", 0, 3);
  LinkageInput input;
  StudyTruth truth;
  {
    TRY(table::Session session,
        open_inputs({options.files.in, options.files.id_column}, options.files.threads, options.files.memory_bytes));
    TRY(input, load_input(session, model));
    for (const std::filesystem::path& file : options.files.in) input.sources.push_back(file.stem().string());
    TRY(truth, read_study_truth(session, input, options.truth_column, options.reviewed));
  }
  TRY(const EngineModel engine, compiled_model(model, input));
  progress.report("study", 1, 3);
  const double joining = weight_of_probability(model.threshold);
  const SetRule rule = set_rule(model, joining, std::nullopt);
  EngineOptions run{.mode = model.mode,
                    .threads = options.files.threads,
                    .threshold = std::min(rule.least_edge(), weight_of_probability(kLeastProbability)),
                    .keep_edges = true,
                    .most_in_block = model.most_in_block};
  EngineResult result = run_engine(input.frame, input.keys, engine, run);
  std::ranges::sort(result.edges, [](const Edge& a, const Edge& b) {
    return std::pair(a.left, a.right) < std::pair(b.left, b.right);
  });
  progress.report("study", 2, 3);
  LinkStudy study{.records = static_cast<std::int64_t>(input.frame.rows),
                  .prior = model.prior,
                  .threshold = model.threshold,
                  .comparisons = comparisons_of(model),
                  .notes = model.notes};
  for (const std::int64_t pairs : result.pairs_by_rule) study.pairs += pairs;
  study.weights.assign(static_cast<std::size_t>(kMostWeight - kLeastWeight) + 1, 0);
  for (const Edge& edge : result.edges) {
    ++study.weights[weight_bin(edge.weight)];
    study.joined += edge.weight >= joining ? 1 : 0;
  }
  const std::vector<std::uint32_t> roots = joined_sets(rule, input, result.edges);
  const std::vector<ClusterShape> shapes = cluster_shapes(roots, result.edges, joining);
  study_rules(model, input, result, joining, study);
  study_unlinkables(input, engine, joining, study);
  study_clusters(input, roots, shapes, result.edges, joining, study);
  study_review(input, roots, shapes, result.edges, joining, study);
  study_samples(model, input, engine, result.edges, joining, study);
  study.truth_kind = truth.kind;
  study.right = right_by_threshold(truth, input, result.edges, model.mode);
  progress.report("study", 3, 3);
  return study;
}

}  // namespace songtan::link
