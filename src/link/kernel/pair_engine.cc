#include "link/kernel/pair_engine.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/result.h"
#include "base/tasks.h"
#include "link/kernel/block_order.h"
#include "link/kernel/clones.h"
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
    if (dense_.empty())
      sparse_[pattern] += pairs;
    else
      dense_[pattern] += pairs;
  }

  std::vector<PatternCount> sorted() const {
    std::vector<PatternCount> counts;
    for (std::uint32_t pattern = 0; pattern < dense_.size(); ++pattern) {
      if (dense_[pattern] != 0) counts.push_back({pattern, dense_[pattern]});
    }
    for (const auto& [pattern, pairs] : sparse_) counts.push_back({pattern, pairs});
    if (dense_.empty())
      std::sort(counts.begin(), counts.end(),
                [](const PatternCount& a, const PatternCount& b) { return a.pattern < b.pattern; });
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
      for (const LevelWeight& level : model.weights[c])
        best_.back().push_back(level.log2_bayes + most_of(level.frequency));
    }
    for (const auto& levels : model.weights) {
      plain_.emplace_back();
      for (const LevelWeight& level : levels) plain_.back().push_back(level.log2_bayes);
    }
    if (space > kDensePatterns) return;
    for (std::uint64_t pattern = 0; pattern < space; ++pattern) {
      dense_.push_back(sum(best_, static_cast<std::uint32_t>(pattern)));
      dense_plain_.push_back(sum(plain_, static_cast<std::uint32_t>(pattern)));
    }
  }

  double at_most(std::uint32_t pattern) const { return dense_.empty() ? sum(best_, pattern) : dense_[pattern]; }
  double without_frequency(std::uint32_t pattern) const {
    return dense_.empty() ? sum(plain_, pattern) : dense_plain_[pattern];
  }

  /// The most that term frequencies add to a pair of this record: the larger of two shares counts, so its own bounds it.
  double rarity_of(const EngineFrame& frame, std::uint32_t row) const {
    double rarity = 0;
    for (const auto& levels : model_.weights) {
      double most = 0;
      for (const LevelWeight& level : levels) {
        const TermFrequency& frequency = level.frequency;
        if (frequency.weight == 0) continue;
        const double share = model_.log2_shares[frequency.column][frame.record(row)[frequency.column]];
        most = std::max(most, frequency.weight * (frequency.log2_exact_u - std::max(share, frequency.log2_floor)));
      }
      rarity += most;
    }
    return rarity;
  }

 private:
  double most_of(const TermFrequency& frequency) const {
    if (frequency.weight == 0) return 0;
    double rarest = 0;
    for (const double log2_share : model_.log2_shares[frequency.column]) {
      if (log2_share > kRarest) rarest = std::min(rarest, log2_share);
    }
    return std::max(0.0, frequency.weight * (frequency.log2_exact_u - std::max(rarest, frequency.log2_floor)));
  }

  double sum(const std::vector<std::vector<double>>& weights, std::uint32_t pattern) const {
    double weight = model_.prior_weight;
    for (const std::vector<double>& levels : weights) {
      weight += levels[pattern % levels.size()];
      pattern /= static_cast<std::uint32_t>(levels.size());
    }
    return weight;
  }

  const EngineModel& model_;
  std::vector<std::vector<double>> best_;  ///< per comparison and level
  std::vector<std::vector<double>> plain_;
  std::vector<double> dense_;  ///< per pattern, where patterns are few
  std::vector<double> dense_plain_;
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

// What one thread works with.
struct Worker {
  Worker(const EngineFrame& frame, const std::vector<ComparisonPlan>& plans, PatternCounter& pattern_counter)
      : comparer(frame, plans), counter(pattern_counter) {}

  RowComparer comparer;
  PatternCounter& counter;
  const std::uint32_t* rows = nullptr;
  std::vector<std::vector<std::uint32_t>> earlier;  ///< by earlier rule: the loaded rows' blocks there
  std::vector<std::uint8_t> met;                    ///< by partner: an earlier rule has had this pair
};

constexpr std::uint32_t kRowsAtOnce = 512;

SONGTAN_CLONES void mark_equal(const std::uint32_t* blocks, std::uint32_t own, std::size_t from, std::size_t to,
                               std::uint8_t* met) {
  for (std::size_t j = from; j < to; ++j) met[j] |= static_cast<std::uint8_t>(blocks[j] == own);
}

class EngineRun {
 public:
  EngineRun(const EngineFrame& frame, const std::vector<BlockOrder>& orders, const EngineModel& model,
            const EngineOptions& options)
      : frame_(frame),
        orders_(orders),
        model_(model),
        options_(options),
        space_(pattern_space(model.comparisons)),
        plans_(plans_of(model.comparisons)),
        weights_(model, space_),
        edges_wanted_(options.keep_edges && !model.weights.empty()) {}

