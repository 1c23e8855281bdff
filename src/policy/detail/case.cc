#include "policy/detail/case.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "policy/detail/scene.h"
#include "policy/testing.h"

namespace songtan::policy::detail {
namespace {

struct Asked {
  std::vector<Wanted> wanted;
  std::vector<std::int64_t> rows;
};

// What a test expects, as questions about rows.
Result<Asked> asked_of(const Program& program, const TestDecl& test, const SceneBuilder& scene) {
  Asked asked;
  for (const TestValue& each : test.expected) {
    TRY(const auto found, scene.target(each));
    const VariableInfo& variable = program.variables()[static_cast<std::size_t>(found.first)];
    PeriodKey period = PeriodKey::containing(variable.period, scene.month().first());
    if (!each.period.empty()) {
      const auto named = PeriodKey::parse(each.period);
      if (!named || (named->unit != variable.period && variable.period != TimeUnit::eternity))
        return scene.refuse(each.place, {fmt::format("“@{}”不是“{}”的期间", each.period, variable.name),
                                         fmt::format("'@{}' is not a period of '{}'", each.period, variable.name)});
      period = *named;
    }
    asked.wanted.push_back({found.first, period, false});
    asked.rows.push_back(std::max<std::int64_t>(found.second, 0));
  }
  return asked;
}

// The block evaluator's answers, held equal to its slow twin's; or those of the slow twin alone.
Result<std::vector<ValueColumn>> answers(const Program& program, const SceneBuilder& scene, const Asked& asked,
                                         Twins twins) {
  Options options = scene.options();
  options.simple = true;
  TRY(std::vector<ValueColumn> slow, compute(program, scene.scene().inputs, asked.wanted, options));
  if (twins == Twins::slow_only) return slow;
  TRY(const std::vector<ValueColumn> fast, compute(program, scene.scene().inputs, asked.wanted, scene.options()));
  for (std::size_t i = 0; i < fast.size(); ++i)
    CHECK_PROMISE(fast[i].low == slow[i].low && fast[i].high == slow[i].high && fast[i].trouble == slow[i].trouble);
  return slow;
}

Result<void> compare(const Program& program, const SceneBuilder& scene, const TestValue& each, const Asked& asked,
                     std::size_t i, const ValueColumn& found) {
  const VariableInfo& variable = program.variables()[static_cast<std::size_t>(asked.wanted[i].variable)];
  const auto row = static_cast<std::size_t>(asked.rows[i]);
  const Trouble trouble = found.trouble.empty() ? Trouble::none : found.trouble[row];
  const bool unknown = trouble != Trouble::none || found.low[row] != found.high[row];
  const bool wants_unknown = canonical(each.values[0]) == "待核";
  const auto value =
      wants_unknown ? std::nullopt : parse_value(program, variable, each.values[0] + (each.unit == "%" ? "%" : ""));
  if (!wants_unknown && !value)
    return scene.refuse(each.place, {fmt::format("“{}”不是“{}”的值", each.values[0], variable.name),
                                     fmt::format("'{}' is no value of '{}'", each.values[0], variable.name)});
  if (wants_unknown ? unknown : !unknown && *value == found.low[row]) return {};
  const std::string words = value_text(program, variable, found.low[row], found.high[row], trouble);
  return scene.refuse(each.place,
                      {fmt::format("期望 {} = {}，算得 {}", fmt::join(each.name, "·"), each.values[0], words),
                       fmt::format("expected {} = {} but found {}", fmt::join(each.name, "·"), each.values[0], words)});
}

}  // namespace

Result<void> run_case(const Program& program, const TestDecl& test, Twins twins) {
  SceneBuilder scene(program, test);
  TRY(const Program own, scene.prepare());
  TRY(const Asked asked, asked_of(program, test, scene));
  TRY(const std::vector<Need> wanted, needs(own, asked.wanted, scene.options()));
  scene.fill(own, wanted);
  TRY(const std::vector<ValueColumn> found, answers(own, scene, asked, twins));
  for (std::size_t i = 0; i < found.size(); ++i)
    TRY_VOID(compare(program, scene, test.expected[i], asked, i, found[i]));
  return {};
}

std::vector<int> variables_expected(const Program& program, const TestDecl& test) {
  SceneBuilder scene(program, test);
  std::vector<int> variables;
  if (!scene.prepare()) return variables;
  for (const TestValue& each : test.expected) {
    if (const auto found = scene.target(each)) variables.push_back(found->first);
  }
  return variables;
}

}  // namespace songtan::policy::detail
