#include "base/money.h"

#include "base/result.h"

namespace songtan {

std::int64_t divide(std::int64_t dividend, std::int64_t divisor, Rounding rounding) {
  CHECK_PROMISE(divisor > 0);
  std::int64_t quotient = dividend / divisor;
  std::int64_t rest = dividend % divisor;
  if (rest < 0) {  // make the remainder non-negative: quotient is now the floor
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

}  // namespace songtan
