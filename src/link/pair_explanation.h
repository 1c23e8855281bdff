// Why two records were joined, or not, or never even compared. In: a model, files, two ids. Out: the prior, one step a
// comparison, the total, and what each blocking rule said of the pair; in words (zh, en) and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "link/verbs.h"

namespace songtan::link {

struct ExplainPairOptions {
  LinkFiles files;
  std::filesystem::path model;
  std::string left;  ///< an id, or source/id where files share ids
  std::string right;
};

/// One bar of the waterfall.
struct EvidenceStep {
  std::string comparison;
  std::string level;  ///< label of the level that held
  bool is_null = false;
  std::optional<double> m;
  std::optional<double> u;
  double weight = 0;                   ///< log2 units, term frequency included
  double frequency_weight = 0;         ///< the part of it that comes from the value's own frequency
  std::vector<std::string> left = {};  ///< the values compared, by column
  std::vector<std::string> right = {};
  std::vector<std::string> columns = {};
};

enum class RuleVerdict : std::uint8_t { meets, missing, differs };

struct RuleAnswer {
  std::vector<std::string> columns = {};
  RuleVerdict verdict = RuleVerdict::differs;
  std::vector<std::string> because = {};  ///< columns that are missing, or differ
  std::int64_t block = 0;                 ///< records of the block in which they meet
  bool skipped = false;                   ///< the block is larger than the model allows
};

struct PairExplanation {
  std::string left_source;
  std::string left_id;
  std::string right_source;
  std::string right_id;
  double prior_weight = 0;
  std::vector<EvidenceStep> steps;
  double weight = 0;
  double probability = 0;
  double threshold_weight = 0;
  bool joined = false;    ///< at or above the threshold and compared
  bool compared = false;  ///< some rule brought them together
  bool mode_forbids = false;
  std::vector<RuleAnswer> rules;
};

/// Errors: usage for an id that is not there (link.no_record), that several files have (link.ambiguous_id), or that is
/// given twice; those of reading model and files. Cost: one read of the files.
Result<PairExplanation> explain_pair(const ExplainPairOptions& options);

std::string pair_explanation_text(const PairExplanation& explanation, std::string_view language);
std::string pair_explanation_json(const PairExplanation& explanation);

/// P(match) of a weight in log2 units, and back.
double probability_of_weight(double weight);
double weight_of_probability(double probability);

}  // namespace songtan::link
