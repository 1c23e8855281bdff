#include "link/detail/evidence_steps.h"

#include <algorithm>
#include <set>

namespace songtan::link {
namespace {

std::vector<std::string> columns_of(const ModelComparison& comparison) {
  std::vector<std::string> columns;
  for (const ModelLevel& level : comparison.levels) {
    for (const auto& tests : level.alternatives) {
      for (const ModelTest& test : tests) {
        for (const std::string& column : {test.left, test.right}) {
          if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
        }
      }
    }
  }
  return columns;
}

// The weight of the pair with this comparison alone, less the prior: exactly the engine's arithmetic.
double weight_at(const EngineModel& engine, const LinkageInput& input, std::size_t comparison, std::uint8_t level,
                 std::uint32_t left, std::uint32_t right) {
  EngineModel alone = {.comparisons = {engine.comparisons[comparison]},
                       .weights = {engine.weights[comparison]},
                       .log2_shares = engine.log2_shares,
                       .prior_weight = 0};
  return weight_of_pair(alone, input.frame, left, right, pattern_of({level}, alone.comparisons));
}

}  // namespace

std::vector<EvidenceStep> evidence_steps(const LinkModel& model, const LinkageInput& input, const EngineModel& engine,
                                         std::uint32_t left, std::uint32_t right) {
  const LevelJudge judge(input.frame.values);
  const RecordCodes a = input.frame.record(left);
  const RecordCodes b = input.frame.record(right);
  std::vector<EvidenceStep> steps;
  for (std::size_t at = 0; at < model.comparisons.size(); ++at) {
    const std::uint8_t held = judge.level(engine.comparisons[at], a, b);
    const ModelLevel& level = model.comparisons[at].levels[held];
    EvidenceStep step{.comparison = model.comparisons[at].name,
                      .level = level.label,
                      .is_null = level.is_null,
                      .m = level.m,
                      .u = level.u};
    step.weight = weight_at(engine, input, at, held, left, right);
    step.frequency_weight = step.weight - engine.weights[at][held].log2_bayes;
    step.columns = columns_of(model.comparisons[at]);
    for (const std::string& column : step.columns) {
      step.left.emplace_back(input.frame.values.text(a[input.column(column)]));
      step.right.emplace_back(input.frame.values.text(b[input.column(column)]));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

LinkModel with_blocking_columns(const LinkModel& model) {
  std::set<std::string> compared;
  for (const ModelComparison& comparison : model.comparisons) {
    for (const std::string& column : columns_of(comparison)) compared.insert(column);
  }
  LinkModel wide = model;
  for (const ModelBlockingRule& rule : model.blocking) {
    for (const std::string& column : rule.columns) {
      if (!compared.insert(column).second) continue;
      ModelLevel null;
      null.is_null = true;
      null.alternatives = {{{.operation = Operator::is_null, .left = column, .right = column}}};
      wide.comparisons.push_back({.name = column, .levels = {null, ModelLevel{}}, .why = {}});
    }
  }
  return wide;
}

RuleAnswer answer_of(const LinkModel& model, const LinkageInput& input, std::size_t rule, std::uint32_t left,
                     std::uint32_t right) {
  RuleAnswer answer{.columns = model.blocking[rule].columns};
  const std::vector<std::uint64_t>& keys = input.keys[rule].keys;
  if (keys[left] != 0 && keys[left] == keys[right]) {
    answer.verdict = RuleVerdict::meets;
    answer.block = std::ranges::count(keys, keys[left]);
    answer.skipped = model.most_in_block > 0 && answer.block > model.most_in_block;
    return answer;
  }
  for (const std::string& name : answer.columns) {
    const std::uint16_t column = input.column(name);
    const ValueCode a = input.frame.record(left)[column];
    const ValueCode b = input.frame.record(right)[column];
    const bool missing = a == 0 || b == 0;
    if (missing && answer.verdict != RuleVerdict::missing) {
      answer.verdict = RuleVerdict::missing;
      answer.because.clear();
    }
    if (missing || (answer.verdict == RuleVerdict::differs && a != b)) answer.because.push_back(name);
  }
  return answer;
}

}  // namespace songtan::link
