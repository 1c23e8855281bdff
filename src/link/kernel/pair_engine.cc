#include "link/kernel/pair_engine.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/result.h"
#include "base/tasks.h"
#include "link/kernel/block_order.h"
#include "link/kernel/clones.h"
#include "link/kernel/pattern_ledger.h"
#include "link/kernel/row_comparer.h"

namespace songtan::link {
namespace {

constexpr std::int64_t kPairsPerTask = 2'000'000;
std::uint64_t pattern_space(const std::vector<CompiledComparison>& comparisons) {
  std::uint64_t space = 1;
  for (const CompiledComparison& comparison : comparisons) {
    space *= comparison.levels.size();
    if (space >= std::uint64_t{1} << 32) return 0;
  }
  return space;
}

// What the loop needs of a record, side by side in memory: its codes, its block under each rule, and the most that term
// frequencies can add to any of its pairs. Loading a block then reads one place a record.
class PackedRecords {
 public:
  PackedRecords(const EngineFrame& frame, std::vector<BlockOrder>& orders, const EngineModel& model)
      : columns_(frame.columns), stride_(frame.columns + orders.size() + 1), words_(frame.rows * stride_) {
    for (std::size_t row = 0; row < frame.rows; ++row)
      std::copy_n(frame.record(row), columns_, words_.begin() + static_cast<std::ptrdiff_t>(row * stride_));
    for (std::size_t rule = 0; rule < orders.size(); ++rule) {
      for (std::size_t row = 0; row < frame.rows; ++row)
        words_[row * stride_ + columns_ + rule] = orders[rule].block_of[row];
      std::vector<std::uint32_t>().swap(orders[rule].block_of);
    }
    pack_rarities(frame, model);
  }

  const std::uint32_t* record(std::uint32_t row) const { return words_.data() + row * stride_; }
  const std::uint32_t* words() const { return words_.data(); }
  std::size_t stride() const { return stride_; }
  /// 1 + the record's block under a rule, 0 if it meets nobody.
  std::uint32_t block(std::uint32_t row, std::uint32_t rule) const { return record(row)[columns_ + rule]; }
  float rarity(std::uint32_t row) const { return std::bit_cast<float>(record(row)[stride_ - 1]); }

 private:
  // The larger of two shares counts, so a record's own bounds what a pair can gain. Rounded up.
  void pack_rarities(const EngineFrame& frame, const EngineModel& model) {
    std::vector<std::vector<TermFrequency>> asked;
    for (const auto& levels : model.weights) {
      asked.emplace_back();
      for (const LevelWeight& level : levels) {
        if (level.frequency.weight != 0) asked.back().push_back(level.frequency);
      }
    }
    for (std::size_t row = 0; row < frame.rows; ++row) {
      double rarity = 0;
      for (const auto& frequencies : asked) {
        double most = 0;
        for (const TermFrequency& frequency : frequencies) {
          const double share = model.log2_shares[frequency.column][frame.record(row)[frequency.column]];
          most = std::max(most, frequency.weight * (frequency.log2_exact_u - std::max(share, frequency.log2_floor)));
        }
        rarity += most;
      }
      words_[row * stride_ + stride_ - 1] = std::bit_cast<std::uint32_t>(
          std::nextafter(static_cast<float>(rarity), std::numeric_limits<float>::infinity()));
    }
  }

  std::size_t columns_;
  std::size_t stride_;
  std::vector<std::uint32_t> words_;
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
  Worker(const EngineFrame& frame, const std::vector<ComparisonPlan>& plans, PatternLedger& patterns)
      : comparer(frame, plans), ledger(patterns) {}

  RowComparer comparer;
  PatternLedger& ledger;
  const std::uint32_t* rows = nullptr;
  std::vector<std::vector<std::uint32_t>> earlier;  ///< by earlier rule: the loaded rows' blocks there
  std::vector<float> rarities;                      ///< of the loaded rows
  std::vector<std::uint8_t> met;                    ///< by partner: an earlier rule has had this pair
};

constexpr std::uint32_t kRowsAtOnce = 512;

SONGTAN_CLONES void mark_equal(const std::uint32_t* blocks, std::uint32_t own, std::size_t from, std::size_t to,
                               std::uint8_t* met) {
  for (std::size_t j = from; j < to; ++j) met[j] |= static_cast<std::uint8_t>(blocks[j] == own);
}

class EngineRun {
 public:
  EngineRun(const EngineFrame& frame, std::vector<BlockOrder>& orders, const EngineModel& model,
            const EngineOptions& options)
      : frame_(frame),
        packed_(frame, orders, model),
        orders_(orders),
        model_(model),
        options_(options),
        space_(pattern_space(model.comparisons)),
        plans_(plans_of(model.comparisons)),
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
    worker.ledger.settle();
    return result;
  }

