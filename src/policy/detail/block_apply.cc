#include <algorithm>
#include <cstring>

#include "policy/detail/block.h"
#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
namespace {

const std::uint8_t* bytes(const void* data) { return static_cast<const std::uint8_t*>(data); }
const std::int64_t* numbers(const void* data) { return static_cast<const std::int64_t*>(data); }

Wide read(const void* from, Store store, std::size_t row) {
  if (store == Store::byte) return bytes(from)[row];
  if (store == Store::narrow) return numbers(from)[row];
  return static_cast<const Wide*>(from)[row];
}

std::int64_t divide_narrow(std::int64_t a, std::int64_t b, Rounding rounding) {
  std::int64_t quotient = a / b;
  std::int64_t rest = a % b;
  if (rest < 0) {
    rest += b;
    --quotient;
  }
  switch (rounding) {
    case Rounding::down: return quotient;
    case Rounding::up: return quotient + (rest != 0 ? 1 : 0);
    case Rounding::half_up: return quotient + (rest > b - rest || (rest == b - rest && a > 0) ? 1 : 0);
    case Rounding::half_even: return quotient + (rest > b - rest || (rest == b - rest && (quotient & 1) != 0) ? 1 : 0);
  }
  return quotient;
}

}  // namespace

// The fast forms come first; what none of them takes is done row by row, as the simple evaluator does it.
void Block::apply(const Step& step) {
  const std::size_t n = rows(reg(step.out).entity);
  std::vector<Lane> args;
  bool clean = true;
  bool narrow = reg(step.out).store != Store::wide;
  for (const int arg : step.args) {
    args.push_back(operand(arg));
    clean = clean && args.back().trouble == nullptr;
    narrow = narrow && reg(arg).store != Store::wide;
  }
  if (clean && narrow) {
    if (apply_bytes(step, args, n) || apply_numbers(step, args, n) || apply_compare(step, args, n) ||
        apply_select(step, args, n) || apply_special(step, args, n))
      return;
  }
  if (clean && !narrow && apply_wide(step, args, n)) return;
  apply_rows(step, n);
}

void Block::apply_rows(const Step& step, std::size_t n) {
  std::vector<Value> out(n);
  std::vector<Value> values(step.args.size());
  const Parameter* parameter =
      step.node->op == Op::parameter ? &p_.law.parameters[static_cast<std::size_t>(step.node->index)] : nullptr;
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t a = 0; a < values.size(); ++a) values[a] = value(step.args[a], row);
    out[row] = parameter != nullptr ? look_up(*parameter, step.rows, values)
                                    : detail::apply(p_.law, *step.node, values, step.period);
  }
  write_rows(step.out, n, out);
}

bool Block::apply_bytes(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Op op = step.node->op;
  if (op != Op::both && op != Op::either && op != Op::negation) return false;
  const auto one = [&](bool upper) {
    std::uint8_t* out = fresh<std::uint8_t>(n);
    const bool flip = op == Op::negation;
    const std::uint8_t* a = bytes(upper != flip ? args[0].high : args[0].low);
    if (op == Op::negation) kernels::negation(out, a, n);
    if (op == Op::both) kernels::both(out, a, bytes(upper ? args[1].high : args[1].low), n);
    if (op == Op::either) kernels::either(out, a, bytes(upper ? args[1].high : args[1].low), n);
    return out;
  };
  const bool settled = std::ranges::all_of(args, [](const Lane& lane) { return lane.low == lane.high; });
  const void* low = one(false);
  settle(step.out, low, settled ? low : one(true), n);
  return true;
}

bool Block::apply_numbers(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Op op = step.node->op;
  const bool pair = op == Op::add || op == Op::subtract || op == Op::smaller || op == Op::larger;
  const bool settled = std::ranges::all_of(args, [](const Lane& lane) { return lane.low == lane.high; });
  if (!pair && op != Op::rescale && !(op == Op::multiply && settled)) return false;
  const auto one = [&](bool upper) {
    std::int64_t* out = fresh<std::int64_t>(n);
    const std::int64_t* a = numbers(upper ? args[0].high : args[0].low);
    if (op == Op::rescale) {
      kernels::scale(out, a, static_cast<std::int64_t>(power_of_ten(step.node->index)), n);
      return out;
    }
    const bool other_end = op == Op::subtract ? !upper : upper;
    const std::int64_t* b = numbers(other_end ? args[1].high : args[1].low);
    if (op == Op::add) kernels::add(out, a, b, n);
    if (op == Op::subtract) kernels::subtract(out, a, b, n);
    if (op == Op::smaller) kernels::smaller(out, a, b, n);
    if (op == Op::larger) kernels::larger(out, a, b, n);
    if (op == Op::multiply) kernels::multiply(out, a, b, n);
    return out;
  };
  const void* low = one(false);
  settle(step.out, low, settled ? low : one(true), n);
  return true;
}

