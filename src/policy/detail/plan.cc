#include "policy/detail/plan.h"

#include <algorithm>
#include <array>

#include "policy/detail/plan_tables.h"
#include "policy/detail/simple.h"

namespace songtan::policy::detail {
namespace {

constexpr Wide kNarrow = Wide{1} << 61;
constexpr Wide kUnbounded = Wide{1} << 121;

Wide clamped(Wide value) { return std::clamp(value, -kUnbounded, kUnbounded); }

Wide times(Wide a, Wide b) {
  Wide out = 0;
  if (__builtin_mul_overflow(a, b, &out)) return (a < 0) != (b < 0) ? -kUnbounded : kUnbounded;
  return clamped(out);
}

std::pair<Wide, Wide> product_range(Wide a, Wide b, Wide c, Wide d) {
  const auto [low, high] = std::minmax({times(a, c), times(a, d), times(b, c), times(b, d)});
  return {low, high};
}

class Planner {
 public:
  Planner(const Law& law, const Inputs& inputs, const Options& options)
      : law_(law), inputs_(inputs), options_(options), simple_(law, nobody_, options) {
    for (std::size_t g = 0; g < inputs.groups.size() && plan_.primary < 0; ++g) {
      if (inputs.groups[g].members.empty()) plan_.primary = static_cast<int>(g) + 1;
    }
    for (const InputColumn& column : inputs.columns) columns_[column.need] = &column;
    for (const Membership& group : inputs.groups) most_.push_back(longest(group.offsets));
    for (const LinkLists& links : inputs.links) most_linked_.push_back(longest(links.offsets));
  }

  Plan run(const std::vector<Ask>& asks) {
    for (const Ask& ask : asks) {
      const Where where{ask.entity, ask.period, ask.presumed, false};
      plan_.answers.push_back(ask.variable >= 0 ? variable(ask.variable, where, true) : node(ask.node, where));
    }
    for (const Step& step : plan_.steps) keep_operands(step);
    for (const Register& each : plan_.registers) plan_.stages = std::max(plan_.stages, each.stage + 1);
    return std::move(plan_);
  }

 private:
  struct Where {
    int entity;
    PeriodKey period;
    bool presumed;
    bool lagged;
    auto operator<=>(const Where&) const = default;
  };

  const Law& law_;
  const Inputs& inputs_;
  const Options& options_;
  Inputs nobody_;
  SimpleEvaluator simple_;
  Plan plan_;
  std::map<Need, const InputColumn*> columns_;
  std::vector<Wide> most_, most_linked_;
  std::map<std::pair<int, Where>, int> nodes_, variables_;
  std::map<std::vector<std::int64_t>, int> shared_;
  std::map<const InputColumn*, std::pair<std::int64_t, std::int64_t>> spans_;

  static Wide longest(const std::vector<std::int64_t>& offsets) {
    std::int64_t most = 0;
    for (std::size_t i = 1; i < offsets.size(); ++i) most = std::max(most, offsets[i] - offsets[i - 1]);
    return most;
  }

  Register& reg(int id) { return plan_.registers[static_cast<std::size_t>(id)]; }

  int constant(Wide value, ValueKind kind, int entity) {
    Register made;
    made.kind = kind;
    made.constant = true;
    made.entity = entity;
    made.value = made.low = made.high = value;
    return share(made, Step{},
                 {-1, static_cast<std::int64_t>(value), static_cast<std::int64_t>(value >> 64),
                  static_cast<std::int64_t>(kind)});
  }

  // Registers with the same meaning are one register.
  int share(Register made, Step step, std::vector<std::int64_t> key) {
    key.push_back(made.entity);
    const auto [at, fresh] = shared_.emplace(std::move(key), static_cast<int>(plan_.registers.size()));
    if (!fresh) return at->second;
    made.store = made.kind == ValueKind::boolean                ? Store::byte
                 : made.low >= -kNarrow && made.high <= kNarrow ? Store::narrow
                                                                : Store::wide;
    plan_.registers.push_back(made);
    if (!made.constant) {
      step.out = at->second;
      plan_.steps.push_back(std::move(step));
    }
    return at->second;
  }