  std::uint64_t space() const { return space_; }
  const std::vector<ComparisonPlan>& plans() const { return plans_; }

 private:
  void load(std::uint32_t rule, std::uint32_t from, std::uint32_t to, Worker& worker) const {
    worker.rows = orders_[rule].rows.data() + from;
    const std::size_t count = to - from;
    worker.comparer.load(worker.rows, count, packed_.words(), packed_.stride());
    worker.met.resize(std::max(worker.met.size(), count));
    worker.rarities.resize(worker.met.size());
    worker.earlier.resize(rule);
    for (std::vector<std::uint32_t>& blocks : worker.earlier) blocks.resize(worker.met.size());
    for (std::size_t j = 0; j < count; ++j) {
      worker.rarities[j] = packed_.rarity(worker.rows[j]);
      for (std::uint32_t earlier = 0; earlier < rule; ++earlier)
        worker.earlier[earlier][j] = packed_.block(worker.rows[j], earlier);
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
    const double rarity = worker.rarities[i];
    for (std::size_t j = from; j < count; ++j) {
      if (some_met && worker.met[j] != 0) continue;
      ++result.pairs;
      const std::size_t slot = worker.ledger.add(patterns[j]);
      if (!edges_wanted_ || !worker.ledger.promising(slot)) continue;
      if (worker.ledger.plain_weight(slot) + rarity < options_.threshold) continue;
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
  PackedRecords packed_;
  const std::vector<BlockOrder>& orders_;
  const EngineModel& model_;
  const EngineOptions& options_;
  std::uint64_t space_;
  std::vector<ComparisonPlan> plans_;
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

std::vector<PatternCount> sum_of(const std::vector<PatternLedger>& ledgers) {
  std::vector<PatternCount> all;
  for (const PatternLedger& ledger : ledgers) {
    const std::vector<PatternCount> counts = ledger.sorted();
    all.insert(all.end(), counts.begin(), counts.end());
  }
  std::sort(all.begin(), all.end(), [](const PatternCount& a, const PatternCount& b) { return a.pattern < b.pattern; });
  std::vector<PatternCount> sums;
  for (const PatternCount& one : all) {
    if (!sums.empty() && sums.back().pattern == one.pattern)
      sums.back().pairs += one.pairs;
    else
      sums.push_back(one);
  }
  return sums;
}

}  // namespace

bool patterns_fit(const std::vector<CompiledComparison>& comparisons) { return pattern_space(comparisons) != 0; }

EngineResult run_engine(const EngineFrame& frame, const std::vector<BlockingKeys>& rules, const EngineModel& model,
                        const EngineOptions& options) {
  CHECK_PROMISE(patterns_fit(model.comparisons));
  EngineResult result;
  std::vector<BlockOrder> orders = orders_of(rules, options, result);
  const EngineRun run(frame, orders, model, options);
  const std::vector<Task> tasks = tasks_of(orders);
  std::vector<TaskResult> results(tasks.size());
  // Each worker takes every threads-th task, so that it needs one comparer and one counter; counts are sums, hence the
  // same however tasks are dealt.
  const auto workers = static_cast<std::size_t>(std::max(options.threads, 1));
  std::vector<PatternLedger> ledgers(workers, PatternLedger(model, run.space(), options.threshold));
  parallel_for(options.threads, workers, [&](std::size_t worker) {
    Worker state(frame, run.plans(), ledgers[worker]);
    for (std::size_t task = worker; task < tasks.size(); task += workers) results[task] = run.run(tasks[task], state);
  });
  result.patterns = sum_of(ledgers);
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
  EngineModel model;
  model.comparisons = comparisons;
  PatternLedger ledger(model, pattern_space(comparisons), 0);
  for (const auto& [left, right] : pairs) {
    const std::uint32_t rows[2] = {left, right};
    comparer.load(rows, 2, frame.codes.data(), frame.columns);
    comparer.compare(0, 1, 2);
    ledger.add(comparer.patterns()[1]);
  }
  ledger.settle();
  return ledger.sorted();
}

}  // namespace songtan::link