bool Block::apply_compare(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Op op = step.node->op;
  const bool settled = std::ranges::all_of(args, [](const Lane& lane) { return lane.low == lane.high; });
  if (op == Op::less || op == Op::less_equal) {
    const auto one = [&](bool upper) {  // surely: the high of a against the low of b
      std::uint8_t* out = fresh<std::uint8_t>(n);
      const std::int64_t* a = numbers(upper ? args[0].low : args[0].high);
      const std::int64_t* b = numbers(upper ? args[1].high : args[1].low);
      op == Op::less ? kernels::less(out, a, b, n) : kernels::less_equal(out, a, b, n);
      return out;
    };
    const void* low = one(false);
    settle(step.out, low, settled ? low : one(true), n);
    return true;
  }
  if (op != Op::equal || !settled) return false;
  std::uint8_t* out = fresh<std::uint8_t>(n);
  if (reg(step.args[0]).store == Store::byte) {
    kernels::equal_bytes(out, bytes(args[0].low), bytes(args[1].low), n);
  } else {
    kernels::equal(out, numbers(args[0].low), numbers(args[1].low), n);
  }
  settle(step.out, out, out, n);
  return true;
}

bool Block::apply_select(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (step.node->op != Op::select) return false;
  const Store store = reg(step.out).store;
  if (reg(step.args[1]).store != store || reg(step.args[2]).store != store) return false;
  const std::uint8_t* surely = bytes(args[0].low);
  const std::uint8_t* possibly = bytes(args[0].high);
  const auto one = [&](bool upper) -> void* {
    const void* a = upper ? args[1].high : args[1].low;
    const void* b = upper ? args[2].high : args[2].low;
    if (store == Store::byte) {
      std::uint8_t* out = fresh<std::uint8_t>(n);
      kernels::select_bytes(out, surely, bytes(a), bytes(b), n);
      for (std::size_t i = 0; surely != possibly && i < n; ++i) {
        if (surely[i] != possibly[i])
          out[i] = upper ? std::max(bytes(a)[i], bytes(b)[i]) : std::min(bytes(a)[i], bytes(b)[i]);
      }
      return out;
    }
    std::int64_t* out = fresh<std::int64_t>(n);
    kernels::select(out, surely, numbers(a), numbers(b), n);
    for (std::size_t i = 0; surely != possibly && i < n; ++i) {
      if (surely[i] != possibly[i])
        out[i] = upper ? std::max(numbers(a)[i], numbers(b)[i]) : std::min(numbers(a)[i], numbers(b)[i]);
    }
    return out;
  };
  const bool settled = std::ranges::all_of(args, [](const Lane& lane) { return lane.low == lane.high; });
  const void* low = one(false);
  settle(step.out, low, settled ? low : one(true), n);
  return true;
}

bool Block::apply_special(const Step& step, std::span<const Lane> args, std::size_t n) {
  const bool settled = std::ranges::all_of(args, [](const Lane& lane) { return lane.low == lane.high; });
  if (!settled) return false;
  const Node& node = *step.node;
  switch (node.op) {
    case Op::divide:
    case Op::round: return apply_divide(step, args, n);
    case Op::parameter: return apply_table(step, args, n);
    case Op::age: {
      if (step.ages < 0) return false;
      const AgeTable& ages = p_.plan.ages[static_cast<std::size_t>(step.ages)];
      const std::int64_t* births = numbers(args[0].low);
      std::int64_t* out = fresh<std::int64_t>(n);
      const auto size = static_cast<std::uint64_t>(ages.years.size());
      for (std::size_t i = 0; i < n; ++i) {
        const auto at = static_cast<std::uint64_t>(births[i] - ages.first);
        out[i] = at < size ? ages.years[at] : static_cast<std::int64_t>(age_of(births[i], numbers(args[1].low)[0]));
      }
      settle(step.out, out, out, n);
      return true;
    }
    case Op::marginal: {
      const ScaleVersion* scale = scale_on(p_.law.scales[static_cast<std::size_t>(node.index)], step.period.first());
      if (scale == nullptr) return false;
      std::vector<std::int64_t> from, rate;
      for (const ScaleLevel& level : scale->levels) {
        from.push_back(level.from);
        rate.push_back(level.rate);
      }
      std::int64_t* out = fresh<std::int64_t>(n);
      kernels::marginal(out, numbers(args[0].low), from.data(), rate.data(), from.size(), n);
      settle(step.out, out, out, n);
      return true;
    }
    case Op::one_of: {
      const bool byte = reg(step.args[0]).store == Store::byte;
      std::uint8_t* out = fresh<std::uint8_t>(n);
      std::memset(out, 0, n);
      for (std::size_t k = 1; k < args.size(); ++k) {
        const Wide member = reg(step.args[k]).value;
        for (std::size_t i = 0; i < n; ++i) {
          const Wide found = byte ? Wide{bytes(args[0].low)[i]} : Wide{numbers(args[0].low)[i]};
          if (found == member) out[i] = 1;
        }
      }
      settle(step.out, out, out, n);
      return true;
    }
    default: return false;
  }
}

