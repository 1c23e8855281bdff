// A linkage model: which records meet (blocking rules), how they are compared (ladders of levels) and what each level
// weighs (m, u, term frequencies). One JSON file; docs/formats/link-model.md describes it. In and out: that file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "link/kernel/level_judge.h"
#include "link/kernel/pair_engine.h"

namespace songtan::link {

/// A column made from the input's columns by one SQL expression; input columns are there under their own names.
struct ModelColumn {
  std::string name;
  std::string sql;
};

struct ModelTest {
  Operator operation = Operator::exact;
  std::string left;
  std::string right;
  double bound = 0;
  bool strict = false;
};

struct ModelLevel {
  std::string label;
  std::vector<std::vector<ModelTest>> alternatives;  ///< empty: everything else
  bool is_null = false;                              ///< says nothing: its weight is 0
  std::optional<double> m;                           ///< P(level | match)
  std::optional<double> u;                           ///< P(level | no match)
  std::optional<double> seen;    ///< matches that training expects at this level; few: hardly trained
  std::string frequency_column;  ///< term frequency of this column's value; empty: none
  double frequency_weight = 1;
  double frequency_floor = 0;
};

struct ModelComparison {
  std::string name;
  std::vector<ModelLevel> levels;
  std::string why;
};

struct ModelBlockingRule {
  std::vector<std::string> columns;  ///< records with equal values in all of them meet
  std::string why;
  std::optional<double> expected_pairs;
  std::optional<double> expected_loss;  ///< share of the matches that this rule alone would not bring together
};

/// How edges make persons.
enum class Clusters : std::uint8_t {
  single,  ///< a chain of edges above the threshold joins
  average  ///< two sets are joined while the mean weight between their records reaches the threshold
};

struct LinkModel {
  static constexpr int kVersion = 1;

  PairMode mode = PairMode::dedupe;
  double prior = 0.0001;  ///< probability that two random records match
  std::vector<ModelColumn> columns;
  std::vector<ModelBlockingRule> blocking;
  std::vector<ModelComparison> comparisons;
  double threshold = 0.9;           ///< probability above which `run` joins two records
  std::uint32_t most_in_block = 0;  ///< larger blocks are skipped (0: none are)
  bool one_to_one = false;
  Clusters clusters = Clusters::single;
  std::vector<std::string> notes;  ///< what train could not learn, and what to do
};

/// Errors name the file and the JSON pointer of what is wrong.
Result<LinkModel> read_link_model(const std::filesystem::path& file);
Result<void> write_link_model(const LinkModel& model, const std::filesystem::path& file);
std::string json_of(const LinkModel& model);

/// Reads a model that Splink 4 or 5 saved. Errors name the condition that is not understood.
Result<LinkModel> import_splink(const std::filesystem::path& file);

/// log2(m/u) of a level; 0 for null levels and where either is unknown.
double bayes_weight(const ModelLevel& level);

}  // namespace songtan::link
