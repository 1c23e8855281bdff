// Comparisons in the form the kernel runs: columns are positions, values are codes. A comparison is a ladder of levels;
// the first level that holds is the pair's. In: value codes of two records. Out: the level.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "link/kernel/value_book.h"

namespace songtan::link {

enum class Operator : std::uint8_t {
  is_null,  ///< either side has no value
  exact,
  jaro_winkler,         ///< at least
  jaro,                 ///< at least
  jaccard,              ///< at least
  levenshtein,          ///< at most
  damerau_levenshtein,  ///< at most
  difference,           ///< |number − number| at most
  ratio,                ///< |number − number| / larger absolute value at most
  tokens,               ///< share of the fewer words that the other side has, at least
  list_overlap,         ///< members of "[a, b]" or "a|b" in common, at least
  name_grade            ///< NameGrade at most
};

/// The word of an operator in model files, and back (count of words if unknown).
std::string_view word_of(Operator operation);
bool parse_operator(std::string_view word, Operator& operation);
/// True for operators whose bound is a least similarity.
bool is_similarity(Operator operation);

struct CompiledTest {
  Operator operation = Operator::exact;
  std::uint16_t left = 0;   ///< column on the left record
  std::uint16_t right = 0;  ///< column on the right record
  double bound = 0;
  bool strict = false;  ///< > or < instead of ≥ or ≤
};

/// Holds when all tests of one alternative hold.
struct CompiledLevel {
  std::vector<std::vector<CompiledTest>> alternatives;
  bool otherwise = false;
};

struct CompiledComparison {
  std::vector<CompiledLevel> levels;  ///< the last one is `otherwise`
};

/// Codes of one record, by column.
using RecordCodes = const ValueCode*;

/// Judges pairs one by one with the plain distances: the slow twin of PairEngine, and the voice of `explain`.
class LevelJudge {
 public:
  explicit LevelJudge(const ValueBook& values) : values_(values) {}

  bool holds(const CompiledTest& test, RecordCodes left, RecordCodes right) const;
  std::uint8_t level(const CompiledComparison& comparison, RecordCodes left, RecordCodes right) const;
  /// What the operator measures for two values that exist.
  double measure(Operator operation, ValueCode left, ValueCode right) const;

 private:
  const ValueBook& values_;
};

/// True if `value` lies on the right side of the test's bound.
bool within_bound(const CompiledTest& test, double value);

}  // namespace songtan::link