bool Block::apply_divide(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Node& node = *step.node;
  const Wide up = power_of_ten(std::max(node.index, 0));
  const Wide down = power_of_ten(std::max(-node.index, 0)) * node.value;
  constexpr Wide kMost = Wide{1} << 62;
  const auto fits = [&](int id, Wide factor) {
    Wide product = 0;
    return !__builtin_mul_overflow(std::max(reg(id).high, -reg(id).low), factor, &product) && product <= kMost;
  };
  const bool by_value = node.op == Op::divide;
  if (!fits(step.args[0], up) || down > kMost || (by_value && !fits(step.args[1], down))) return false;
  const std::int64_t* a = numbers(args[0].low);
  const std::int64_t* b = by_value ? numbers(args[1].low) : nullptr;
  for (std::size_t i = 0; by_value && i < n; ++i) {
    if (b[i] <= 0) return false;
  }
  const auto factor = static_cast<std::int64_t>(up);
  const auto divisor = static_cast<std::int64_t>(down);
  const auto grain = static_cast<std::int64_t>(node.value);
  std::int64_t* out = fresh<std::int64_t>(n);
  for (std::size_t i = 0; i < n; ++i)
    out[i] = divide_narrow(a[i] * factor, by_value ? b[i] * divisor : divisor, node.rounding) * grain;
  settle(step.out, out, out, n);
  return true;
}

bool Block::apply_table(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (step.dense < 0) return false;
  const DenseTable& table = p_.plan.dense[static_cast<std::size_t>(step.dense)];
  std::int64_t* out = fresh<std::int64_t>(n);
  std::memset(out, 0, n * sizeof(std::int64_t));
  for (std::size_t k = 0; k < table.axes.size(); ++k) {
    const DenseTable::Axis& axis = table.axes[k];
    const bool byte = reg(step.args[k]).store == Store::byte;
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t key = byte ? bytes(args[k].low)[i] : numbers(args[k].low)[i];
      std::int64_t at = 0;
      if (axis.codes > 0) {
        at = key >= 0 && key < axis.codes ? key : axis.codes;
      } else {
        for (const std::int64_t edge : axis.breaks) at += edge <= key ? 1 : 0;
      }
      out[i] = out[i] * axis.size + at;
    }
  }
  bool all = true;
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(out[i]);
    all = all && table.present[at] != 0;
    out[i] = table.values[at];
  }
  if (!all || reg(step.out).store != Store::narrow) return false;  // a key without a row: row by row
  settle(step.out, out, out, n);
  return true;
}

// 128-bit forms of the common operations on settled rows.
bool Block::apply_wide(const Step& step, std::span<const Lane> args, std::size_t n) {
  for (const Lane& lane : args) {
    if (lane.low != lane.high) return false;
  }
  const Op op = step.node->op;
  if (op != Op::add && op != Op::subtract && op != Op::multiply && op != Op::less && op != Op::less_equal &&
      op != Op::larger && op != Op::smaller && op != Op::rescale)
    return false;
  const Store a_store = reg(step.args[0]).store;
  const Store b_store = op == Op::rescale ? Store::wide : reg(step.args[1]).store;
  const Wide factor = op == Op::rescale ? power_of_ten(step.node->index) : 0;
  const Store store = reg(step.out).store;
  if (store == Store::narrow) return false;
  std::uint8_t* flags = store == Store::byte ? fresh<std::uint8_t>(n) : nullptr;
  Wide* out = store == Store::wide ? fresh<Wide>(n) : nullptr;
  for (std::size_t i = 0; i < n; ++i) {
    const Wide a = read(args[0].low, a_store, i);
    const Wide b = op == Op::rescale ? factor : read(args[1].low, b_store, i);
    Wide result = 0;
    switch (op) {
      case Op::add: result = a + b; break;
      case Op::subtract: result = a - b; break;
      case Op::larger: result = std::max(a, b); break;
      case Op::smaller: result = std::min(a, b); break;
      case Op::less: flags[i] = a < b ? 1 : 0; continue;
      case Op::less_equal: flags[i] = a <= b ? 1 : 0; continue;
      default:
        if (__builtin_mul_overflow(a, b, &result)) return false;
    }
    if (too_wide(result)) return false;
    out[i] = result;
  }
  const void* data = flags != nullptr ? static_cast<const void*>(flags) : out;
  settle(step.out, data, data, n);
  return true;
}

}  // namespace songtan::policy::detail
