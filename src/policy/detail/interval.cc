#include "policy/detail/interval.h"

#include <array>

namespace songtan::policy::detail {
namespace {

Trouble worse(Trouble a, Trouble b) { return std::max(a, b); }

Value checked(Wide low, Wide high) {
  if (too_wide(low) || too_wide(high)) return troubled(ValueKind::number, Trouble::overflow);
  return {low, high, Trouble::none, {}};
}

bool product(Wide a, Wide b, Wide& out) { return __builtin_mul_overflow(a, b, &out); }

constexpr Wide kFarthestDay = 1'000'000;
Day day_at(Wide days) { return Day{static_cast<std::int32_t>(std::clamp(days, -kFarthestDay, kFarthestDay))}; }

}  // namespace

Wide divide_wide(Wide dividend, Wide divisor, Rounding rounding) {
  if (divisor < 0) {
    dividend = -dividend;
    divisor = -divisor;
  }
  Wide quotient = dividend / divisor;
  Wide rest = dividend % divisor;
  if (rest < 0) {
    rest += divisor;
    --quotient;
  }
  if (rest == 0) return quotient;
  const bool above_half = rest > divisor - rest;
  const bool half = rest == divisor - rest;
  switch (rounding) {
    case Rounding::down: return quotient;
    case Rounding::up: return quotient + 1;
    case Rounding::half_up: return above_half || (half && dividend > 0) ? quotient + 1 : quotient;
    case Rounding::half_even: return above_half || (half && (quotient & 1) != 0) ? quotient + 1 : quotient;
  }
  return quotient;
}

Value divide(const Value& a, const Value& b, int exponent, Wide grain, Rounding rounding) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none)
    return troubled(ValueKind::number, worse(a.trouble, b.trouble));
  if (b.low == 0 && b.high == 0) return troubled(ValueKind::number, Trouble::division_by_zero);
  const Wide up = power_of_ten(std::max(exponent, 0));
  const Wide down = power_of_ten(std::max(-exponent, 0));
  // A divisor that may be 0 counts by its other values: at 0 there is no result at all.
  std::vector<Wide> divisors;
  for (const Wide candidate : {b.low, b.high, Wide{1}, Wide{-1}}) {
    if (candidate != 0 && b.low <= candidate && candidate <= b.high) divisors.push_back(candidate);
  }
  bool first = true;
  Wide low = 0, high = 0;
  for (const Wide dividend : {a.low, a.high}) {
    for (const Wide divisor : divisors) {
      Wide top, bottom, result;
      if (product(dividend, up, top) || product(divisor, down, bottom) || product(bottom, grain, bottom) ||
          too_wide(top) || too_wide(bottom) || product(divide_wide(top, bottom, rounding), grain, result)) {
        return troubled(ValueKind::number, Trouble::overflow);
      }
      low = first ? result : std::min(low, result);
      high = first ? result : std::max(high, result);
      first = false;
    }
  }
  return checked(low, high);
}

Value multiply(const Value& a, const Value& b) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none)
    return troubled(ValueKind::number, worse(a.trouble, b.trouble));
  std::array<Wide, 4> products{};
  if (product(a.low, b.low, products[0]) || product(a.low, b.high, products[1]) ||
      product(a.high, b.low, products[2]) || product(a.high, b.high, products[3])) {
    return troubled(ValueKind::number, Trouble::overflow);
  }
  return checked(*std::ranges::min_element(products), *std::ranges::max_element(products));
}

Value add(const Value& a, const Value& b) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none)
    return troubled(ValueKind::number, worse(a.trouble, b.trouble));
  return checked(a.low + b.low, a.high + b.high);
}

Value subtract(const Value& a, const Value& b) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none)
    return troubled(ValueKind::number, worse(a.trouble, b.trouble));
  return checked(a.low - b.high, a.high - b.low);
}

Value equal(const Value& a, const Value& b) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none)
    return troubled(ValueKind::boolean, worse(a.trouble, b.trouble));
  if (a.low == a.high && b.low == b.high) return {a.low == b.low, a.low == b.low, Trouble::none, {}};
  const bool apart = a.high < b.low || b.high < a.low;
  return {0, apart ? 0 : 1, Trouble::none, {}};
}

Value less(const Value& a, const Value& b, bool or_equal) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none)
    return troubled(ValueKind::boolean, worse(a.trouble, b.trouble));
  const bool surely = or_equal ? a.high <= b.low : a.high < b.low;
  const bool possibly = or_equal ? a.low <= b.high : a.low < b.high;
  return {surely, possibly, Trouble::none, {}};
}

Value both(const Value& a, const Value& b) {
  const Value out{std::min(a.low, b.low), std::min(a.high, b.high), Trouble::none, {}};
  return out.low == out.high ? out : Value{out.low, out.high, worse(a.trouble, b.trouble), {}};
}

Value either(const Value& a, const Value& b) {
  const Value out{std::max(a.low, b.low), std::max(a.high, b.high), Trouble::none, {}};
  return out.low == out.high ? out : Value{out.low, out.high, worse(a.trouble, b.trouble), {}};
}

Value negation(const Value& a) { return {1 - a.high, 1 - a.low, a.trouble, {}}; }

