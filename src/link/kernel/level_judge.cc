#include "link/kernel/level_judge.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "link/kernel/name_grade.h"
#include "link/kernel/text_distance.h"

namespace songtan::link {
namespace {

constexpr std::array<std::string_view, 12> kOperatorWords = {
    "null",       "exact", "jaro_winkler", "jaro",         "jaccard",   "levenshtein", "damerau_levenshtein",
    "difference", "ratio", "tokens",       "list_overlap", "name_grade"};

// The distinct words of a text, sorted; the first 64 of them.
class WordSet {
 public:
  WordSet(std::string_view text, std::string_view separators) {
    for (std::size_t from = 0; from < text.size() && count_ < std::ssize(words_);) {
      const std::size_t start = text.find_first_not_of(separators, from);
      if (start == std::string_view::npos) break;
      const std::size_t end = std::min(text.find_first_of(separators, start), text.size());
      words_[count_++] = text.substr(start, end - start);
      from = end;
    }
    std::sort(words_.begin(), words_.begin() + count_);
    count_ = std::unique(words_.begin(), words_.begin() + count_) - words_.begin();
  }

  std::ptrdiff_t size() const { return count_; }

  std::ptrdiff_t in_common(const WordSet& other) const {
    std::ptrdiff_t both = 0;
    for (std::ptrdiff_t i = 0, j = 0; i < count_ && j < other.count_;) {
      const int order = words_[i].compare(other.words_[j]);
      both += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return both;
  }

 private:
  std::array<std::string_view, 64> words_;
  std::ptrdiff_t count_ = 0;
};

double token_share(std::string_view a, std::string_view b) {
  const WordSet left(a, " ,.-/\t");
  const WordSet right(b, " ,.-/\t");
  const std::ptrdiff_t fewer = std::min(left.size(), right.size());
  return fewer == 0 ? 0.0 : static_cast<double>(left.in_common(right)) / static_cast<double>(fewer);
}

// Lists as SQL engines print them, "[a, b]", or parted by bars.
double list_overlap(std::string_view a, std::string_view b) {
  return static_cast<double>(WordSet(a, "[]|,").in_common(WordSet(b, "[]|,")));
}

double text_measure(Operator operation, std::string_view a, std::string_view b) {
  switch (operation) {
    case Operator::jaro_winkler: return jaro_winkler_plain(a, b);
    case Operator::jaro: return jaro_plain(a, b);
    case Operator::jaccard: return jaccard(a, b);
    case Operator::levenshtein: return levenshtein_plain(a, b);
    default: return damerau_levenshtein(a, b);
  }
}

double wide_measure(Operator operation, std::u32string_view a, std::u32string_view b) {
  switch (operation) {
    case Operator::jaro_winkler: return jaro_winkler_plain(a, b);
    case Operator::jaro: return jaro_plain(a, b);
    case Operator::levenshtein: return levenshtein_plain(a, b);
    default: return damerau_levenshtein(a, b);
  }
}

}  // namespace

std::string_view word_of(Operator operation) { return kOperatorWords[static_cast<std::size_t>(operation)]; }

bool parse_operator(std::string_view word, Operator& operation) {
  const auto* const found = std::find(kOperatorWords.begin(), kOperatorWords.end(), word);
  if (found == kOperatorWords.end()) return false;
  operation = static_cast<Operator>(found - kOperatorWords.begin());
  return true;
}

bool is_similarity(Operator operation) {
  switch (operation) {
    case Operator::jaro_winkler:
    case Operator::jaro:
    case Operator::jaccard:
    case Operator::tokens:
    case Operator::list_overlap: return true;
    default: return false;
  }
}

bool within_bound(const CompiledTest& test, double value) {
  if (is_similarity(test.operation)) return test.strict ? value > test.bound : value >= test.bound;
  return test.strict ? value < test.bound : value <= test.bound;
}

double LevelJudge::measure(Operator operation, ValueCode left, ValueCode right) const {
  switch (operation) {
    case Operator::is_null: return left == 0 || right == 0 ? 0 : 1;
    case Operator::exact: return left == right ? 0 : 1;
    case Operator::difference: return std::abs(values_.number(left) - values_.number(right));
    case Operator::ratio: {
      const double larger = std::max(std::abs(values_.number(left)), std::abs(values_.number(right)));
      return larger == 0 ? 0 : std::abs(values_.number(left) - values_.number(right)) / larger;
    }
    case Operator::tokens: return token_share(values_.text(left), values_.text(right));
    case Operator::list_overlap: return list_overlap(values_.text(left), values_.text(right));
    case Operator::name_grade:
      return static_cast<double>(
          grade_of_names(code_of_name(values_.points(left)), code_of_name(values_.points(right))));
    default: break;
  }
  const bool wide = values_.info(left).wide || values_.info(right).wide;
  if (wide && operation != Operator::jaccard)
    return wide_measure(operation, values_.points(left), values_.points(right));
  return text_measure(operation, values_.letters(left), values_.letters(right));
}

bool LevelJudge::holds(const CompiledTest& test, RecordCodes left, RecordCodes right) const {
  const ValueCode a = left[test.left];
  const ValueCode b = right[test.right];
  if (test.operation == Operator::is_null) return a == 0 || b == 0;
  // As in SQL, nothing is true of a missing value; a NaN fails every bound.
  if (a == 0 || b == 0) return false;
  if (test.operation == Operator::exact) return a == b;
  return within_bound(test, measure(test.operation, a, b));
}

std::uint8_t LevelJudge::level(const CompiledComparison& comparison, RecordCodes left, RecordCodes right) const {
  for (std::size_t i = 0; i < comparison.levels.size(); ++i) {
    const CompiledLevel& level = comparison.levels[i];
    const bool holds_here =
        level.otherwise || std::any_of(level.alternatives.begin(), level.alternatives.end(), [&](const auto& tests) {
          return std::all_of(tests.begin(), tests.end(),
                             [&](const CompiledTest& test) { return holds(test, left, right); });
        });
    if (holds_here) return static_cast<std::uint8_t>(i);
  }
  return static_cast<std::uint8_t>(comparison.levels.size() - 1);
}

}  // namespace songtan::link
