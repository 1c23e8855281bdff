#include "link/kernel/row_comparer.h"

#include <algorithm>
#include <bit>

#include "base/mix.h"
#include "link/kernel/clones.h"

namespace songtan::link {
namespace {

constexpr int kLengths = 32;  // signatures bound texts shorter than this
constexpr int kPrefixes = 5;
constexpr std::uint8_t kImpossible = 255;
constexpr std::uint16_t kWide = 0x7FFF;  // the length given to values without trustworthy letters

bool is_edit(Operator operation) {
  return operation == Operator::levenshtein || operation == Operator::damerau_levenshtein;
}
bool is_jaro(Operator operation) { return operation == Operator::jaro || operation == Operator::jaro_winkler; }
bool is_text(Operator operation) { return is_edit(operation) || is_jaro(operation) || operation == Operator::jaccard; }

// Least number of common letters with which a Jaro–Winkler similarity can reach `bound`.
std::vector<std::uint8_t> needed_letters(double bound) {
  std::vector<std::uint8_t> need(static_cast<std::size_t>(kLengths * kLengths * kPrefixes), kImpossible);
  for (int a = 0; a < kLengths; ++a) {
    for (int b = 0; b < kLengths; ++b) {
      for (int prefix = 0; prefix < kPrefixes; ++prefix) {
        int common = 1;
        while (common <= std::min(a, b) && jaro_winkler_at_most(a, b, common, prefix) < bound) ++common;
        if (common <= std::min(a, b))
          need[static_cast<std::size_t>((a * kLengths + b) * kPrefixes + prefix)] = static_cast<std::uint8_t>(common);
      }
    }
  }
  return need;
}

void add_text_bounds(ComparisonPlan& plan) {
  double loosest = 2;
  for (const ComparisonPlan::Step& step : plan.steps) {
    const CompiledTest& test = step.test;
    if (is_edit(test.operation))
      plan.most_edits = std::max(plan.most_edits, static_cast<int>(test.bound));
    else if (is_jaro(test.operation))
      loosest = std::min(loosest, test.bound);
    else
      plan.has_unbounded = true;
  }
  plan.has_jaro = loosest <= 1;
  if (plan.has_jaro) plan.need = needed_letters(loosest - 1e-12);
}

// Fills the plan's column if every test of the comparison looks at one and the same.
bool on_single_column(const CompiledComparison& comparison, std::uint16_t& column) {
  bool first = true;
  for (const CompiledLevel& level : comparison.levels) {
    for (const auto& tests : level.alternatives) {
      for (const CompiledTest& test : tests) {
        if (test.left != test.right || (!first && test.left != column)) return false;
        column = test.left;
        first = false;
      }
    }
  }
  return !first;
}

ComparisonPlan plan_of(const CompiledComparison& comparison) {
  ComparisonPlan plan;
  plan.comparison = comparison;
  plan.single_column = on_single_column(comparison, plan.column);
  const auto last = static_cast<std::uint8_t>(comparison.levels.size() - 1);
  plan.null_level = plan.equal_level = plan.other_level = last;
  bool simple = plan.single_column;
  for (std::uint8_t i = 0; i < last && simple; ++i) {
    const auto& alternatives = comparison.levels[i].alternatives;
    simple = alternatives.size() == 1 && alternatives.front().size() == 1;
    if (!simple) break;
    const CompiledTest& test = alternatives.front().front();
    if (test.operation == Operator::is_null)
      plan.null_level = std::min(plan.null_level, i);
    else if (test.operation == Operator::exact)
      plan.equal_level = std::min(plan.equal_level, i);
    else if (is_text(test.operation))
      plan.steps.push_back({i, test});
    else
      simple = false;
  }
  // A similarity ahead of the exact level would also hold for equal values; such ladders take the general way.
  const bool ladder = plan.steps.empty() || (plan.equal_level != last && plan.steps.front().level > plan.equal_level);
  if (!simple || !ladder) return plan;
  plan.kind = plan.steps.empty() ? ComparisonPlan::Kind::exact : ComparisonPlan::Kind::text;
  add_text_bounds(plan);
  return plan;
}

SONGTAN_CLONES void levels_by_code(const ValueCode* codes, ValueCode own, std::uint8_t equal, std::uint8_t null,
                                   std::uint8_t other, std::size_t from, std::size_t to, std::uint8_t* levels) {
  for (std::size_t j = from; j < to; ++j) {
    const std::uint8_t level = codes[j] == 0 ? null : other;
    levels[j] = codes[j] == own ? equal : level;
  }
}

SONGTAN_CLONES void add_levels(const std::uint8_t* levels, std::uint32_t radix, std::size_t from, std::size_t to,
                               std::uint32_t* patterns) {
  for (std::size_t j = from; j < to; ++j) patterns[j] += radix * levels[j];
}

struct Bounds {
  std::uint64_t bits;
  std::uint32_t first_four;
  int length;
  int lost;
  int most_edits;
  const std::uint8_t* need;  ///< row of this length, or null
};

struct TextView {
  const std::uint64_t* bits;
  const std::uint32_t* first_four;
  const std::uint16_t* length;
  const std::uint8_t* lost;
};

// Positions whose level is still open and whose signature allows one of the tests to hold.
SONGTAN_CLONES std::size_t possible(const Bounds& own, const TextView& other, const std::uint8_t* levels,
                                    std::uint8_t open, std::size_t from, std::size_t to, std::uint32_t* survivors) {
  std::size_t count = 0;
  for (std::size_t j = from; j < to; ++j) {
    const int length = other.length[j];
    const int lost = std::min<int>(other.lost[j], own.lost);
    const int common = __builtin_popcountll(other.bits[j] & own.bits) + lost;
    const std::uint32_t differing = other.first_four[j] ^ own.first_four;
    const int shorter = std::min(length, own.length);
    const int prefix = std::min(differing == 0 ? 4 : std::countr_zero(differing) / 8, shorter);
    const bool edits = std::max(length, own.length) - common <= own.most_edits;
    const bool bounded = own.need != nullptr && length < kLengths;
    const bool similar = own.need != nullptr && (!bounded || common >= own.need[length * kPrefixes + prefix]);
    survivors[count] = static_cast<std::uint32_t>(j);
    count += static_cast<std::size_t>(levels[j] == open && (edits || similar || length == kWide));
  }
  return count;
}

}  // namespace

std::vector<ComparisonPlan> plans_of(const std::vector<CompiledComparison>& comparisons) {
  std::vector<ComparisonPlan> plans;
  std::uint32_t radix = 1;
  for (const CompiledComparison& comparison : comparisons) {
    plans.push_back(plan_of(comparison));
    plans.back().radix = radix;
    radix *= static_cast<std::uint32_t>(comparison.levels.size());
  }
  return plans;
}

RowComparer::RowComparer(const EngineFrame& frame, const std::vector<ComparisonPlan>& plans)
    : frame_(frame),
      plans_(plans),
      judge_(frame.values),
      is_text_(frame.columns, false),
      codes_(frame.columns),
      texts_(frame.columns),
      pattern_(std::make_unique<Pattern>()),
      memory_(plans.size()) {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const ComparisonPlan& plan = plans[i];
    if (plan.kind == ComparisonPlan::Kind::text) is_text_[plan.column] = true;
    if (plan.kind == ComparisonPlan::Kind::general && plan.single_column) memory_[i].resize(kRemembered);
  }
}

