#include "policy/detail/simple.h"

#include <algorithm>

namespace songtan::policy::detail {
namespace {

void join(std::vector<int>& into, const std::vector<int>& more) {
  if (more.empty()) return;
  if (into.empty()) {
    into = more;
    return;
  }
  std::vector<int> merged;
  std::ranges::set_union(into, more, std::back_inserter(merged));
  into = std::move(merged);
}

/// The result keeps what is missing from its operands, unless it is settled.
Value with_missing(Value result, std::initializer_list<const Value*> operands) {
  if (result.exact()) return result;
  for (const Value* operand : operands) join(result.missing, operand->missing);
  return result;
}

/// A fold that also keeps what is missing.
Value pair(Fold fold, const Value& a, const Value& b) { return with_missing(folded_pair(fold, a, b), {&a, &b}); }

}  // namespace

std::vector<PeriodKey> periods_inside(const Node& node, PeriodKey period) {
  const auto inner = static_cast<TimeUnit>(node.index);
  const PeriodKey outer = PeriodKey::containing(static_cast<TimeUnit>(node.value), period.first());
  std::vector<PeriodKey> out;
  PeriodKey part = PeriodKey::containing(inner, outer.first());
  if (part.first() < outer.first()) part = part.plus(1);  // a week belongs to where it begins
  for (; part.first() <= outer.last(); part = part.plus(1)) out.push_back(part);
  return out;
}

SimpleEvaluator::SimpleEvaluator(const Law& law, const Inputs& inputs, const Options& options)
    : law_(law), inputs_(inputs), options_(options) {
  for (const Membership& membership : inputs.groups) groups_.push_back(index_of(membership, inputs.persons));
  columns_.resize(law.variables.size());
  known_.reserve(512);
  for (const InputColumn& column : inputs.columns)
    columns_[static_cast<std::size_t>(column.need.variable)].push_back(&column);
}

const InputColumn* SimpleEvaluator::column(int index, PeriodKey period) const {
  for (const InputColumn* each : columns_[static_cast<std::size_t>(index)]) {
    if (each->need.period == period) return each;
  }
  return nullptr;
}

void SimpleEvaluator::pretend(const Pretence* pretence) {
  pretence_ = pretence;
  known_.clear();
}

std::int64_t SimpleEvaluator::group_row(int group, std::int64_t person) const {
  return groups_[static_cast<std::size_t>(group - 1)].group[static_cast<std::size_t>(person)];
}

std::vector<std::int64_t> SimpleEvaluator::rows_in(const Collection& over, std::int64_t row) const {
  std::vector<std::int64_t> rows;
  if (over.link >= 0) {
    const LinkLists& links = inputs_.links[static_cast<std::size_t>(over.link)];
    if (links.offsets.empty()) return rows;
    const auto r = static_cast<std::size_t>(row);
    for (std::int64_t at = links.offsets[r]; at < links.offsets[r + 1]; ++at)
      rows.push_back(links.targets[static_cast<std::size_t>(at)]);
    return rows;
  }
  const Membership& group = inputs_.groups[static_cast<std::size_t>(over.group - 1)];
  const auto r = static_cast<std::size_t>(row);
  for (std::int64_t slot = group.offsets[r]; slot < group.offsets[r + 1]; ++slot) {
    const auto s = static_cast<std::size_t>(slot);
    if (over.role >= 0 && (group.roles.empty() || group.roles[s] != over.role)) continue;
    rows.push_back(group.members.empty() ? slot : group.members[s]);
  }
  return rows;
}

Day SimpleEvaluator::day_for(Wide which, PeriodKey period) const {
  if (which == 1) return period.first();
  if (which == 2) return period.last();
  const Day day = options_.decision_day;
  return day.days != 0 && period.first() <= day && day <= period.last() ? day : period.last();
}

PeriodKey SimpleEvaluator::moved(const Node& node, PeriodKey period) const {
  const int year = period.first().year();
  switch (node.op) {
    case Op::shift: return period.plus(static_cast<int>(node.value));
    case Op::this_year: return PeriodKey::of_year(year);
    case Op::this_month: return PeriodKey::of(Month::of(period.first()));
    case Op::this_week:
    case Op::first_week: return PeriodKey::containing(TimeUnit::week, period.first());
    case Op::first_day: return PeriodKey::of_day(period.first());
    case Op::first_month: return PeriodKey::of(Month::from_civil(year, 1));
    case Op::last_month: return PeriodKey::of(Month::from_civil(year, 12));
    default: return period;
  }
}

Value SimpleEvaluator::unknown(int index, const At& at) {
  const Variable& variable = law_.variable(index);
  int stand_in = kNoNode;
  if (at.presumed) stand_in = variable.presumption;
  if (options_.use_defaults && variable.default_node != kNoNode) stand_in = variable.default_node;
  if (stand_in != kNoNode) {
    At here = at;
    here.lagged = false;
    return node(stand_in, variable.info.entity, here);
  }
  if (options_.use_defaults && !variable.info.input) return {};
  Value out{variable.lowest, variable.highest, Trouble::none, {}};
  if (!out.exact()) out.missing = {index};
  return out;
}

Value SimpleEvaluator::variable(int index, const At& at, bool absent_is_zero) {
  const Variable& variable = law_.variable(index);
  At here = at;
  if (variable.info.period == TimeUnit::eternity) here.period = PeriodKey::eternity();
  if (variable.info.input) {
    if (reads_ != nullptr) reads_->facts.emplace(index, at.row);
    if (pretence_ != nullptr && pretence_->variable == index && pretence_->row == at.row) return pretence_->value;
  }
  if (const InputColumn* column = this->column(index, here.period)) {
    const auto row = static_cast<std::size_t>(at.row);
    if (column->known.empty() || column->known[row] != 0) {
      const std::int64_t given = column->values[row];
      const std::int64_t value = variable.type.kind == ValueKind::boolean ? given != 0 : given;
      if (value > kLargestInput || value < -kLargestInput) return troubled(variable.type.kind, Trouble::overflow);
      return {value, value, Trouble::none, {}};
    }
  }
  if (variable.info.input || (variable.recurrent && at.lagged)) return unknown(index, here);
  const Key key{index, here.period, at.row, at.presumed, at.lagged};
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const Version* version = version_on(variable, here.period.first());
  if (version == nullptr) return absent_is_zero ? Value{} : troubled(variable.type.kind, Trouble::no_table_row);
  Value value = node(version->node, variable.info.entity, here);
  if (value.trouble == Trouble::none && (value.low < -kLargestStored || value.high > kLargestStored))
    value = with_missing(troubled(variable.type.kind, Trouble::overflow), {&value});
  known_.emplace(key, value);
  return value;
}

Value SimpleEvaluator::node(int id, int entity, const At& at) { return compute(law_.node(id), entity, at); }

Value SimpleEvaluator::compute(const Node& node, int entity, const At& at) {
  switch (node.op) {
    case Op::constant: return {node.value, node.value, Trouble::none, {}};
    case Op::variable: return variable(node.index, at, node.value == 1);
    case Op::select: return chosen(node, entity, at);
    case Op::reduce: return folded(node, at);
    case Op::from_group: {
      At there = at;
      there.row = group_row(node.index, at.row);
      return this->node(node.args[0], node.index, there);
    }
    case Op::from_link: {
      const auto rows = rows_in({-1, node.index, -1}, at.row);
      const Wide none = none_of(node.type.kind);
      if (rows.empty()) return {none, none, Trouble::none, {}};
      At there = at;
      there.row = rows[0];
      return this->node(node.args[0], 0, there);
    }
    case Op::shift:
    case Op::this_year:
    case Op::this_month:
    case Op::this_week:
    case Op::first_day:
    case Op::first_week:
    case Op::first_month:
    case Op::last_month: {
      At there = at;
      there.period = moved(node, at.period);
      there.lagged = at.lagged || node.op == Op::shift;
      return this->node(node.args[0], entity, there);
    }
    case Op::past: return past(node, entity, at);
    case Op::inside: return inside(node, entity, at);
    case Op::rank: return ranked(node, at);
    case Op::role_is: {
      const Membership& group = inputs_.groups[static_cast<std::size_t>(node.index - 1)];
      const auto slot = static_cast<std::size_t>(
          groups_[static_cast<std::size_t>(node.index - 1)].slot[static_cast<std::size_t>(at.row)]);
      const bool is = !group.roles.empty() && group.roles[slot] == node.value;
      return {is, is, Trouble::none, {}};
    }
    case Op::position: {
      const Membership& group = inputs_.groups[static_cast<std::size_t>(node.index - 1)];
      const GroupIndex& index = groups_[static_cast<std::size_t>(node.index - 1)];
      const auto row = static_cast<std::size_t>(at.row);
      const Wide place = index.slot[row] - group.offsets[static_cast<std::size_t>(index.group[row])] + 1;
      return {place, place, Trouble::none, {}};
    }
    case Op::day_of_period: {
      const Wide day = day_for(node.value, at.period).days;
      return {day, day, Trouble::none, {}};
    }
    default: return arithmetic(node, entity, at);
  }
}

Value SimpleEvaluator::arithmetic(const Node& node, int entity, const At& at) {
  std::vector<Value> args;
  args.reserve(node.args.size());
  for (const int arg : node.args) args.push_back(this->node(arg, entity, at));
  if (node.op == Op::parameter) {
    const ParameterRow* row = nullptr;
    Value found = parameter(node, at.period, args, &row);
    if (row != nullptr && reads_ != nullptr) reads_->parameters.emplace(row, node.index);
    if (row != nullptr && pretence_ != nullptr && pretence_->parameter == row) return pretence_->value;
    if (!found.exact()) {
      for (const Value& arg : args) join(found.missing, arg.missing);
    }
    return found;
  }
  Value out = apply(law_, node, args, at.period);
  if (!out.exact()) {
    for (const Value& arg : args) join(out.missing, arg.missing);
  }
  return out;
}

// The branch that is not taken is not computed.
Value SimpleEvaluator::chosen(const Node& node, int entity, const At& at) {
  const Value when = this->node(node.args[0], entity, at);
  if (when.exact()) return this->node(node.args[when.low == 1 ? 1 : 2], entity, at);
  const Value then = this->node(node.args[1], entity, at);
  const Value otherwise = this->node(node.args[2], entity, at);
  Value out = hull(then, otherwise, node.type.kind);
  if (when.trouble != Trouble::none) out = troubled(node.type.kind, std::max(when.trouble, out.trouble));
  return with_missing(std::move(out), {&when, &then, &otherwise});
}

Value SimpleEvaluator::folded(const Node& node, const At& at) {
  const auto rows = rows_in(node.over, at.row);
  if (node.fold == Fold::nth) return nth(node, at, rows);
  if (node.fold == Fold::largest || node.fold == Fold::smallest) return extreme(node, at, rows);
  Value out = node.fold == Fold::all ? Value{1, 1, Trouble::none, {}} : Value{};
  for (const std::int64_t row : rows) {
    At there = at;
    there.row = row;
    const Value in = node.args[0] == kNoNode ? Value{1, 1, Trouble::none, {}} : this->node(node.args[0], 0, there);
    if (in.surely_not()) continue;
    Value term;
    if (node.fold == Fold::count) {
      term = {in.low, in.high, in.trouble, in.missing};
      if (in.trouble != Trouble::none) term = with_missing(troubled(ValueKind::number, in.trouble), {&in});
    } else {
      const Value value = this->node(node.args[1], 0, there);
      if (node.fold == Fold::any) term = with_missing(both(in, value), {&in, &value});
      if (node.fold == Fold::all) term = with_missing(either(negation(in), value), {&in, &value});
      if (node.fold == Fold::sum) {
        const Trouble trouble = std::max(in.trouble, value.trouble);
        term = trouble != Trouble::none ? troubled(ValueKind::number, trouble)
               : in.surely()            ? Value{value.low, value.high, Trouble::none, {}}
                             : Value{std::min(Wide{0}, value.low), std::max(Wide{0}, value.high), Trouble::none, {}};
        term = with_missing(std::move(term), {&in, &value});
      }
    }
    out = pair(node.fold == Fold::count ? Fold::sum : node.fold, out, term);
  }
  return out;
}

Value SimpleEvaluator::extreme(const Node& node, const At& at, const std::vector<std::int64_t>& rows) {
  const bool largest = node.fold == Fold::largest;
  Value out;
  bool some_sure = false, some = false;
  Trouble trouble = Trouble::none;
  Wide sure = 0, low = 0, high = 0;  // of the sure ones; of all
  std::vector<int> missing;
  for (const std::int64_t row : rows) {
    At there = at;
    there.row = row;
    const Value in = node.args[0] == kNoNode ? Value{1, 1, Trouble::none, {}} : this->node(node.args[0], 0, there);
    if (in.surely_not()) continue;
    const Value value = this->node(node.args[1], 0, there);
    join(missing, in.missing);
    join(missing, value.missing);
    trouble = std::max({trouble, in.trouble, value.trouble});
    if (in.surely()) {
      const Wide bound = largest ? value.low : value.high;
      sure = !some_sure ? bound : largest ? std::max(sure, bound) : std::min(sure, bound);
      some_sure = true;
    }
    low = some ? std::min(low, value.low) : value.low;
    high = some ? std::max(high, value.high) : value.high;
    some = true;
  }
  if (trouble != Trouble::none) {
    out = troubled(ValueKind::number, trouble);
  } else if (some_sure) {
    out = largest ? Value{sure, high, Trouble::none, {}} : Value{low, sure, Trouble::none, {}};
  } else if (some) {  // perhaps nobody: then 0
    out = {std::min(Wide{0}, low), std::max(Wide{0}, high), Trouble::none, {}};
  }
  if (!out.exact()) out.missing = std::move(missing);
  return out;
}

Value SimpleEvaluator::nth(const Node& node, const At& at, const std::vector<std::int64_t>& rows) {
  const Wide none = none_of(node.type.kind);
  Wide least_before = 0, most_before = 0;
  Value out;
  bool some = false;
  std::vector<int> missing;
  for (const std::int64_t row : rows) {
    if (least_before >= node.value) break;
    At there = at;
    there.row = row;
    const Value in = node.args[0] == kNoNode ? Value{1, 1, Trouble::none, {}} : this->node(node.args[0], 0, there);
    if (in.surely_not()) continue;
    join(missing, in.missing);
    if (in.trouble != Trouble::none) {
      out.trouble = std::max(out.trouble, in.trouble);
      ++most_before;
      continue;
    }
    if (most_before >= node.value - 1) {  // it may be the one
      const Value value = this->node(node.args[1], 0, there);
      join(missing, value.missing);
      const Trouble trouble = std::max(out.trouble, value.trouble);
      out.low = some ? std::min(out.low, value.low) : value.low;
      out.high = some ? std::max(out.high, value.high) : value.high;
      out.trouble = trouble;
      some = true;
    }
    least_before += in.low;
    ++most_before;
  }
  if (least_before < node.value) {  // perhaps there are fewer
    out.low = some ? std::min(out.low, none) : none;
    out.high = some ? std::max(out.high, none) : none;
  }
  if (out.trouble != Trouble::none) out = troubled(node.type.kind, out.trouble);
  out.missing.clear();
  if (!out.exact()) out.missing = std::move(missing);
  return out;
}

Value SimpleEvaluator::past(const Node& node, int entity, const At& at) {
  const Value length = this->node(node.args[1], entity, at);
  if (!length.exact() || length.low < 1 || length.low > kFarthestLag)
    return troubled(node.type.kind, length.trouble != Trouble::none ? length.trouble : Trouble::no_table_row);
  Value out;
  for (int back = 1; back <= static_cast<int>(length.low); ++back) {
    At there = at;
    there.period = at.period.plus(-back);
    there.lagged = true;
    const Value value = this->node(node.args[0], entity, there);
    out = back == 1 ? value : pair(node.fold, out, value);
  }
  return out;
}

Value SimpleEvaluator::inside(const Node& node, int entity, const At& at) {
  Value out;
  bool first = true;
  for (const PeriodKey& part : periods_inside(node, at.period)) {
    At there = at;
    there.period = part;
    const Value value = this->node(node.args[0], entity, there);
    out = first ? value : pair(node.fold, out, value);
    first = false;
  }
  return out;
}

Value SimpleEvaluator::ranked(const Node& node, const At& at) {
  const auto rows = rows_in({node.index, -1, -1}, group_row(node.index, at.row));
  const Value own = this->node(node.args[0], 0, at);
  Value out{1, 1, own.trouble, {}};
  std::vector<int> missing = own.missing;
  bool earlier = true;
  for (const std::int64_t row : rows) {
    if (row == at.row) {
      earlier = false;
      continue;
    }
    At there = at;
    there.row = row;
    const Value key = this->node(node.args[0], 0, there);
    out.trouble = std::max(out.trouble, key.trouble);
    join(missing, key.missing);
    if (key.high < own.low || (earlier && key.high <= own.low)) ++out.low;
    if (key.low < own.high || (earlier && key.low <= own.high)) ++out.high;
  }
  if (out.trouble != Trouble::none) out = troubled(ValueKind::number, out.trouble);
  if (!out.exact()) out.missing = std::move(missing);
  return out;
}

const ParameterRow* SimpleEvaluator::row_used(const Node& node, int entity, const At& at) {
  std::vector<Value> keys;
  for (const int arg : node.args) keys.push_back(this->node(arg, entity, at));
  const ParameterRow* row = nullptr;
  parameter(node, at.period, keys, &row);
  return row;
}

Value SimpleEvaluator::parameter(const Node& node, PeriodKey period, const std::vector<Value>& keys,
                                 const ParameterRow** used) {
  const Parameter& parameter = law_.parameters[static_cast<std::size_t>(node.index)];
  const auto [at, fresh] = rows_.try_emplace({node.index, period});
  if (fresh) at->second = rows_on(parameter, period.first());
  return look_up(parameter, at->second, keys, used);
}

std::vector<Answer> answer_simply(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks,
                                  const Options& options) {
  SimpleEvaluator evaluator(law, inputs, options);
  std::vector<Answer> answers(asks.size());
  for (std::size_t a = 0; a < asks.size(); ++a) {
    const Ask& ask = asks[a];
    const auto rows = static_cast<std::size_t>(rows_of(inputs, ask.entity));
    Answer& answer = answers[a];
    if (ask.verdict) {
      answer.verdict.resize(rows);
    } else {
      answer.low.resize(rows);
      answer.high.resize(rows);
    }
    answer.trouble.resize(rows);
    if (ask.facts != nullptr) answer.missing.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const At at{static_cast<std::int64_t>(row), ask.period, ask.presumed, false};
      Value value =
          ask.variable >= 0 ? evaluator.variable(ask.variable, at, true) : evaluator.node(ask.node, ask.entity, at);
      if (value.trouble == Trouble::none && (value.low < -kLargestStored || value.high > kLargestStored))
        value = with_missing(troubled(ValueKind::number, Trouble::overflow), {&value});
      if (ask.verdict) {
        answer.verdict[row] = !value.exact() ? Status::to_verify : value.low != 0 ? Status::yes : Status::no;
      } else {
        answer.low[row] = static_cast<std::int64_t>(value.low);
        answer.high[row] = static_cast<std::int64_t>(value.high);
      }
      answer.trouble[row] = static_cast<std::uint8_t>(value.trouble);
      if (ask.facts != nullptr) {
        for (const int fact : value.missing) answer.missing[row] |= fact_bit(*ask.facts, fact);
      }
    }
  }
  return answers;
}

}  // namespace songtan::policy::detail
