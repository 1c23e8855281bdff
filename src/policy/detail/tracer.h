// The walk of an explanation: from a variable down to the facts and parameter rows that it rests on. In: the law, a
// population, a place. Out: a tree of values. Recursion is as deep as the law's definitions, which the checker limits.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "policy/detail/simple.h"
#include "policy/trace.h"

namespace songtan::policy::detail {

class Tracer {
 public:
  Tracer(const Program& program, const Inputs& inputs, const Options& options)
      : program_(program), law_(program.law()), evaluator_(program.law(), inputs, options) {}

  /// The variable with its value and, the first time it is met, what it rests on.
  TraceNode variable(int index, const At& at);
  Value value(int index, const At& at) { return evaluator_.variable(index, at); }
  bool cut() const { return steps_ >= kMostSteps; }

 private:
  static constexpr int kMostSteps = 5'000;

  const Program& program_;
  const Law& law_;
  SimpleEvaluator evaluator_;
  int steps_ = 0;
  std::set<std::tuple<int, std::int64_t, PeriodKey, bool>> told_;

  TraceNode step(TraceNode::What what, Text label, const Type& type, const Value& value, int entity, const At& at);
  /// What an expression rests on, in the order of its text.
  void rests_on(int node, int entity, const At& at, std::vector<TraceNode>& into);
  void reduction(const Node& node, const At& at, std::vector<TraceNode>& into);
  void branch(const Node& node, int entity, const At& at, std::vector<TraceNode>& into);
  void past(const Node& node, int entity, const At& at, std::vector<TraceNode>& into);
  TraceNode condition(const LawCondition& condition, int entity, const At& at);
  TraceNode parameter(const Node& node, int entity, const At& at);
};

/// Refuses a programme or a subject that is not there.
Result<void> require_subject(const Program& program, const Inputs& inputs, int programme, std::int64_t subject);

/// A value of a type in words: "300元/月", "是", "待核".
std::string value_words(const Program& program, const Type& type, const Value& value);

}  // namespace songtan::policy::detail
