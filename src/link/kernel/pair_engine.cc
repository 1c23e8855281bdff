#include "link/kernel/pair_engine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/result.h"
#include "base/tasks.h"
#include "link/kernel/block_order.h"
#include "link/kernel/row_comparer.h"

namespace songtan::link {
namespace {

constexpr std::int64_t kPairsPerTask = 2'000'000;
constexpr std::uint64_t kDensePatterns = std::uint64_t{1} << 20;

std::uint64_t pattern_space(const std::vector<CompiledComparison>& comparisons) {
  std::uint64_t space = 1;
  for (const CompiledComparison& comparison : comparisons) {
    space *= comparison.levels.size();
    if (space >= std::uint64_t{1} << 32) return 0;
  }
  return space;
}

// Pattern → pairs; an array where patterns are few, a hash map where they are not.
class PatternCounter {
 public:
  explicit PatternCounter(std::uint64_t space) : dense_(space <= kDensePatterns ? space : 0, 0) {}

  void add(std::uint32_t pattern, std::int64_t pairs = 1) {
    if (dense_.empty()) sparse_[pattern] += pairs;
    else dense_[pattern] += pairs;
  }

  std::vector<PatternCount> sorted() const {
    std::vector<PatternCount> counts;
    for (std::uint32_t pattern = 0; pattern < dense_.size(); ++pattern) {
      if (dense_[pattern] != 0) counts.push_back({pattern, dense_[pattern]});
    }
    for (const auto& [pattern, pairs] : sparse_) counts.push_back({pattern, pairs});
    if (dense_.empty()) std::sort(counts.begin(), counts.end(), [](const PatternCount& a, const PatternCount& b) { return a.pattern < b.pattern; });
    return counts;
  }

 private:
  std::vector<std::int64_t> dense_;
  std::unordered_map<std::uint32_t, std::int64_t> sparse_;
};

// What a pattern weighs at most, term frequencies included; nothing below the threshold is looked at again.
class PatternWeights {
 public:
  PatternWeights(const EngineModel& model, std::uint64_t space) : model_(model) {
    if (model.weights.empty()) return;
    for (std::size_t c = 0; c < model.weights.size(); ++c) {
      best_.emplace_back();
      for (const LevelWeight& level : model.weights[c]) best_.back().push_back(level.log2_bayes + most_of(level.frequency));
    }
    if (space > kDensePatterns) return;
    dense_.reserve(space);
    for (std::uint64_t pattern = 0; pattern < space; ++pattern) dense_.push_back(sum(static_cast<std::uint32_t>(pattern)));
  }

  double at_most(std::uint32_t pattern) const { return dense_.empty() ? sum(pattern) : dense_[pattern]; }

 private:
  double most_of(const TermFrequency& frequency) const {
    if (frequency.weight == 0) return 0;
    double rarest = 1;
    for (const double share : model_.frequencies[frequency.column]) {
      if (share > 0) rarest = std::min(rarest, share);
    }
    return std::max(0.0, frequency.weight * std::log2(frequency.exact_u / std::max(rarest, frequency.floor)));
  }

  double sum(std::uint32_t pattern) const {
    double weight = model_.prior_weight;
    for (const std::vector<double>& levels : best_) {
      weight += levels[pattern % levels.size()];
      pattern /= static_cast<std::uint32_t>(levels.size());
    }
    return weight;
  }