  std::vector<std::int64_t> key_of(const Step& step) const {
    std::vector<std::int64_t> key{static_cast<std::int64_t>(step.what), step.period.index,
                                  static_cast<std::int64_t>(step.period.unit), step.variable};
    if (step.node != nullptr) {
      const Node& n = *step.node;
      for (const std::int64_t part : {static_cast<std::int64_t>(n.op), static_cast<std::int64_t>(n.index),
                                      static_cast<std::int64_t>(n.value), static_cast<std::int64_t>(n.value >> 64),
                                      static_cast<std::int64_t>(n.rounding), static_cast<std::int64_t>(n.fold),
                                      static_cast<std::int64_t>(n.over.group), static_cast<std::int64_t>(n.over.link),
                                      static_cast<std::int64_t>(n.over.role), static_cast<std::int64_t>(n.type.kind)}) {
        key.push_back(part);
      }
    }
    for (const int arg : step.args) key.push_back(arg);
    return key;
  }

  int make(Register made, Step step) {
    for (const int arg : step.args) {
      if (arg >= 0) made.stage = std::max(made.stage, reg(arg).stage);
    }
    std::vector<std::int64_t> key = key_of(step);
    return share(made, std::move(step), std::move(key));
  }

  void keep_operands(const Step& step) {
    const int stage = reg(step.out).stage;
    for (const int arg : step.args) {
      if (arg >= 0 && !reg(arg).constant && reg(arg).stage < stage) reg(arg).full = true;
    }
  }

