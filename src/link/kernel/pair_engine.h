// The engine: blocks records by keys, compares every pair of a block once over all rules, counts patterns, and keeps the
// pairs whose weight reaches a threshold. In: coded records, blocking keys, comparisons, weights. Out: exact counts and
// edges, the same at any number of threads.
//
// A rule's records are sorted by key (radix) and copied into block order a block at a time; within a block one record is
// compared with all later ones, column by column. Equal codes decide most levels; signatures rule out most distances;
// what is left is computed bit-parallel. No score is computed in the loop: levels make a pattern, and a pattern's weight
// is looked up. Bytes × passes: 4·columns per record and rule, read once at random; 8 per key, sorted once.
#pragma once

#include <cstdint>
#include <vector>

#include "link/kernel/level_judge.h"

namespace songtan::link {

/// Which pairs may match: within one source, only across sources, or all.
enum class PairMode : std::uint8_t { dedupe, link, both };

struct EngineFrame {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<ValueCode> codes;       ///< row-major, rows × columns
  std::vector<std::uint16_t> source;  ///< per row, ascending
  ValueBook values;

  RecordCodes record(std::size_t row) const { return codes.data() + row * columns; }
};

/// One blocking rule: records with equal keys meet; key 0 meets nobody.
struct BlockingKeys {
  std::vector<std::uint64_t> keys;
};

/// Term frequency: where two records agree on a value, its own frequency replaces the average one.
constexpr double kRarest = -1000;  // log2 of no frequency at all

struct TermFrequency {
  std::uint16_t column = 0;
  double weight = 0;            ///< 0: off
  double log2_exact_u = 0;      ///< of the comparison's exact level
  double log2_floor = kRarest;  ///< of the least frequency that is believed
};

struct LevelWeight {
  double log2_bayes = 0;
  TermFrequency frequency;
};

struct EngineModel {
  std::vector<CompiledComparison> comparisons;
  std::vector<std::vector<LevelWeight>> weights;  ///< per comparison and level; empty: count patterns only
  std::vector<std::vector<double>> log2_shares;   ///< per column, by value code; empty where not asked for
  double prior_weight = 0;                        ///< log2 of the prior odds
};

struct EngineOptions {
  PairMode mode = PairMode::dedupe;
  int threads = 1;
  double threshold = 0;  ///< least weight of an edge that is kept
  bool keep_edges = true;
  std::uint32_t most_in_block = 0;  ///< larger blocks are skipped and counted; 0: none are
};

struct Edge {
  std::uint32_t left = 0;  ///< the smaller row
  std::uint32_t right = 0;
  std::uint32_t pattern = 0;
  double weight = 0;
};

struct PatternCount {
  std::uint32_t pattern = 0;
  std::int64_t pairs = 0;
};

struct SkippedBlock {
  std::uint32_t rule = 0;
  std::uint32_t records = 0;
  std::uint32_t first_row = 0;
};

struct EngineResult {
  std::vector<std::int64_t> pairs_by_rule;
  std::vector<PatternCount> patterns;  ///< ascending
  std::vector<Edge> edges;             ///< in the order of rules and blocks
  std::vector<SkippedBlock> skipped;
};

/// Patterns are mixed-radix numbers of levels, comparison 0 fastest. Fails (CHECK) above 2^32; see patterns_fit.
EngineResult run_engine(const EngineFrame& frame, const std::vector<BlockingKeys>& rules, const EngineModel& model,
                        const EngineOptions& options);

/// True if the comparisons' levels multiply to less than 2^32.
bool patterns_fit(const std::vector<CompiledComparison>& comparisons);

/// The levels of a pattern, by comparison.
std::vector<std::uint8_t> levels_of(std::uint32_t pattern, const std::vector<CompiledComparison>& comparisons);
std::uint32_t pattern_of(const std::vector<std::uint8_t>& levels, const std::vector<CompiledComparison>& comparisons);

/// Weight of one pair: prior, levels, term frequencies.
double weight_of_pair(const EngineModel& model, const EngineFrame& frame, std::uint32_t left, std::uint32_t right,
                      std::uint32_t pattern);

/// Levels of given pairs, by the same kernel as blocks: for random samples.
std::vector<PatternCount> count_patterns_of(const EngineFrame& frame,
                                            const std::vector<CompiledComparison>& comparisons,
                                            const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs);

}  // namespace songtan::link