  const EngineModel& model_;
  std::vector<std::vector<double>> best_;
  std::vector<double> dense_;
};

// A stretch of first rows of pairs: positions [from, to) of a rule's order.
struct Task {
  std::uint32_t rule;
  std::uint32_t block;
  std::uint32_t from;
  std::uint32_t to;
};

struct TaskResult {
  std::int64_t pairs = 0;
  std::vector<Edge> edges;
};

std::vector<Task> tasks_of(const std::vector<BlockOrder>& orders) {
  std::vector<Task> tasks;
  for (std::uint32_t rule = 0; rule < orders.size(); ++rule) {
    const BlockOrder& order = orders[rule];
    std::int64_t work = 0;
    std::uint32_t first_block = 0;
    std::uint32_t from = 0;
    const auto blocks = static_cast<std::uint32_t>(order.starts.size() - 1);
    for (std::uint32_t block = 0; block < blocks; ++block) {
      const std::uint32_t end = order.starts[block + 1];
      for (std::uint32_t at = order.starts[block]; at < end; ++at) {
        work += end - at - 1;
        if (work < kPairsPerTask && (at + 1 < end || block + 1 < blocks)) continue;
        tasks.push_back({rule, first_block, from, at + 1});
        work = 0;
        from = at + 1;
        first_block = at + 1 < end ? block : block + 1;
      }
    }
  }
  return tasks;
}

class EngineRun {
 public:
  EngineRun(const EngineFrame& frame, const std::vector<BlockOrder>& orders, const EngineModel& model, const EngineOptions& options)
      : frame_(frame), orders_(orders), model_(model), options_(options), space_(pattern_space(model.comparisons)),
        plans_(plans_of(model.comparisons)), weights_(model, space_), edges_wanted_(options.keep_edges && !model.weights.empty()) {}

  TaskResult run(const Task& task, RowComparer& comparer, PatternCounter& counter) const {
    TaskResult result;
    const BlockOrder& order = orders_[task.rule];
    std::uint32_t block = task.block;
    for (std::uint32_t at = task.from; at < task.to; ++block) {
      const std::uint32_t end = order.starts[block + 1];
      const std::uint32_t* rows = order.rows.data() + at;
      comparer.load(rows, end - at);
      const std::uint32_t stop = std::min(task.to, end);
      for (std::uint32_t i = at; i < stop; ++i) row(task.rule, rows, i - at, end - at, comparer, counter, result);
      at = stop;
    }
    return result;
  }

  std::uint64_t space() const { return space_; }
  const std::vector<ComparisonPlan>& plans() const { return plans_; }

 private:
  void row(std::uint32_t rule, const std::uint32_t* rows, std::size_t i, std::size_t count, RowComparer& comparer,
           PatternCounter& counter, TaskResult& result) const {
    std::size_t from = i + 1;
    if (options_.mode == PairMode::link) {
      // Sources ascend within a block, so partners of other sources are its tail.
      while (from < count && frame_.source[rows[from]] == frame_.source[rows[i]]) ++from;
    }
    if (from >= count) return;
    comparer.compare(i, from, count);
    const std::uint32_t* patterns = comparer.patterns();
    for (std::size_t j = from; j < count; ++j) {
      if (rule != 0 && met_before(rule, rows[i], rows[j])) continue;
      ++result.pairs;
      counter.add(patterns[j]);
      if (!edges_wanted_ || weights_.at_most(patterns[j]) < options_.threshold) continue;
      const double weight = weight_of_pair(model_, frame_, rows[i], rows[j], patterns[j]);
      if (weight >= options_.threshold) result.edges.push_back({rows[i], rows[j], patterns[j], weight});
    }
  }

  bool met_before(std::uint32_t rule, std::uint32_t left, std::uint32_t right) const {
    for (std::uint32_t earlier = 0; earlier < rule; ++earlier) {
      const std::uint32_t block = orders_[earlier].block_of[left];
      if (block != 0 && block == orders_[earlier].block_of[right]) return true;
    }
    return false;
  }

  const EngineFrame& frame_;
  const std::vector<BlockOrder>& orders_;
  const EngineModel& model_;
  const EngineOptions& options_;
  std::uint64_t space_;
  std::vector<ComparisonPlan> plans_;
  PatternWeights weights_;
  bool edges_wanted_;
};

std::vector<BlockOrder> orders_of(const std::vector<BlockingKeys>& rules, const EngineOptions& options, EngineResult& result) {
  std::vector<BlockOrder> orders(rules.size());
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> skipped(rules.size());
  parallel_for(options.threads, rules.size(), [&](std::size_t rule) {
    orders[rule] = block_order(rules[rule].keys, options.most_in_block, skipped[rule]);
  });
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    for (const auto& [records, row] : skipped[rule]) result.skipped.push_back({rule, records, row});
  }
  return orders;
}

}  // namespace