void RowComparer::load(const std::uint32_t* rows, std::size_t count) {
  rows_ = rows;
  if (patterns_.size() < count) {
    patterns_.resize(count);
    levels_.resize(count);
    survivors_.resize(count + 1);
    for (std::size_t c = 0; c < codes_.size(); ++c) {
      codes_[c].resize(count);
      if (!is_text_[c]) continue;
      texts_[c].bits.resize(count);
      texts_[c].first_four.resize(count);
      texts_[c].length.resize(count);
      texts_[c].lost.resize(count);
    }
  }
  constexpr std::size_t kAhead = 16;
  for (std::size_t j = 0; j < count; ++j) {
    if (j + kAhead < count) __builtin_prefetch(frame_.record(rows[j + kAhead]));
    const RecordCodes record = frame_.record(rows[j]);
    for (std::size_t c = 0; c < codes_.size(); ++c) codes_[c][j] = record[c];
  }
  for (std::size_t c = 0; c < codes_.size(); ++c) {
    if (is_text_[c]) load_text(codes_[c].data(), count, texts_[c]);
  }
}

void RowComparer::load_text(const ValueCode* codes, std::size_t count, TextColumn& text) const {
  constexpr std::size_t kAhead = 16;
  for (std::size_t j = 0; j < count; ++j) {
    if (j + kAhead < count) __builtin_prefetch(&frame_.values.info(codes[j + kAhead]));
    const ValueInfo& info = frame_.values.info(codes[j]);
    text.bits[j] = info.bits;
    text.first_four[j] = info.first_four;
    text.length[j] = info.wide ? kWide : info.length;
    text.lost[j] = info.lost;
  }
}

