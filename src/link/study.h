// A look at a whole linking: what the model says, what blocking cost, which records cannot be linked, how the sets hang
// together, where a person's eye is worth most, and how right it is where the truth is known. In: model and files.
// Out: plain figures; no value of any record is among them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "link/pair_explanation.h"
#include "link/verbs.h"

namespace songtan::link {

struct StudyOptions {
  LinkFiles files;
  std::filesystem::path model;
  std::string truth_column;        ///< records with equal values are one person; empty: not known
  std::filesystem::path reviewed;  ///< CSV or Parquet: source_l, id_l, source_r, id_r, same (yes|no); empty: none
};

struct LevelFigures {
  std::string label;
  bool is_null = false;
  std::optional<double> m;
  std::optional<double> u;
  double weight = 0;
};

struct ComparisonFigures {
  std::string name;
  std::vector<LevelFigures> levels;
};

/// What one rule brings among the pairs that were joined.
struct RuleFigures {
  std::vector<std::string> columns = {};
  std::int64_t pairs = 0;   ///< compared, this rule being the first to bring them together
  std::int64_t joined = 0;  ///< joined pairs that it brings together
  std::int64_t alone = 0;   ///< … that no other rule does
};

struct SizeCount {
  std::int64_t records = 0;  ///< in a set
  std::int64_t sets = 0;
};

/// A record by its place, which names nobody: its source and its row in the file.
struct RecordPlace {
  std::string source;
  std::int64_t row = 0;
};

struct ClusterView {
  std::vector<RecordPlace> records;
  std::vector<std::pair<std::size_t, std::size_t>> edges;
  std::vector<std::pair<std::size_t, std::size_t>> bridges;
  std::int64_t density_permille = 0;
};

struct ReviewPair {
  RecordPlace left;
  RecordPlace right;
  double probability = 0;
  std::int64_t records = 0;  ///< of the two sides that the decision holds together or apart
  double worth = 0;          ///< chance that the machine is wrong × pairs of records that hang on it
  bool bridge = false;       ///< joined now, and only by this pair
};

struct SamplePair {
  RecordPlace left;
  RecordPlace right;
  std::vector<EvidenceStep> steps;  ///< without values
  double prior_weight = 0;
  double probability = 0;
};

struct RightAt {
  double threshold = 0;  ///< probability
  double precision = 0;
  double recall = 0;
};

struct LinkStudy {
  std::int64_t records = 0;
  std::int64_t pairs = 0;
  std::int64_t joined = 0;
  std::int64_t persons = 0;
  double prior = 0;
  double threshold = 0;
  std::vector<ComparisonFigures> comparisons = {};
  std::vector<RuleFigures> rules = {};
  std::vector<std::int64_t> weights = {};       ///< joined and unjoined pairs by whole weight, from kLeastWeight up
  std::vector<std::int64_t> self_weights = {};  ///< records by the weight of a pair with themselves
  std::int64_t unlinkable = 0;                  ///< records whose own twin would not reach the threshold
  std::vector<SizeCount> sizes = {};
  std::int64_t bridges = 0;
  std::int64_t sparse_sets = 0;  ///< of three records or more, with less than half of their pairs joined
  std::vector<ClusterView> clusters = {};
  std::vector<ReviewPair> review = {};
  std::vector<SamplePair> samples = {};
  std::optional<double> lost_share = {};  ///< of the pairs that match, estimated to be never compared
  std::string truth_kind = {};            ///< "truth", "reviewed" or empty
  std::vector<RightAt> right = {};
  std::vector<std::string> notes = {};
};

inline constexpr int kLeastWeight = -30;
inline constexpr int kMostWeight = 40;

/// Errors: those of reading; link.column for a truth column that is not there. Cost: one engine run with edges kept from
/// a probability of 1/1000, and sorts of those edges.
Result<LinkStudy> study_linking(const StudyOptions& options, Progress& progress);

/// The study as a self-contained page (zh and en).
std::string study_page(const LinkStudy& study, std::string_view language);

}  // namespace songtan::link
