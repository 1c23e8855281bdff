#include "policy/detail/tracer.h"

#include <algorithm>

#include "policy/testing.h"

namespace songtan::policy::detail {
namespace {

const Type kBoolean{.kind = ValueKind::boolean, .enumeration = -1, .unit = {}, .scale = 0, .literal = false};

// The value of the step that bears a name, for {name} in a sentence; a name that no step bears stays as it is.
const TraceNode* named(const std::vector<TraceNode>& steps, const std::string& name) {
  for (const TraceNode& step : steps) {
    if (step.label.zh == name) return &step;
  }
  for (const TraceNode& step : steps) {
    if (const TraceNode* found = named(step.children, name)) return found;
  }
  return nullptr;
}

std::string filled_in(std::string sentence, const std::vector<TraceNode>& steps) {
  for (std::size_t open = sentence.find('{'); open != std::string::npos; open = sentence.find('{', open + 1)) {
    const std::size_t close = sentence.find('}', open);
    if (close == std::string::npos) break;
    const TraceNode* step = named(steps, sentence.substr(open + 1, close - open - 1));
    if (step != nullptr) sentence.replace(open, close - open + 1, step->value);
  }
  return sentence;
}

}  // namespace

std::string value_words(const Program& program, const Type& type, const Value& value) {
  const VariableInfo info{.name = {},
                          .kind = type.kind,
                          .unit = type.unit.text(),
                          .scale = type.scale,
                          .enumeration = type.enumeration,
                          .article = {},
                          .file = {}};
  const auto words = [&](Wide low, Wide high) {
    return value_text(program, info, static_cast<std::int64_t>(low), static_cast<std::int64_t>(high), value.trouble);
  };
  const bool bounded =
      type.kind == ValueKind::number && value.trouble == Trouble::none && value.low != value.high && value.low > 0;
  return bounded ? words(value.low, value.high) + "（至少 " + words(value.low, value.low) + "）"
                 : words(value.low, value.high);
}

TraceNode Tracer::step(TraceNode::What what, Text label, const Type& type, const Value& value, int entity,
                       const At& at) {
  ++steps_;
  TraceNode made;
  made.what = what;
  made.label = std::move(label);
  made.value = value_words(program_, type, value);
  made.entity = law_.entities[static_cast<std::size_t>(std::max(entity, 0))].info.name;
  made.period = at.period.unit == TimeUnit::eternity ? std::string() : at.period.text();
  made.row = at.row;
  return made;
}

TraceNode Tracer::variable(int index, const At& at) {
  const Variable& variable = law_.variable(index);
  At here = at;
  if (variable.info.period == TimeUnit::eternity) here.period = PeriodKey::eternity();
  const Value value = evaluator_.variable(index, here);
  const auto what = variable.info.input ? TraceNode::What::fact : TraceNode::What::rule;
  TraceNode made =
      step(what, {variable.info.name, variable.info.name}, variable.type, value, variable.info.entity, here);
  made.variable = index;
  const Version* version = variable.info.input ? nullptr : version_on(variable, here.period.first());
  made.article = version == nullptr || version->article.empty() ? variable.info.article : version->article;
  if (version == nullptr || cut() || !told_.emplace(index, here.row, here.period, here.presumed).second) return made;
  for (const LawCondition& each : version->conditions)
    made.children.push_back(condition(each, variable.info.entity, here));
  if (version->conditions.empty()) rests_on(version->node, variable.info.entity, here, made.children);
  return made;
}

TraceNode Tracer::condition(const LawCondition& each, int entity, const At& at) {
  const Value value = evaluator_.node(each.node, entity, at);
  TraceNode made = step(TraceNode::What::condition, each.label, kBoolean, value, entity, at);
  made.article = each.article;
  rests_on(each.node, entity, at, made.children);
  if (value.surely_not() && !each.unless.empty()) {
    const std::string sentence = filled_in(each.unless, made.children);
    made.why_not = {sentence, sentence};
  }
  return made;
}

TraceNode Tracer::parameter(const Node& node, int entity, const At& at) {
  const Parameter& parameter = law_.parameters[static_cast<std::size_t>(node.index)];
  const auto id = static_cast<int>(&node - law_.nodes.data());
  TraceNode made = step(TraceNode::What::parameter, {parameter.name, parameter.name}, node.type,
                        evaluator_.node(id, entity, at), entity, at);
  if (const ParameterRow* row = evaluator_.row_used(node, entity, at)) {
    made.article = row->document;
    made.to_confirm = row->unconfirmed;
    made.period = (row->dates.from ? row->dates.from->text() : std::string()) + ".." +
                  (row->dates.to ? row->dates.to->text() : std::string());
  }
  return made;
}

void Tracer::branch(const Node& node, int entity, const At& at, std::vector<TraceNode>& into) {
  rests_on(node.args[0], entity, at, into);
  const Value when = evaluator_.node(node.args[0], entity, at);
  if (!when.surely_not()) rests_on(node.args[1], entity, at, into);
  if (!when.surely()) rests_on(node.args[2], entity, at, into);
}

// Members for whom the filter surely does not hold say nothing; of the others, filter and value.
void Tracer::reduction(const Node& node, const At& at, std::vector<TraceNode>& into) {
  for (const std::int64_t row : evaluator_.rows_in(node.over, at.row)) {
    if (cut()) return;
    At there = at;
    there.row = row;
    const int filter = node.args[0];
    if (filter != kNoNode) {
      rests_on(filter, 0, there, into);
      if (evaluator_.node(filter, 0, there).surely_not()) continue;
    }
    if (node.args.size() > 1 && node.args[1] != kNoNode) rests_on(node.args[1], 0, there, into);
  }
}

// Twelve equal months are one step, not twelve.
void Tracer::past(const Node& node, int entity, const At& at, std::vector<TraceNode>& into) {
  const Value length = evaluator_.node(node.args[1], entity, at);
  if (!length.exact() || length.low < 1 || length.low > kFarthestLag) return;
  std::vector<TraceNode> months;
  for (int back = static_cast<int>(length.low); back >= 1 && !cut(); --back) {
    At there = at;
    there.period = at.period.plus(-back);
    there.lagged = true;
    std::vector<TraceNode> month;
    rests_on(node.args[0], entity, there, month);
    for (TraceNode& each : month) {
      const bool same = !months.empty() && month.size() == 1 && months.back().label.zh == each.label.zh &&
                        months.back().value == each.value;
      if (same)
        months.back().period = months.back().period.substr(0, 7) + ".." + each.period;
      else
        months.push_back(std::move(each));
    }
  }
  std::move(months.begin(), months.end(), std::back_inserter(into));
}

void Tracer::rests_on(int id, int entity, const At& at, std::vector<TraceNode>& into) {
  if (cut()) return;
  const Node& node = law_.node(id);
  At there = at;
  switch (node.op) {
    case Op::variable: into.push_back(variable(node.index, at)); return;
    case Op::parameter: into.push_back(parameter(node, entity, at)); return;
    case Op::select: return branch(node, entity, at, into);
    case Op::reduce: return reduction(node, at, into);
    case Op::past: return past(node, entity, at, into);
    case Op::from_group:
      there.row = evaluator_.group_row(node.index, at.row);
      return rests_on(node.args[0], node.index, there, into);
    case Op::from_link: {
      const auto rows = evaluator_.rows_in({-1, node.index, -1}, at.row);
      if (rows.empty()) return;
      there.row = rows[0];
      return rests_on(node.args[0], 0, there, into);
    }
    case Op::shift:
    case Op::this_year:
    case Op::this_month:
    case Op::this_week:
    case Op::first_day:
    case Op::first_week:
    case Op::first_month:
    case Op::last_month:
      there.period = evaluator_.moved(node, at.period);
      there.lagged = at.lagged || node.op == Op::shift;
      return rests_on(node.args[0], entity, there, into);
    default: break;
  }
  for (const int arg : node.args) {
    if (arg != kNoNode) rests_on(arg, entity, at, into);
  }
}

}  // namespace songtan::policy::detail