  // Blocks are loaded some at a time, so that the random reads of many records are under way together.
  TaskResult run(const Task& task, Worker& worker) const {
    TaskResult result;
    const BlockOrder& order = orders_[task.rule];
    std::uint32_t block = task.block;
    for (std::uint32_t at = task.from; at < task.to;) {
      const std::uint32_t first = at;
      std::uint32_t last_block = block;
      while (order.starts[last_block + 1] - first < kRowsAtOnce && order.starts[last_block + 1] < task.to) ++last_block;
      load(task.rule, first, order.starts[last_block + 1], worker);
      for (; block <= last_block; ++block) {
        const std::uint32_t end = order.starts[block + 1];
        const std::uint32_t stop = std::min(task.to, end);
        for (; at < stop; ++at) row(task.rule, at - first, end - first, worker, result);
      }
    }
    return result;
  }

  std::uint64_t space() const { return space_; }
  const std::vector<ComparisonPlan>& plans() const { return plans_; }

 private:
  void load(std::uint32_t rule, std::uint32_t from, std::uint32_t to, Worker& worker) const {
    worker.rows = orders_[rule].rows.data() + from;
    const std::size_t count = to - from;
    worker.comparer.load(worker.rows, count);
    worker.met.resize(std::max(worker.met.size(), count));
    worker.earlier.resize(rule);
    for (std::uint32_t earlier = 0; earlier < rule; ++earlier) {
      std::vector<std::uint32_t>& blocks = worker.earlier[earlier];
      blocks.resize(std::max(blocks.size(), count));
      const std::vector<std::uint32_t>& block_of = orders_[earlier].block_of;
      for (std::size_t j = 0; j < count; ++j) blocks[j] = block_of[worker.rows[j]];
    }
  }

  void row(std::uint32_t rule, std::size_t i, std::size_t count, Worker& worker, TaskResult& result) const {
    std::size_t from = i + 1;
    if (options_.mode == PairMode::link) {
      // Sources ascend within a block, so partners of other sources are its tail.
      while (from < count && frame_.source[worker.rows[from]] == frame_.source[worker.rows[i]]) ++from;
    }
    if (from >= count) return;
    worker.comparer.compare(i, from, count);
    const std::uint32_t* patterns = worker.comparer.patterns();
    const bool some_met = mark_met(rule, i, from, count, worker);
    const std::uint32_t left = worker.rows[i];
    double rarity = -1;  // what term frequencies add at most to any pair of this record; looked up when first needed
    for (std::size_t j = from; j < count; ++j) {
      if (some_met && worker.met[j] != 0) continue;
      ++result.pairs;
      worker.counter.add(patterns[j]);
      if (!edges_wanted_ || weights_.at_most(patterns[j]) < options_.threshold) continue;
      if (rarity < 0) rarity = weights_.rarity_of(frame_, left);
      if (weights_.without_frequency(patterns[j]) + rarity < options_.threshold) continue;
      const std::uint32_t right = worker.rows[j];
      const double weight = weight_of_pair(model_, frame_, left, right, patterns[j]);
      if (weight >= options_.threshold) result.edges.push_back({left, right, patterns[j], weight});
    }
  }

  // A pair belongs to the first rule whose key both records share.
  static bool mark_met(std::uint32_t rule, std::size_t i, std::size_t from, std::size_t to, Worker& worker) {
    bool some = false;
    for (std::uint32_t earlier = 0; earlier < rule; ++earlier) {
      const std::uint32_t own = worker.earlier[earlier][i];
      if (own == 0) continue;
      if (!some)
        std::fill(worker.met.begin() + static_cast<std::ptrdiff_t>(from),
                  worker.met.begin() + static_cast<std::ptrdiff_t>(to), std::uint8_t{0});
      some = true;
      mark_equal(worker.earlier[earlier].data(), own, from, to, worker.met.data());
    }
    return some;
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

std::vector<BlockOrder> orders_of(const std::vector<BlockingKeys>& rules, const EngineOptions& options,
                                  EngineResult& result) {
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
    Worker state(frame, run.plans(), counters[worker]);
    for (std::size_t task = worker; task < tasks.size(); task += workers) results[task] = run.run(tasks[task], state);
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
  for (std::size_t i = levels.size(); i-- > 0;)
    pattern = pattern * static_cast<std::uint32_t>(comparisons[i].levels.size()) + levels[i];
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
    const std::vector<double>& shares = model.log2_shares[frequency.column];
    const ValueCode a = frame.record(left)[frequency.column];
    const ValueCode b = frame.record(right)[frequency.column];
    weight += frequency.weight * (frequency.log2_exact_u - std::max({shares[a], shares[b], frequency.log2_floor}));
  }
  return weight;
}

std::vector<PatternCount> count_patterns_of(const EngineFrame& frame,
                                            const std::vector<CompiledComparison>& comparisons,
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
