#include "policy/detail/interval.h"

namespace songtan::policy::detail {
namespace {

constexpr Wide kFarDay = 100'000;

Value known(Wide value) { return {value, value, Trouble::none, {}}; }

Value calendar(const Node& node, std::span<const Value> args) {
  Trouble trouble = Trouble::none;
  bool exact = true;
  for (const Value& arg : args) {
    trouble = std::max(trouble, arg.trouble);
    exact = exact && arg.low == arg.high;
  }
  if (trouble != Trouble::none) return troubled(node.type.kind, trouble);
  const Value& a = args[0];
  switch (node.op) {
    case Op::age: return {age_of(a.high, args[1].low), age_of(a.low, args[1].high), Trouble::none, {}};
    case Op::year_of: return {year_of(a.low), year_of(a.high), Trouble::none, {}};
    case Op::month_of:
      if (year_of(a.low) == year_of(a.high) && month_of(a.low) == month_of(a.high)) {
        return {month_of(a.low), month_of(a.low), Trouble::none, {}};
      }
      return {1, 12, Trouble::none, {}};
    case Op::day_of: return exact ? known(day_of(a.low)) : Value{1, 31, Trouble::none, {}};
    case Op::weekday_of: return exact ? known(weekday_of(a.low)) : Value{1, 7, Trouble::none, {}};
    case Op::add_days: return {a.low + args[1].low, a.high + args[1].high, Trouble::none, {}};
    case Op::days_between: return {args[1].low - a.high, args[1].high - a.low, Trouble::none, {}};
    case Op::months_between:
      return {months_from(a.high, args[1].low), months_from(a.low, args[1].high), Trouble::none, {}};
    case Op::add_months:
      return {plus_months(a.low, args[1].low * node.index),
              plus_months(a.high, args[1].high * node.index),
              Trouble::none,
              {}};
    default: break;
  }
  if (!exact) return {-kFarDay, kFarDay, Trouble::none, {}};
  const Wide day = date_of(a.low, args[1].low, args[2].low);
  return {day, day, Trouble::none, {}};
}

Value one_of(std::span<const Value> args) {
  if (args[0].trouble != Trouble::none) return troubled(ValueKind::boolean, args[0].trouble);
  Value found;
  for (std::size_t i = 1; i < args.size(); ++i) found = either(found, equal(args[0], args[i]));
  return found;
}

Value conflict(const Node& node, const Value& value, const Value& clash) {
  if (clash.trouble != Trouble::none) return troubled(node.type.kind, std::max(clash.trouble, value.trouble));
  return clash.surely() ? troubled(node.type.kind, Trouble::conflict) : value;
}

Value chosen(const Node& node, std::span<const Value> args) {
  if (args[0].exact()) return args[args[0].low == 1 ? 1 : 2];
  Value out = hull(args[1], args[2], node.type.kind);
  if (args[0].trouble == Trouble::none) return out;
  return troubled(node.type.kind, std::max(args[0].trouble, out.trouble));
}

Value on_scale(const Law& law, const Node& node, const Value& x, PeriodKey period) {
  const ScaleVersion* scale = scale_on(law.scales[static_cast<std::size_t>(node.index)], period.first());
  return scale == nullptr ? troubled(ValueKind::number, Trouble::no_table_row) : scaled(node.op, *scale, x);
}

}  // namespace

Value folded_pair(Fold fold, const Value& a, const Value& b) {
  if (fold == Fold::any) return either(a, b);
  if (fold == Fold::all) return both(a, b);
  if (fold != Fold::largest && fold != Fold::smallest) return add(a, b);
  const Trouble trouble = std::max(a.trouble, b.trouble);
  if (trouble != Trouble::none) return troubled(ValueKind::number, trouble);
  return fold == Fold::largest ? Value{std::max(a.low, b.low), std::max(a.high, b.high), Trouble::none, {}}
                               : Value{std::min(a.low, b.low), std::min(a.high, b.high), Trouble::none, {}};
}

Value apply(const Law& law, const Node& node, std::span<const Value> args, PeriodKey period) {
  switch (node.op) {
    case Op::add: return add(args[0], args[1]);
    case Op::subtract: return subtract(args[0], args[1]);
    case Op::multiply: return multiply(args[0], args[1]);
    case Op::negate: return subtract({}, args[0]);
    case Op::divide: return divide(args[0], args[1], node.index, node.value, node.rounding);
    case Op::round: return divide(args[0], {1, 1, Trouble::none, {}}, node.index, node.value, node.rounding);
    case Op::rescale: {
      const Wide factor = power_of_ten(node.index);
      return multiply(args[0], {factor, factor, Trouble::none, {}});
    }
    case Op::smaller: return folded_pair(Fold::smallest, args[0], args[1]);
    case Op::larger: return folded_pair(Fold::largest, args[0], args[1]);
    case Op::absolute: return absolute(args[0]);
    case Op::equal: return equal(args[0], args[1]);
    case Op::less: return less(args[0], args[1], false);
    case Op::less_equal: return less(args[0], args[1], true);
    case Op::both: return both(args[0], args[1]);
    case Op::either: return either(args[0], args[1]);
    case Op::negation: return negation(args[0]);
    case Op::select: return chosen(node, args);
    case Op::one_of: return one_of(args);
    case Op::conflict: return conflict(node, args[0], args[1]);
    case Op::marginal:
    case Op::flat_rate:
    case Op::bracket: return on_scale(law, node, args[0], period);
    case Op::parameter: {
      const Parameter& parameter = law.parameters[static_cast<std::size_t>(node.index)];
      return look_up(parameter, rows_on(parameter, period.first()), args);
    }
    default: return calendar(node, args);
  }
}

}  // namespace songtan::policy::detail
