// Interval arithmetic of unknown values, written for clearness: the meaning of every operation of the language.
// A value lies in [low, high]; it is known when they are equal and there is no trouble.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "policy/decisions.h"
#include "policy/detail/law.h"

namespace songtan::policy::detail {

struct Value {
  Wide low = 0;
  Wide high = 0;
  Trouble trouble = Trouble::none;
  std::vector<int> missing;  ///< inputs that would settle it, sorted

  bool exact() const { return trouble == Trouble::none && low == high; }
  bool surely() const { return trouble == Trouble::none && low == 1; }
  bool surely_not() const { return trouble == Trouble::none && high == 0; }
};

inline constexpr int kMostBits = 120;
inline bool too_wide(Wide value) {
  constexpr Wide kLimit = Wide{1} << kMostBits;
  return value > kLimit || value < -kLimit;
}

/// Trouble on a condition leaves it 待核; on a number it has no value.
inline Value troubled(ValueKind kind, Trouble trouble) {
  return kind == ValueKind::boolean ? Value{0, 1, trouble, {}} : Value{0, 0, trouble, {}};
}

/// a / b rounded; b is not 0.
Wide divide_wide(Wide dividend, Wide divisor, Rounding rounding);

/// divide node: a·10^exponent / b, in multiples of the grain.
Value divide(const Value& a, const Value& b, int exponent, Wide grain, Rounding rounding);
Value multiply(const Value& a, const Value& b);
Value add(const Value& a, const Value& b);
Value subtract(const Value& a, const Value& b);
Value equal(const Value& a, const Value& b);
Value less(const Value& a, const Value& b, bool or_equal);
Value both(const Value& a, const Value& b);
Value either(const Value& a, const Value& b);
Value negation(const Value& a);
Value hull(const Value& a, const Value& b, ValueKind kind);
Value absolute(const Value& a);

/// Marginal, flat and bracket scales; value scale = thresholds' scale.
Value scaled(Op op, const ScaleVersion& scale, const Value& x);
Wide scaled_exactly(Op op, const ScaleVersion& scale, Wide x);

/// Calendar, on day counts held within ±1,000,000.
Wide age_of(Wide birth, Wide day);
Wide months_from(Wide from, Wide to);
Wide plus_months(Wide day, Wide months);
Wide date_of(Wide year, Wide month, Wide day);
Wide year_of(Wide day);
Wide month_of(Wide day);
Wide day_of(Wide day);
Wide weekday_of(Wide day);  ///< Monday = 1

/// The meaning of every operation that looks at one row only, given its operands (missing is left out).
Value apply(const Law& law, const Node& node, std::span<const Value> args, PeriodKey period);

/// What "nobody" yields: 0, 否, or no word.
inline Wide none_of(ValueKind kind) { return kind == ValueKind::enumeration ? -1 : 0; }

/// a and b in a fold: sum, largest, smallest, any, all.
Value folded_pair(Fold fold, const Value& a, const Value& b);

/// The value of a keyed parameter: exactly one best row, or the hull of those that may fit.
/// `used`: the row that applied, null where it is not settled which.
Value look_up(const Parameter& parameter, std::span<const ParameterRow* const> rows, std::span<const Value> keys,
              const ParameterRow** used = nullptr);

}  // namespace songtan::policy::detail