  int variable(int index, Where where, bool absent_is_zero);
  int input(int index, Where where);
  int node(int id, Where where);
  int build(const Node& node, Where where);
  int rowwise(const Node& node, Where where);
  int apply(const Node& node, std::vector<int> args, int entity, PeriodKey period);
  int fold(const Node& node, Where where);
  int past(const Node& node, Where where);
  int chain(const Node& node, const std::vector<int>& parts, Where where);
  std::pair<Wide, Wide> range(const Node& node, const std::vector<int>& args, const Step& step);
  static void include(Register& made, Wide low, Wide high);
  void bound_by_column(Register& made, Step& step);
  void tables(Step& step);
};

int Planner::input(int index, Where where) {
  const Variable& variable = law_.variable(index);
  const auto found = columns_.find({index, where.period});
  int stand_in = -1;
  int stand_in_node = where.presumed ? variable.presumption : kNoNode;
  if (options_.use_defaults && variable.default_node != kNoNode) stand_in_node = variable.default_node;
  const bool complete = found != columns_.end() && found->second->known.empty();
  if (!complete && stand_in_node != kNoNode) {
    Where here = where;
    here.lagged = false;
    stand_in = node(stand_in_node, here);
  } else if (!complete && options_.use_defaults && !variable.info.input) {
    stand_in = constant(0, variable.type.kind, variable.info.entity);
  }
  if (found == columns_.end() && stand_in >= 0) return stand_in;
  Step step;
  step.what = Do::load;
  step.variable = index;
  step.period = where.period;
  step.column = found == columns_.end() ? nullptr : found->second;
  step.args = {stand_in};
  Register made;
  made.kind = variable.type.kind;
  made.entity = variable.info.entity;
  bound_by_column(made, step);
  if (stand_in >= 0) {
    include(made, reg(stand_in).low, reg(stand_in).high);
  } else if (!complete) {
    include(made, variable.lowest, variable.highest);
  }
  return make(made, std::move(step));
}

void Planner::include(Register& made, Wide low, Wide high) {
  made.low = std::min(made.low, low);
  made.high = std::max(made.high, high);
}

// What the column really holds: a few ordinary amounts leave room for 64-bit products where the type alone would not.
void Planner::bound_by_column(Register& made, Step& step) {
  if (made.kind == ValueKind::boolean) {
    made.low = 0;
    made.high = 1;
    step.bounded = true;
    return;
  }
  if (step.column == nullptr) return;
  auto found = spans_.find(step.column);
  if (found == spans_.end()) found = spans_.emplace(step.column, span_of(*step.column, options_.threads)).first;
  const auto [least, most] = found->second;
  step.bounded = least >= -kLargestInput && most <= kLargestInput;
  include(made, std::max(least, -kLargestInput), std::min(most, kLargestInput));
}

int Planner::variable(int index, Where where, bool absent_is_zero) {
  const Variable& variable = law_.variable(index);
  if (variable.info.period == TimeUnit::eternity) where.period = PeriodKey::eternity();
  where.entity = variable.info.entity;
  if (variable.info.input || (variable.recurrent && where.lagged)) return input(index, where);
  const std::pair key{index * 2 + (absent_is_zero ? 1 : 0), where};
  if (const auto found = variables_.find(key); found != variables_.end()) return found->second;
  const Version* version = version_on(variable, where.period.first());
  int out = -1;
  if (version == nullptr && absent_is_zero) {
    out = constant(0, variable.type.kind, where.entity);
  } else if (version == nullptr) {
    static const Node kAbsent = [] {
      Node n;
      n.op = Op::constant;
      return n;
    }();
    Step step;
    step.what = Do::check;
    step.node = &kAbsent;
    Register made;
    made.kind = variable.type.kind;
    made.entity = where.entity;
    made.high = made.kind == ValueKind::boolean ? 1 : 0;
    out = make(made, std::move(step));
  } else {
    out = node(version->node, where);
    if (reg(out).store == Store::wide) {
      Step step;
      step.what = Do::check;
      step.args = {out};
      Register made = reg(out);
      made.constant = made.full = false;
      made.low = std::max(made.low, Wide{-kLargestStored});
      made.high = std::min(made.high, Wide{kLargestStored});
      out = make(made, std::move(step));
    }
  }
  if (const auto given = columns_.find({index, where.period}); given != columns_.end()) {  // a value given for a rule
    Step step;
    step.what = Do::load;
    step.variable = index;
    step.period = where.period;
    step.column = given->second;
    step.args = {out};
    Register made = reg(out);
    made.constant = made.full = false;
    bound_by_column(made, step);
    out = make(made, std::move(step));
  }
  variables_[key] = out;
  return out;
}

int Planner::node(int id, Where where) {
  const std::pair key{id, where};
  if (const auto found = nodes_.find(key); found != nodes_.end()) return found->second;
  const int out = build(law_.node(id), where);
  nodes_[key] = out;
  return out;
}

int Planner::build(const Node& node, Where where) {
  Where there = where;
  switch (node.op) {
    case Op::constant: return constant(node.value, node.type.kind, where.entity);
    case Op::variable: return variable(node.index, where, node.value == 1);
    case Op::day_of_period:
      return constant(simple_.day_for(node.value, where.period).days, ValueKind::date, where.entity);
    case Op::reduce: return fold(node, where);
    case Op::past: return past(node, where);
    case Op::inside: {
      std::vector<int> parts;
      for (const PeriodKey& part : periods_inside(node, where.period)) {
        there.period = part;
        parts.push_back(this->node(node.args[0], there));
      }
      return chain(node, parts, where);
    }
    case Op::shift:
    case Op::this_year:
    case Op::this_month:
    case Op::this_week:
    case Op::first_day:
    case Op::first_week:
    case Op::first_month:
    case Op::last_month:
      there.period = simple_.moved(node, where.period);
      there.lagged = where.lagged || node.op == Op::shift;
      return this->node(node.args[0], there);
    default: return rowwise(node, where);
  }
}

int Planner::past(const Node& node, Where where) {
  const Value length = simple_.node(node.args[1], where.entity, {0, where.period, where.presumed, false});
  if (!length.exact() || length.low < 1 || length.low > kFarthestLag) {
    static const Node kAbsent = [] {
      Node n;
      n.op = Op::constant;
      return n;
    }();
    Step step;
    step.what = Do::check;
    step.node = &kAbsent;
    Register made;
    made.kind = node.type.kind;
    made.entity = where.entity;
    made.high = made.kind == ValueKind::boolean ? 1 : 0;
    return make(made, std::move(step));
  }
  std::vector<int> parts;
  for (int back = 1; back <= static_cast<int>(length.low); ++back) {
    Where there = where;
    there.period = where.period.plus(-back);
    there.lagged = true;
    parts.push_back(this->node(node.args[0], there));
  }
  return chain(node, parts, where);
}

// a ∘ b ∘ c …, pairwise from the left, as the simple evaluator folds.
int Planner::chain(const Node& node, const std::vector<int>& parts, Where where) {
  static const std::array kPairs = [] {
    std::array<Node, 5> nodes;
    nodes[0].op = Op::add;
    nodes[1].op = Op::larger;
    nodes[2].op = Op::smaller;
    nodes[3].op = Op::either;
    nodes[4].op = Op::both;
    nodes[3].type.kind = nodes[4].type.kind = ValueKind::boolean;
    return nodes;
  }();
  std::size_t which = 0;
  if (node.fold == Fold::largest) which = 1;
  if (node.fold == Fold::smallest) which = 2;
  if (node.fold == Fold::any) which = 3;
  if (node.fold == Fold::all) which = 4;
  int out = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i)
    out = apply(kPairs[which], {out, parts[i]}, where.entity, where.period);
  return out;
}

int Planner::rowwise(const Node& node, Where where) {
  Step step;
  step.node = &node;
  Register made;
  made.kind = node.type.kind;
  made.entity = where.entity;
  switch (node.op) {
    case Op::from_group: {
      const int inner = this->node(node.args[0], {node.index, where.period, where.presumed, where.lagged});
      if (reg(inner).constant) return constant(reg(inner).value, reg(inner).kind, where.entity);
      step.local = node.index == plan_.primary;
      step.what = step.local ? Do::down : Do::gather;
      step.args = {inner};
      made.low = reg(inner).low;
      made.high = reg(inner).high;
      if (!step.local) {
        made.stage = reg(inner).stage + 1;
        reg(inner).full = true;
      }
      return make(made, std::move(step));
    }
    case Op::from_link: {
      const int inner = this->node(node.args[0], {0, where.period, where.presumed, where.lagged});
      step.what = Do::gather;
      step.args = {inner};
      const Wide none = none_of(node.type.kind);
      made.low = std::min(reg(inner).low, none);
      made.high = std::max(reg(inner).high, none);
      made.stage = reg(inner).stage + 1;
      reg(inner).full = true;
      return make(made, std::move(step));
    }
    case Op::role_is:
    case Op::position:
      step.what = node.op == Op::role_is ? Do::role_is : Do::position;
      made.high = node.op == Op::role_is ? Wide{1} : most_[static_cast<std::size_t>(node.index - 1)];
      return make(made, std::move(step));
    case Op::rank: {
      const int inner = this->node(node.args[0], where);
      step.what = Do::rank;
      step.local = node.index == plan_.primary;
      step.args = {inner};
      made.high = most_[static_cast<std::size_t>(node.index - 1)];
      if (!step.local) {
        made.stage = reg(inner).stage + 1;
        reg(inner).full = true;
      }
      return make(made, std::move(step));
    }
    default: break;
  }
  std::vector<int> args;
  for (const int arg : node.args) args.push_back(this->node(arg, where));
  return apply(node, std::move(args), where.entity, where.period);
}

int Planner::apply(const Node& node, std::vector<int> args, int entity, PeriodKey period) {
  const bool folded = std::ranges::all_of(args, [&](int arg) { return reg(arg).constant; });
  if (folded) {
    std::vector<Value> values;
    for (const int arg : args) values.push_back({reg(arg).value, reg(arg).value, Trouble::none, {}});
    const Value out = detail::apply(law_, node, values, period);
    if (out.exact()) return constant(out.low, node.type.kind, entity);
  }
  if (node.op == Op::select && reg(args[0]).constant) return args[reg(args[0]).value == 1 ? 1 : 2];
  Step step;
  step.node = &node;
  step.period =
      node.op == Op::parameter || node.op == Op::marginal || node.op == Op::flat_rate || node.op == Op::bracket
          ? period
          : PeriodKey{};
  step.args = args;
  tables(step);
  Register made;
  made.kind = node.type.kind;
  made.entity = entity;
  if (made.kind == ValueKind::boolean) {
    made.high = 1;
  } else {
    std::tie(made.low, made.high) = range(node, args, step);
  }
  return make(made, std::move(step));
}

/// Lays out what the step looks up: a keyed parameter, a scale, ages on a settled day.
void Planner::tables(Step& step) {
  const Node& node = *step.node;
  const auto index = static_cast<std::size_t>(node.index);
  if (node.op == Op::parameter) {
    const Parameter& parameter = law_.parameters[index];
    step.rows = rows_on(parameter, step.period.first());
    if (auto made = dense_table(law_, parameter, step.rows)) {
      step.dense = static_cast<int>(plan_.dense.size());
      plan_.dense.push_back(std::move(*made));
    }
  }
  if (node.op == Op::age && reg(step.args[1]).constant) {
    step.ages = static_cast<int>(plan_.ages.size());
    plan_.ages.push_back(age_table(static_cast<std::int64_t>(reg(step.args[1]).value)));
  }
  if (node.op == Op::marginal || node.op == Op::flat_rate || node.op == Op::bracket) {
    const ScaleVersion* scale = scale_on(law_.scales[index], step.period.first());
    if (scale == nullptr || scale->levels.empty()) return;
    step.scale = static_cast<int>(plan_.scales.size());
    plan_.scales.push_back(scale_table(*scale, node.op));
  }
}

std::pair<Wide, Wide> Planner::range(const Node& node, const std::vector<int>& args, const Step& step) {
  const Register& a = reg(args.empty() ? 0 : args[0]);
  const Register& b = reg(args.size() > 1 ? args[1] : args.empty() ? 0 : args[0]);
  switch (node.op) {
    case Op::add:
    case Op::add_days: return {clamped(a.low + b.low), clamped(a.high + b.high)};
    case Op::subtract:
    case Op::days_between: return {clamped(a.low - b.high), clamped(a.high - b.low)};
    case Op::multiply: return product_range(a.low, a.high, b.low, b.high);
    case Op::rescale: return product_range(a.low, a.high, power_of_ten(node.index), power_of_ten(node.index));
    case Op::negate: return {-a.high, -a.low};
    case Op::absolute: return {0, std::max(a.high, -a.low)};
    case Op::smaller: return {std::min(a.low, b.low), std::min(a.high, b.high)};
    case Op::larger: return {std::max(a.low, b.low), std::max(a.high, b.high)};
    case Op::select: {
      const Register& c = reg(args[2]);
      return {std::min({b.low, c.low, Wide{0}}), std::max({b.high, c.high, Wide{0}})};
    }
    case Op::conflict: return {std::min(a.low, Wide{0}), std::max(a.high, Wide{0})};
    case Op::divide:
    case Op::round: {
      // The divisor is at least 1 away from 0, or as far as its own range says.
      const Wide least = node.op == Op::round ? Wide{1} : std::max({Wide{1}, b.low, -b.high});
      const Wide top = times(std::max(a.high, -a.low), power_of_ten(std::max(node.index, 0)));
      const Wide most = clamped(top / times(power_of_ten(std::max(-node.index, 0)), least) + node.value);
      return {-most, most};
    }
    case Op::parameter: {
      Wide low = 0, high = 0;
      for (const ParameterRow* row : step.rows) {
        low = std::min(low, Wide{row->value});
        high = std::max(high, Wide{row->value});
      }
      return {low, high};
    }
    case Op::marginal:
    case Op::flat_rate:
    case Op::bracket: {
      Wide rate = 0;
      const ScaleVersion* scale = scale_on(law_.scales[static_cast<std::size_t>(node.index)], step.period.first());
      for (std::size_t i = 0; scale != nullptr && i < scale->levels.size(); ++i) {
        rate = std::max({rate, Wide{scale->levels[i].rate}, -Wide{scale->levels[i].rate}});
      }
      const Wide from = scale == nullptr || scale->levels.empty() ? 0 : Wide{scale->levels[0].from};
      const Wide most = node.op == Op::bracket ? rate : times(times(std::max({a.high, -a.low, from, -from}), 2), rate);
      return {-most, most};
    }
    default: return {-2'000'000, 2'000'000};
  }
}

int Planner::fold(const Node& node, Where where) {
  Step step;
  step.what = Do::fold;
  step.node = &node;
  const Where inner{0, where.period, where.presumed, where.lagged};
  const int filter = node.args[0] == kNoNode ? -1 : this->node(node.args[0], inner);
  const int value = node.args[1] == kNoNode ? -1 : this->node(node.args[1], inner);
  step.args = {filter, value};
  step.local = node.over.group > 0 && node.over.group == plan_.primary;
  Register made;
  made.kind = node.type.kind;
  made.entity = where.entity;
  const Wide most = node.over.link >= 0 ? most_linked_[static_cast<std::size_t>(node.over.link)]
                                        : most_[static_cast<std::size_t>(node.over.group - 1)];
  if (made.kind == ValueKind::boolean) {
    made.high = 1;
  } else if (node.fold == Fold::count) {
    made.high = most;
  } else {
    const Wide none = none_of(node.type.kind);
    made.low = std::min(reg(value).low, none);
    made.high = std::max(reg(value).high, none);
    if (node.fold == Fold::sum) {
      made.low = times(made.low, most);
      made.high = times(made.high, most);
    }
  }
  if (!step.local) {
    for (const int arg : step.args) {
      if (arg < 0 || reg(arg).constant) continue;
      made.stage = std::max(made.stage, reg(arg).stage + 1);
      reg(arg).full = true;
    }
  }
  return make(made, std::move(step));
}

}  // namespace

Plan make_plan(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks, const Options& options) {
  return Planner(law, inputs, options).run(asks);
}

}  // namespace songtan::policy::detail