bool patterns_fit(const std::vector<CompiledComparison>& comparisons) { return pattern_space(comparisons) != 0; }

EngineResult run_engine(const EngineFrame& frame, const std::vector<BlockingKeys>& rules, const EngineModel& model,
                        const EngineOptions& options) {
  CHECK_PROMISE(patterns_fit(model.comparisons));
  EngineResult result;
  const std::vector<BlockOrder> orders = orders_of(rules, options, result);
  const EngineRun run(frame, orders, model, options);
  const std::vector<Task> tasks = tasks_of(orders);
  std::vector<TaskResult> results(tasks.size());
  // Each worker takes every threads-th task, so that it needs one comparer and one counter; counts are sums, hence the
  // same however tasks are dealt.
  const auto workers = static_cast<std::size_t>(std::max(options.threads, 1));
  std::vector<PatternCounter> counters(workers, PatternCounter(run.space()));
  parallel_for(options.threads, workers, [&](std::size_t worker) {
    RowComparer comparer(frame, run.plans());
    for (std::size_t task = worker; task < tasks.size(); task += workers) {
      results[task] = run.run(tasks[task], comparer, counters[worker]);
    }
  });
  for (std::size_t worker = 1; worker < workers; ++worker) {
    for (const PatternCount& count : counters[worker].sorted()) counters[0].add(count.pattern, count.pairs);
  }
  result.patterns = counters[0].sorted();
  result.pairs_by_rule.assign(rules.size(), 0);
  std::size_t edges = 0;
  for (const TaskResult& one : results) edges += one.edges.size();
  result.edges.reserve(edges);
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    result.pairs_by_rule[tasks[task].rule] += results[task].pairs;
    result.edges.insert(result.edges.end(), results[task].edges.begin(), results[task].edges.end());
    std::vector<Edge>().swap(results[task].edges);
  }
  return result;
}

std::vector<std::uint8_t> levels_of(std::uint32_t pattern, const std::vector<CompiledComparison>& comparisons) {
  std::vector<std::uint8_t> levels;
  for (const CompiledComparison& comparison : comparisons) {
    const auto radix = static_cast<std::uint32_t>(comparison.levels.size());
    levels.push_back(static_cast<std::uint8_t>(pattern % radix));
    pattern /= radix;
  }
  return levels;
}

std::uint32_t pattern_of(const std::vector<std::uint8_t>& levels, const std::vector<CompiledComparison>& comparisons) {
  std::uint32_t pattern = 0;
  for (std::size_t i = levels.size(); i-- > 0;) pattern = pattern * static_cast<std::uint32_t>(comparisons[i].levels.size()) + levels[i];
  return pattern;
}

double weight_of_pair(const EngineModel& model, const EngineFrame& frame, std::uint32_t left, std::uint32_t right,
                      std::uint32_t pattern) {
  double weight = model.prior_weight;
  for (const std::vector<LevelWeight>& levels : model.weights) {
    const LevelWeight& level = levels[pattern % levels.size()];
    pattern /= static_cast<std::uint32_t>(levels.size());
    weight += level.log2_bayes;
    const TermFrequency& frequency = level.frequency;
    if (frequency.weight == 0) continue;
    const std::vector<double>& shares = model.frequencies[frequency.column];
    const double share = std::max({shares[frame.record(left)[frequency.column]], shares[frame.record(right)[frequency.column]], frequency.floor});
    if (share > 0) weight += frequency.weight * std::log2(frequency.exact_u / share);
  }
  return weight;
}

std::vector<PatternCount> count_patterns_of(const EngineFrame& frame, const std::vector<CompiledComparison>& comparisons,
                                            const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs) {
  const std::vector<ComparisonPlan> plans = plans_of(comparisons);
  RowComparer comparer(frame, plans);
  PatternCounter counter(pattern_space(comparisons));
  for (const auto& [left, right] : pairs) {
    const std::uint32_t rows[2] = {left, right};
    comparer.load(rows, 2);
    comparer.compare(0, 1, 2);
    counter.add(comparer.patterns()[1]);
  }
  return counter.sorted();
}

}  // namespace songtan::link
