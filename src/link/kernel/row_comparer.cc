#include "link/kernel/row_comparer.h"

#include <algorithm>

#include "base/mix.h"

namespace songtan::link {
namespace {

constexpr int kLengths = kBoundedLengths;
constexpr std::uint8_t kImpossible = 255;
constexpr std::size_t kBeyond = 3;  // bytes that a scan may read past the last need

bool is_edit(Operator operation) {
  return operation == Operator::levenshtein || operation == Operator::damerau_levenshtein;
}
bool is_jaro(Operator operation) { return operation == Operator::jaro || operation == Operator::jaro_winkler; }
bool is_text(Operator operation) { return is_edit(operation) || is_jaro(operation) || operation == Operator::jaccard; }

// Least number of common letters with which a Jaro–Winkler similarity can reach `bound`.
std::vector<std::uint8_t> needed_letters(double bound) {
  std::vector<std::uint8_t> need(static_cast<std::size_t>(kLengths * kLengths * kPrefixes) + kBeyond, kImpossible);
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

void add_level_of_edits(ComparisonPlan& plan) {
  const bool edits_only = std::all_of(plan.steps.begin(), plan.steps.end(), [](const ComparisonPlan::Step& step) {
    return step.test.operation == Operator::levenshtein;
  });
  if (!edits_only) return;
  for (std::size_t edits = 0; edits <= EditLanes::kLongest; ++edits) {
    std::uint8_t level = plan.other_level;
    for (const ComparisonPlan::Step& step : plan.steps) {
      if (level == plan.other_level && within_bound(step.test, static_cast<double>(edits))) level = step.level;
    }
    plan.level_of_edits.push_back(level);
  }
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
  add_level_of_edits(plan);
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
      pair_judge_(frame.values),
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

void RowComparer::load(const std::uint32_t* rows, std::size_t count, const std::uint32_t* records, std::size_t stride) {
  rows_ = rows;
  if (patterns_.size() < count) {
    patterns_.resize(count);
    survivors_.resize(count + 16);
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
    if (j + kAhead < count) {
      // The record may lie on two cache lines.
      __builtin_prefetch(records + rows[j + kAhead] * stride);
      __builtin_prefetch(records + (rows[j + kAhead] + 1) * stride - 1);
    }
    const RecordCodes record = records + rows[j] * stride;
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
    text.length[j] = info.wide ? kWideText : info.length;
    text.lost[j] = info.lost;
  }
}

std::size_t RowComparer::scan_text(const ComparisonPlan& plan, const LadderShares& shares, std::size_t i,
                                   std::size_t from, std::size_t to) {
  const TextColumn& text = texts_[plan.column];
  const ValueCode* codes = codes_[plan.column].data();
  if (plan.has_unbounded || text.length[i] >= kLengths) {
    add_code_levels(shares, codes, from, to, patterns_.data());
    std::size_t count = 0;
    for (std::size_t j = from; j < to; ++j) {
      survivors_[count] = static_cast<std::uint32_t>(j);
      count += codes[j] != 0 && codes[j] != shares.own ? 1 : 0;
    }
    return count;
  }
  const std::uint8_t* need = plan.has_jaro ? plan.need.data() + text.length[i] * kLengths * kPrefixes : nullptr;
  const TextBounds own{text.bits[i], text.first_four[i], text.length[i], text.lost[i], plan.most_edits, need};
  const TextView others{text.bits.data(), text.first_four.data(), text.length.data(), text.lost.data()};
  return add_text_levels(shares, own, codes, others, from, to, patterns_.data(), survivors_.data());
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
    if (plain || operation == Operator::jaccard) {
      value = judge_.measure(operation, left, right);
    } else if (is_edit(operation)) {
      if (edits < 0) edits = levenshtein(*pattern_, text);
      value = edits;
      // A swap is one edit instead of two, so the other distance lies between half of this one and this one.
      const bool open = operation == Operator::damerau_levenshtein && edits > 1 && !within_bound(step.test, edits);
      if (open && within_bound(step.test, (edits + 1) / 2)) value = judge_.measure(operation, left, right);
    } else {
      if (similarity < 0) similarity = jaro(*pattern_, text);
      value = operation == Operator::jaro ? similarity : winkler_of(similarity, pattern_->text(), text);
    }
    if (within_bound(step.test, value)) return step.level;
  }
  return plan.other_level;
}

void RowComparer::judge_lanes(const ComparisonPlan& plan, std::size_t i, std::size_t count) {
  const ValueCode* codes = codes_[plan.column].data();
  std::array<std::uint32_t, EditLanes::kLanes> places;
  const auto flush = [&] {
    const std::size_t lanes = lanes_.count();
    const std::uint16_t* distances = lanes_.distances(*pattern_);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      put_level(plan, places[lane], plan.level_of_edits[distances[lane]]);
  };
  for (std::size_t s = 0; s < count; ++s) {
    const std::size_t j = survivors_[s];
    const std::string_view text = frame_.values.letters(codes[j]);
    if (text.size() > EditLanes::kLongest || texts_[plan.column].length[j] == kWideText) {
      put_level(plan, j, judged(plan, codes[i], codes[j]));
      continue;
    }
    places[lanes_.count()] = static_cast<std::uint32_t>(j);
    lanes_.add(*pattern_, text);
    if (lanes_.count() == EditLanes::kLanes) flush();
  }
  if (lanes_.count() > 0) flush();
}

void RowComparer::compare_text(const ComparisonPlan& plan, std::size_t i, std::size_t from, std::size_t to) {
  constexpr std::size_t kWorthLanes = 3;
  const std::vector<ValueCode>& codes = codes_[plan.column];
  const LadderShares shares{codes[i], plan.radix * plan.equal_level, plan.radix * plan.null_level,
                            plan.radix * plan.other_level};
  const std::size_t count = scan_text(plan, shares, i, from, to);
  if (count == 0) return;
  pattern_->set(frame_.values.letters(codes[i]));
  const bool wide = texts_[plan.column].length[i] == kWideText;
  if (count >= kWorthLanes && !wide && !plan.level_of_edits.empty() && EditLanes::fits(*pattern_)) {
    judge_lanes(plan, i, count);
    return;
  }
  for (std::size_t s = 0; s < count; ++s) {
    const std::size_t j = survivors_[s];
    put_level(plan, j, judged(plan, codes[i], codes[j]));
  }
}

void RowComparer::compare_general(std::size_t index, std::size_t i, std::size_t from, std::size_t to) {
  const ComparisonPlan& plan = plans_[index];
  const RecordCodes left = frame_.record(rows_[i]);
  std::vector<Remembered>& memory = memory_[index];
  for (std::size_t j = from; j < to; ++j) {
    if (memory.empty()) {
      patterns_[j] += plan.radix * pair_judge_.level(plan.comparison, left, frame_.record(rows_[j]));
      continue;
    }
    const std::uint64_t pair = (std::uint64_t{codes_[plan.column][i]} << 32 | codes_[plan.column][j]) + 1;
    Remembered& slot = memory[mix64(pair) % kRemembered];
    if (slot.pair != pair) slot = {pair, pair_judge_.level(plan.comparison, left, frame_.record(rows_[j]))};
    patterns_[j] += plan.radix * slot.level;
  }
}

void RowComparer::compare(std::size_t i, std::size_t from, std::size_t to) {
  // What the own record lacks is the same for every partner.
  std::uint32_t lacking = 0;
  const auto decided = [&](const ComparisonPlan& plan) {
    return plan.kind != ComparisonPlan::Kind::general && codes_[plan.column][i] == 0;
  };
  for (const ComparisonPlan& plan : plans_) lacking += decided(plan) ? plan.radix * plan.null_level : 0;
  std::fill(patterns_.begin() + static_cast<std::ptrdiff_t>(from), patterns_.begin() + static_cast<std::ptrdiff_t>(to),
            lacking);
  for (std::size_t index = 0; index < plans_.size(); ++index) {
    const ComparisonPlan& plan = plans_[index];
    if (decided(plan)) continue;
    if (plan.kind == ComparisonPlan::Kind::general) {
      compare_general(index, i, from, to);
    } else if (plan.kind == ComparisonPlan::Kind::text) {
      compare_text(plan, i, from, to);
    } else {
      const std::vector<ValueCode>& codes = codes_[plan.column];
      add_code_levels(
          {codes[i], plan.radix * plan.equal_level, plan.radix * plan.null_level, plan.radix * plan.other_level},
          codes.data(), from, to, patterns_.data());
    }
  }
}

}  // namespace songtan::link
