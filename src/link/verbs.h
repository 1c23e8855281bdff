// What `songtan link` can do, one function a verb. In: files and options. Out: files, and a report for people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "link/link_model.h"

namespace songtan::link {

/// What every verb needs.
struct LinkFiles {
  std::vector<std::filesystem::path> in;  ///< CSV or Parquet, one source each
  std::string id_column;                  ///< empty: row numbers
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
};

struct RunOptions {
  LinkFiles files;
  std::filesystem::path model;
  std::optional<PairMode> mode;  ///< instead of the model's
  std::optional<bool> one_to_one;
  std::optional<double> threshold;  ///< probability; instead of the model's
  std::filesystem::path out;        ///< persons: source, record_id, person_id
  std::filesystem::path pairs;      ///< empty: not wanted. source_l, id_l, source_r, id_r, pattern, weight, probability
  double pairs_threshold = 0.001;   ///< probability from which pairs are written
};

struct RuleCount {
  std::string rule;
  std::int64_t pairs = 0;
};

struct RunReport {
  std::int64_t records = 0;
  std::int64_t pairs = 0;  ///< compared
  std::int64_t edges = 0;  ///< at or above the threshold
  std::int64_t persons = 0;
  std::vector<RuleCount> rules;    ///< pairs that each rule was the first to bring together
  std::vector<RuleCount> skipped;  ///< blocks over the model's limit: the rule and the records of the block
};

Result<RunReport> link_run(const RunOptions& options, Progress& progress);

struct SuggestOptions {
  LinkFiles files;
  std::vector<std::string> ignore;  ///< columns that must not be looked at, such as a known answer
  std::optional<PairMode> mode;     ///< empty: dedupe for one file; for more, what their values tell
  double budget = 0;                ///< pairs that may be compared; 0: sixty a record, 4 to 200 million
  std::uint64_t seed = 1;
};

/// Proposes comparisons and blocking rules from the values of the columns alone, each with its reason, and trains them.
/// Fails if no column tells records apart or brings records together.
Result<LinkModel> link_suggest(const SuggestOptions& options, Progress& progress);

struct TrainOptions {
  LinkFiles files;
  std::filesystem::path model;
  std::uint64_t seed = 1;
  std::int64_t sampled_pairs = 1'000'000;
  std::filesystem::path labels;  ///< pairs that people judged: id_l, id_r, match; empty: none
};

/// Learns u from seeded random pairs, m by expectation–maximisation over pattern counts, and the prior. What could not
/// be learnt is said in the model's notes.
Result<LinkModel> link_train(const TrainOptions& options, Progress& progress);

}  // namespace songtan::link
