// Fast forms of the operations that are not plain arithmetic: divisions, tables, scales, dates.
#include <algorithm>
#include <cstring>

#include "policy/detail/block.h"
#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
namespace {

const std::uint8_t* bytes(const void* data) { return static_cast<const std::uint8_t*>(data); }
const std::int64_t* numbers(const void* data) { return static_cast<const std::int64_t*>(data); }

/// Scales of many levels are searched, those of a few run through.
constexpr std::size_t kFewLevels = 8;

}  // namespace

// Rounded quotients of a positive divisor rise with the dividend, so each end has one pair of ends.
bool Block::apply_divide(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Node& node = *step.node;
  const Wide up = power_of_ten(std::max(node.index, 0));
  const Wide down = power_of_ten(std::max(-node.index, 0)) * node.value;
  constexpr Wide kMost = Wide{1} << 61;
  const auto fits = [&](int id, Wide factor) {
    Wide product = 0;
    return !__builtin_mul_overflow(std::max(reg(id).high, -reg(id).low), factor, &product) && product <= kMost;
  };
  const bool by_value = node.op == Op::divide && !reg(step.args[1]).constant;
  const Wide fixed = node.op == Op::divide && !by_value ? reg(step.args[1]).value : Wide{1};
  if (!fits(step.args[0], up) || down > kMost || fixed <= 0 || (by_value && !fits(step.args[1], down))) return false;
  Wide divisor = 0;
  if (__builtin_mul_overflow(down, fixed, &divisor) || divisor > kMost) return false;
  const auto factor = static_cast<std::int64_t>(up);
  const auto grain = static_cast<std::int64_t>(node.value);
  std::uint8_t* bad = by_value ? fresh<std::uint8_t>(n) : nullptr;
  both_ends(step.out, n, settled(args), [&](bool upper) {
    std::int64_t* out = fresh<std::int64_t>(n);
    const std::int64_t* a = numbers(upper ? args[0].high : args[0].low);
    if (!by_value) {
      kernels::divide_by(out, a, factor, static_cast<std::int64_t>(divisor), grain, node.rounding, n);
      return out;
    }
    const std::int64_t* low = numbers(args[1].low);
    const std::int64_t* b = low;
    if (args[1].low != args[1].high) {
      const std::int64_t* high = numbers(args[1].high);
      std::int64_t* chosen = fresh<std::int64_t>(n);
      for (std::size_t i = 0; i < n; ++i) chosen[i] = low[i] <= 0 || (a[i] >= 0) == upper ? low[i] : high[i];
      b = chosen;
    }
    kernels::divide(out, a, b, factor, static_cast<std::int64_t>(divisor), grain, node.rounding, bad, n);
    return out;
  });
  if (by_value && kernels::any_set(bad, n)) patch(step, n, bad);
  return true;
}

bool Block::apply_table(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (step.dense < 0) return false;
  const DenseTable& table = p_.plan.dense[static_cast<std::size_t>(step.dense)];
  std::int64_t* out = fresh<std::int64_t>(n);
  std::memset(out, 0, n * sizeof(std::int64_t));
  for (std::size_t k = 0; k < table.axes.size(); ++k) {
    const DenseTable::Axis& axis = table.axes[k];
    const std::int64_t* keys = numbers(args[k].low);
    if (reg(step.args[k]).store == Store::byte) {
      std::int64_t* spread = fresh<std::int64_t>(n);
      std::copy_n(bytes(args[k].low), n, spread);
      keys = spread;
    }
    if (axis.codes > 0)
      kernels::class_of_code(out, keys, axis.codes, axis.size, n);
    else
      kernels::class_of(out, keys, axis.breaks.data(), axis.breaks.size(), axis.size, n);
  }
  std::uint8_t* absent = fresh<std::uint8_t>(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(out[i]);
    absent[i] = table.present[at] ^ 1;
    out[i] = table.values[at];
  }
  if (reg(step.out).store == Store::byte) {
    std::uint8_t* flags = fresh<std::uint8_t>(n);
    kernels::bytes_of(flags, out, n);
    settle(step.out, flags, flags, n);
  } else {
    settle(step.out, out, out, n);
  }
  if (kernels::any_set(absent, n)) patch(step, n, absent);
  patch_unsettled(step, args, n);
  return true;
}

// The later the birth, the lower the age.
bool Block::apply_age(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (step.ages < 0) return false;
  const AgeTable& ages = p_.plan.ages[static_cast<std::size_t>(step.ages)];
  std::uint8_t* outside = fresh<std::uint8_t>(n);
  both_ends(step.out, n, args[0].low == args[0].high, [&](bool upper) {
    const std::int64_t* births = numbers(upper ? args[0].low : args[0].high);
    std::int64_t* out = fresh<std::int64_t>(n);
    kernels::ages(out, births, ages.first, ages.years.data(), ages.years.size(), outside, n);
    const bool some_outside = kernels::any_set(outside, n);
    std::int64_t last = 0, age = 0;  // most rows outside are unknown births, all with the same bounds
    bool some = false;
    for (std::size_t i = 0; some_outside && i < n; ++i) {
      if (outside[i] == 0) continue;
      if (last != births[i] || !some) age = static_cast<std::int64_t>(age_of(births[i], reg(step.args[1]).value));
      last = births[i];
      some = true;
      out[i] = age;
    }
    return out;
  });
  return true;
}

bool Block::apply_scale(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (step.scale < 0) return false;
  const ScaleTable& scale = p_.plan.scales[static_cast<std::size_t>(step.scale)];
  const std::size_t levels = scale.from.size();
  const Op op = step.node->op;
  both_ends(step.out, n, !scale.rising || settled(args), [&](bool upper) {
    const std::int64_t* x = numbers(upper ? args[0].high : args[0].low);
    std::int64_t* out = fresh<std::int64_t>(n);
    if (op != Op::marginal)
      kernels::level_of(out, x, scale.from.data(), scale.rate.data(), levels, op == Op::flat_rate, n);
    else if (levels <= kFewLevels)
      kernels::marginal(out, x, scale.from.data(), scale.step.data(), levels, n);
    else
      kernels::marginal_by_search(out, x, scale.from.data(), scale.base.data(), scale.rate.data(), levels, n);
    return out;
  });
  if (!scale.rising) patch_unsettled(step, args, n);
  return true;
}

// Settled dates without a table: one call a row, and the unsettled rows again.
bool Block::apply_calendar(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Op op = step.node->op;
  if (op != Op::year_of && op != Op::month_of && op != Op::day_of && op != Op::weekday_of && op != Op::months_between &&
      op != Op::add_months)
    return false;
  const std::int64_t* a = numbers(args[0].low);
  const std::int64_t* b = args.size() > 1 ? numbers(args[1].low) : nullptr;
  std::int64_t* out = fresh<std::int64_t>(n);
  for (std::size_t i = 0; i < n; ++i) {
    Wide result = 0;
    if (op == Op::year_of) result = year_of(a[i]);
    if (op == Op::month_of) result = month_of(a[i]);
    if (op == Op::day_of) result = day_of(a[i]);
    if (op == Op::weekday_of) result = weekday_of(a[i]);
    if (op == Op::months_between) result = months_from(a[i], b[i]);
    if (op == Op::add_months) result = plus_months(a[i], Wide{b[i]} * step.node->index);
    out[i] = static_cast<std::int64_t>(result);
  }
  settle(step.out, out, out, n);
  patch_unsettled(step, args, n);
  return true;
}

}  // namespace songtan::policy::detail
