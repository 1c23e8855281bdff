#include "link/kernel/pair_judge.h"

#include <algorithm>

namespace songtan::link {
namespace {

bool is_edit(Operator operation) {
  return operation == Operator::levenshtein || operation == Operator::damerau_levenshtein;
}
bool is_jaro(Operator operation) { return operation == Operator::jaro || operation == Operator::jaro_winkler; }

constexpr double kRoundingSlack = 1e-12;

}  // namespace

std::uint8_t PairJudge::level(const CompiledComparison& comparison, RecordCodes left, RecordCodes right) {
  const auto last = static_cast<std::uint8_t>(comparison.levels.size() - 1);
  for (std::uint8_t i = 0; i < last; ++i) {
    const CompiledLevel& level = comparison.levels[i];
    if (level.otherwise) return i;
    for (const auto& tests : level.alternatives) {
      const bool all = std::all_of(tests.begin(), tests.end(), [&](const CompiledTest& test) {
        return holds(test, left[test.left], right[test.right]);
      });
      if (all) return i;
    }
  }
  return last;
}

bool PairJudge::holds(const CompiledTest& test, ValueCode a, ValueCode b) {
  if (test.operation == Operator::is_null) return a == 0 || b == 0;
  if (a == 0 || b == 0) return false;
  if (test.operation == Operator::exact) return a == b;
  const bool letters = is_edit(test.operation) || is_jaro(test.operation);
  if (!letters || values_.info(a).wide || values_.info(b).wide)
    return within_bound(test, plain_.measure(test.operation, a, b));
  return text_holds(test, a, b);
}

bool PairJudge::text_holds(const CompiledTest& test, ValueCode a, ValueCode b) {
  if (ruled_out(test, values_.info(a), values_.info(b))) return false;
  if (is_jaro(test.operation)) {
    const double jaro = jaro_of(test, a, b);
    const bool plain = test.operation == Operator::jaro;
    return within_bound(test, plain ? jaro : winkler_of(jaro, values_.letters(a), values_.letters(b)));
  }
  const int edits = edits_of(test, a, b);
  if (test.operation == Operator::levenshtein || edits <= 1 || within_bound(test, edits))
    return within_bound(test, edits);
  // A swap is one edit instead of two, so the other distance lies between half of this one and this one.
  return within_bound(test, (edits + 1) / 2) && within_bound(test, plain_.measure(test.operation, a, b));
}

bool PairJudge::ruled_out(const CompiledTest& test, const ValueInfo& a, const ValueInfo& b) const {
  const int common = __builtin_popcountll(a.bits & b.bits) + std::min(a.lost, b.lost);
  if (is_edit(test.operation)) return std::max(a.length, b.length) - common > test.bound;
  if (a.length == 0 || b.length == 0) return test.bound > 0;
  const std::uint32_t differing = a.first_four ^ b.first_four;
  const int same = differing == 0 ? 4 : __builtin_ctz(differing) / 8;
  const int prefix = test.operation == Operator::jaro ? 0 : std::min<int>({same, a.length, b.length});
  return jaro_winkler_at_most(a.length, b.length, common, prefix) < test.bound - kRoundingSlack;
}

PairJudge::Known& PairJudge::known(std::uint16_t column, ValueCode left) {
  if (known_.size() <= column) known_.resize(column + 1U);
  Known& one = known_[column];
  if (!one.pattern) one.pattern = std::make_unique<Pattern>();
  if (one.left != left) {
    one.left = left;
    one.right_of_jaro = one.right_of_edits = 0;
    one.pattern->set(values_.letters(left));
  }
  return one;
}

double PairJudge::jaro_of(const CompiledTest& test, ValueCode a, ValueCode b) {
  Known& one = known(test.left, a);
  if (one.right_of_jaro != b) {
    one.jaro = jaro(*one.pattern, values_.letters(b));
    one.right_of_jaro = b;
  }
  return one.jaro;
}

int PairJudge::edits_of(const CompiledTest& test, ValueCode a, ValueCode b) {
  Known& one = known(test.left, a);
  if (one.right_of_edits != b) {
    one.edits = levenshtein(*one.pattern, values_.letters(b));
    one.right_of_edits = b;
  }
  return one.edits;
}

}  // namespace songtan::link