std::size_t RowComparer::survivors_of(const ComparisonPlan& plan, std::size_t i, std::size_t from, std::size_t to) {
  const TextColumn& text = texts_[plan.column];
  const bool unbounded = plan.has_unbounded || text.length[i] >= kLengths;
  if (unbounded) {
    std::size_t count = 0;
    for (std::size_t j = from; j < to; ++j) {
      survivors_[count] = static_cast<std::uint32_t>(j);
      count += levels_[j] == plan.other_level ? 1 : 0;
    }
    return count;
  }
  const std::uint8_t* need = plan.has_jaro ? plan.need.data() + text.length[i] * kLengths * kPrefixes : nullptr;
  const Bounds own{text.bits[i], text.first_four[i], text.length[i], text.lost[i], plan.most_edits, need};
  const TextView other{text.bits.data(), text.first_four.data(), text.length.data(), text.lost.data()};
  return possible(own, other, levels_.data(), plan.other_level, from, to, survivors_.data());
}

std::uint8_t RowComparer::judged(const ComparisonPlan& plan, ValueCode left, ValueCode right) {
  const ValueBook& values = frame_.values;
  const bool plain = values.info(left).wide || values.info(right).wide;
  const std::string_view text = values.letters(right);
  double similarity = -1;
  int edits = -1;
  for (const ComparisonPlan::Step& step : plan.steps) {
    double value = 0;
    const Operator operation = step.test.operation;
    if (plain || operation == Operator::jaccard || operation == Operator::damerau_levenshtein) {
      value = judge_.measure(operation, left, right);
    } else if (operation == Operator::levenshtein) {
      if (edits < 0) edits = levenshtein(*pattern_, text);
      value = edits;
    } else {
      if (similarity < 0) similarity = jaro(*pattern_, text);
      value = operation == Operator::jaro ? similarity : winkler_of(similarity, pattern_->text(), text);
    }
    if (within_bound(step.test, value)) return step.level;
  }
  return plan.other_level;
}

void RowComparer::compare_text(const ComparisonPlan& plan, std::size_t i, std::size_t from, std::size_t to) {
  const std::vector<ValueCode>& codes = codes_[plan.column];
  const std::size_t count = survivors_of(plan, i, from, to);
  if (count == 0) return;
  pattern_->set(frame_.values.letters(codes[i]));
  for (std::size_t s = 0; s < count; ++s) {
    const std::size_t j = survivors_[s];
    levels_[j] = judged(plan, codes[i], codes[j]);
  }
}

void RowComparer::compare_general(std::size_t index, std::size_t i, std::size_t from, std::size_t to) {
  const ComparisonPlan& plan = plans_[index];
  const RecordCodes left = frame_.record(rows_[i]);
  std::vector<Remembered>& memory = memory_[index];
  for (std::size_t j = from; j < to; ++j) {
    if (memory.empty()) {
      levels_[j] = judge_.level(plan.comparison, left, frame_.record(rows_[j]));
      continue;
    }
    const std::uint64_t pair = (std::uint64_t{codes_[plan.column][i]} << 32 | codes_[plan.column][j]) + 1;
    Remembered& slot = memory[mix64(pair) % kRemembered];
    if (slot.pair != pair) slot = {pair, judge_.level(plan.comparison, left, frame_.record(rows_[j]))};
    levels_[j] = slot.level;
  }
}

void RowComparer::compare(std::size_t i, std::size_t from, std::size_t to) {
  std::fill(patterns_.begin() + static_cast<std::ptrdiff_t>(from), patterns_.begin() + static_cast<std::ptrdiff_t>(to),
            0U);
  for (std::size_t index = 0; index < plans_.size(); ++index) {
    const ComparisonPlan& plan = plans_[index];
    if (plan.kind == ComparisonPlan::Kind::general) {
      compare_general(index, i, from, to);
    } else {
      const std::vector<ValueCode>& codes = codes_[plan.column];
      const ValueCode own = codes[i];
      if (own == 0) {
        std::fill(levels_.begin() + static_cast<std::ptrdiff_t>(from),
                  levels_.begin() + static_cast<std::ptrdiff_t>(to), plan.null_level);
      } else {
        levels_by_code(codes.data(), own, plan.equal_level, plan.null_level, plan.other_level, from, to,
                       levels_.data());
        if (plan.kind == ComparisonPlan::Kind::text) compare_text(plan, i, from, to);
      }
    }
    add_levels(levels_.data(), plan.radix, from, to, patterns_.data());
  }
}

}  // namespace songtan::link