Value hull(const Value& a, const Value& b, ValueKind kind) {
  if (a.trouble != Trouble::none || b.trouble != Trouble::none) return troubled(kind, worse(a.trouble, b.trouble));
  return {std::min(a.low, b.low), std::max(a.high, b.high), Trouble::none, {}};
}

Value absolute(const Value& a) {
  if (a.trouble != Trouble::none || a.low >= 0) return {a.low, a.high, a.trouble, {}};
  if (a.high <= 0) return {-a.high, -a.low, Trouble::none, {}};
  return {0, std::max(-a.low, a.high), Trouble::none, {}};
}

Wide scaled_exactly(Op op, const ScaleVersion& scale, Wide x) {
  Wide sum = 0;
  Wide rate = 0;
  bool inside = false;
  for (std::size_t i = 0; i < scale.levels.size(); ++i) {
    const Wide from = scale.levels[i].from;
    if (x < from) break;
    inside = true;
    rate = scale.levels[i].rate;
    const bool last = i + 1 == scale.levels.size() || x < scale.levels[i + 1].from;
    sum += ((last ? x : Wide{scale.levels[i + 1].from}) - from) * rate;
  }
  if (op == Op::marginal) return sum;
  if (!inside) return 0;
  return op == Op::flat_rate ? x * rate : rate;
}

// Between thresholds each form is monotone, so its extremes lie at the ends, at thresholds and just before them.
Value scaled(Op op, const ScaleVersion& scale, const Value& x) {
  if (x.trouble != Trouble::none) return troubled(ValueKind::number, x.trouble);
  if (too_wide(x.low * (Wide{1} << 40) / (Wide{1} << 40))) return troubled(ValueKind::number, Trouble::overflow);
  Wide low = scaled_exactly(op, scale, x.low);
  Wide high = low;
  const auto see = [&](Wide at) {
    if (at < x.low || at > x.high) return;
    const Wide value = scaled_exactly(op, scale, at);
    low = std::min(low, value);
    high = std::max(high, value);
  };
  see(x.high);
  for (const ScaleLevel& level : scale.levels) {
    see(level.from);
    see(Wide{level.from} - 1);
  }
  return checked(low, high);
}

Wide age_of(Wide birth, Wide day) { return age_on(day_at(birth), day_at(day)); }

Wide months_from(Wide from, Wide to) {
  const Day a = day_at(from);
  const Day b = day_at(to);
  const int months = (b.year() - a.year()) * 12 + b.month() - a.month();
  return b.day() < a.day() ? months - 1 : months;
}

Wide plus_months(Wide day, Wide months) {
  const Day from = day_at(day);
  const Month target = Month::of(from).plus(static_cast<int>(std::clamp(months, Wide{-24'000}, Wide{24'000})));
  return std::min(target.first().plus(from.day() - 1), target.last()).days;
}

Wide date_of(Wide year, Wide month, Wide day) {
  const Month target = Month::from_civil(static_cast<int>(std::clamp(year, Wide{1}, Wide{4000})),
                                         static_cast<int>(std::clamp(month, Wide{1}, Wide{12})));
  return std::min(target.first().plus(static_cast<int>(std::clamp(day, Wide{1}, Wide{31})) - 1), target.last()).days;
}

Wide year_of(Wide day) { return day_at(day).year(); }
Wide month_of(Wide day) { return day_at(day).month(); }
Wide day_of(Wide day) { return day_at(day).day(); }
Wide weekday_of(Wide day) {
  const int since_monday = (day_at(day).days + 3) % 7;  // 1970-01-01 was a Thursday
  return (since_monday + 7) % 7 + 1;
}

Value look_up(const Parameter& parameter, std::span<const ParameterRow* const> rows, std::span<const Value> keys,
              const ParameterRow** used) {
  if (used != nullptr) *used = nullptr;
  Trouble trouble = Trouble::none;
  bool exact = true;
  for (const Value& key : keys) {
    trouble = worse(trouble, key.trouble);
    exact = exact && key.low == key.high;
  }
  if (trouble != Trouble::none) return troubled(parameter.type.kind, trouble);
  const ParameterRow* best = nullptr;
  int best_any = 1'000;
  Value out;
  bool some = false;
  for (const ParameterRow* row : rows) {
    int any = 0;
    bool fits = true;
    for (std::size_t k = 0; k < row->keys.size() && fits; ++k) {
      const KeyCell& cell = row->keys[k];
      if (cell.kind == KeyCell::Kind::any) ++any;
      if (cell.kind == KeyCell::Kind::exact) fits = keys[k].low <= cell.low && cell.low <= keys[k].high;
      if (cell.kind == KeyCell::Kind::band) fits = keys[k].low < cell.high && cell.low <= keys[k].high;
    }
    if (!fits) continue;
    if (any < best_any) {
      best_any = any;
      best = row;
    }
    out.low = some ? std::min(out.low, Wide{row->value}) : Wide{row->value};
    out.high = some ? std::max(out.high, Wide{row->value}) : Wide{row->value};
    some = true;
  }
  if (!some) return troubled(parameter.type.kind, Trouble::no_table_row);
  if (used != nullptr && (exact || out.low == out.high)) *used = best;
  if (exact) return {best->value, best->value, Trouble::none, {}};
  return out;
}

}  // namespace songtan::policy::detail
