#include <algorithm>
#include <cstring>

#include "policy/detail/block.h"
#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
namespace {

const std::uint8_t* bytes(const void* data) { return static_cast<const std::uint8_t*>(data); }
const std::int64_t* numbers(const void* data) { return static_cast<const std::int64_t*>(data); }

}  // namespace

// The fast forms come first; what none of them takes is done row by row, as the simple evaluator does it. A fast form
// looks away from troubles; the rows that have one are done again.
void Block::apply(const Step& step) {
  const std::size_t n = rows(reg(step.out).entity);
  args_.clear();
  bool narrow = reg(step.out).store != Store::wide;
  bool clean = true;
  for (const int arg : step.args) {
    args_.push_back(operand(arg));
    clean = clean && args_.back().trouble == nullptr;
    narrow = narrow && reg(arg).store != Store::wide;
  }
  if (narrow && apply_narrow(step, args_, n)) {
    if (!clean) patch_troubled(step, args_, n);
    return;
  }
  if (clean && !narrow && apply_wide(step, args_, n)) return;
  apply_rows(step, n);
}

bool Block::apply_narrow(const Step& step, std::span<const Lane> args, std::size_t n) {
  switch (step.node->op) {
    case Op::both:
    case Op::either:
    case Op::negation: return apply_bytes(step, args, n);
    case Op::add:
    case Op::add_days:
    case Op::subtract:
    case Op::days_between:
    case Op::smaller:
    case Op::larger:
    case Op::rescale:
    case Op::negate:
    case Op::absolute: return apply_numbers(step, args, n);
    case Op::multiply: return apply_product(step, args, n);
    case Op::less:
    case Op::less_equal: return apply_compare(step, args, n);
    case Op::equal: return apply_equal(step, args, n);
    case Op::one_of: return apply_one_of(step, args, n);
    case Op::select: return apply_select(step, args, n);
    case Op::conflict: return apply_conflict(step, args, n);
    case Op::divide:
    case Op::round: return apply_divide(step, args, n);
    case Op::parameter: return apply_table(step, args, n);
    case Op::age: return apply_age(step, args, n);
    case Op::marginal:
    case Op::flat_rate:
    case Op::bracket: return apply_scale(step, args, n);
    default: return apply_calendar(step, args, n);
  }
}

Value Block::apply_row(const Step& step, std::size_t row, std::vector<Value>& values) const {
  for (std::size_t a = 0; a < values.size(); ++a) values[a] = value(step.args[a], row);
  if (step.node->op == Op::parameter)
    return look_up(p_.law.parameters[static_cast<std::size_t>(step.node->index)], step.rows, values);
  return detail::apply(p_.law, *step.node, values, step.period);
}

void Block::apply_rows(const Step& step, std::size_t n) {
  std::vector<Value> out(n);
  std::vector<Value> values(step.args.size());
  for (std::size_t row = 0; row < n; ++row) out[row] = apply_row(step, row, values);
  write_rows(step.out, n, out);
}

// Neighbours often have the same operands (an unknown key, say); what was worked out last is kept.
void Block::patch(const Step& step, std::size_t n, const std::uint8_t* marked) {
  std::vector<Value> values(step.args.size()), last;
  Value result;
  const auto same = [](const Value& a, const Value& b) {
    return a.low == b.low && a.high == b.high && a.trouble == b.trouble;
  };
  rewrite(step.out, n, marked, [&](std::size_t row) {
    for (std::size_t a = 0; a < values.size(); ++a) values[a] = value(step.args[a], row);
    if (!std::ranges::equal(values, last, same)) {
      result = apply_row(step, row, values);
      last = values;
    }
    return result;
  });
}

void Block::patch_troubled(const Step& step, std::span<const Lane> args, std::size_t n) {
  std::uint8_t* marked = fresh<std::uint8_t>(n);
  std::memset(marked, 0, n);
  for (const Lane& lane : args) {
    if (lane.trouble != nullptr) kernels::either(marked, marked, lane.trouble, n);
  }
  patch(step, n, marked);
}

void Block::patch_unsettled(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (settled(args)) return;
  std::uint8_t* marked = fresh<std::uint8_t>(n);
  std::memset(marked, 0, n);
  for (std::size_t a = 0; a < args.size(); ++a) {
    if (args[a].low == args[a].high) continue;
    const bool byte = reg(step.args[a]).store == Store::byte;
    for (std::size_t i = 0; i < n; ++i) {
      const bool apart =
          byte ? bytes(args[a].low)[i] != bytes(args[a].high)[i] : numbers(args[a].low)[i] != numbers(args[a].high)[i];
      marked[i] |= apart ? std::uint8_t{1} : std::uint8_t{0};
    }
  }
  patch(step, n, marked);
}

bool Block::apply_bytes(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Op op = step.node->op;
  both_ends(step.out, n, settled(args), [&](bool upper) {
    std::uint8_t* out = fresh<std::uint8_t>(n);
    const bool flip = op == Op::negation;
    const std::uint8_t* a = bytes(upper != flip ? args[0].high : args[0].low);
    if (op == Op::negation) kernels::negation(out, a, n);
    if (op == Op::both) kernels::both(out, a, bytes(upper ? args[1].high : args[1].low), n);
    if (op == Op::either) kernels::either(out, a, bytes(upper ? args[1].high : args[1].low), n);
    return out;
  });
  return true;
}

bool Block::apply_numbers(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Op op = step.node->op;
  const auto alone = [&](std::int64_t* out, bool upper) {
    const std::int64_t* low = numbers(args[0].low);
    const std::int64_t* high = numbers(args[0].high);
    if (op == Op::rescale)
      kernels::scale(out, upper ? high : low, static_cast<std::int64_t>(power_of_ten(step.node->index)), n);
    if (op == Op::negate) kernels::negative(out, upper ? low : high, n);
    if (op == Op::absolute && upper) kernels::absolute_most(out, low, high, n);
    if (op == Op::absolute && !upper) kernels::absolute_least(out, low, high, n);
  };
  both_ends(step.out, n, settled(args), [&](bool upper) {
    std::int64_t* out = fresh<std::int64_t>(n);
    if (args.size() == 1) {
      alone(out, upper);
      return out;
    }
    const Lane& first = op == Op::days_between ? args[1] : args[0];
    const Lane& second = op == Op::days_between ? args[0] : args[1];
    const bool difference = op == Op::subtract || op == Op::days_between;
    const std::int64_t* a = numbers(upper ? first.high : first.low);
    const std::int64_t* b = numbers(upper != difference ? second.high : second.low);
    if (op == Op::add || op == Op::add_days) kernels::add(out, a, b, n);
    if (difference) kernels::subtract(out, a, b, n);
    if (op == Op::smaller) kernels::smaller(out, a, b, n);
    if (op == Op::larger) kernels::larger(out, a, b, n);
    return out;
  });
  return true;
}

bool Block::apply_product(const Step& step, std::span<const Lane> args, std::size_t n) {
  for (std::size_t c = 0; c < 2; ++c) {  // by a constant: the ends alone, in their order or turned round
    const Register& factor = reg(step.args[c]);
    if (!factor.constant) continue;
    const Lane& other = args[1 - c];
    both_ends(step.out, n, other.low == other.high, [&](bool upper) {
      std::int64_t* out = fresh<std::int64_t>(n);
      kernels::scale(out, numbers(upper == (factor.value >= 0) ? other.high : other.low),
                     static_cast<std::int64_t>(factor.value), n);
      return out;
    });
    return true;
  }
  std::int64_t* low = fresh<std::int64_t>(n);
  if (settled(args)) {
    kernels::multiply(low, numbers(args[0].low), numbers(args[1].low), n);
    settle(step.out, low, low, n);
    return true;
  }
  std::int64_t* high = fresh<std::int64_t>(n);
  kernels::multiply_ends(low, high, numbers(args[0].low), numbers(args[0].high), numbers(args[1].low),
                         numbers(args[1].high), n);
  settle(step.out, low, high, n);
  return true;
}

bool Block::apply_compare(const Step& step, std::span<const Lane> args, std::size_t n) {
  both_ends(step.out, n, settled(args), [&](bool upper) {  // surely: the high of a against the low of b
    std::uint8_t* out = fresh<std::uint8_t>(n);
    const std::int64_t* a = numbers(upper ? args[0].low : args[0].high);
    const std::int64_t* b = numbers(upper ? args[1].high : args[1].low);
    step.node->op == Op::less ? kernels::less(out, a, b, n) : kernels::less_equal(out, a, b, n);
    return out;
  });
  return true;
}

bool Block::apply_equal(const Step& step, std::span<const Lane> args, std::size_t n) {
  std::uint8_t* low = fresh<std::uint8_t>(n);
  if (reg(step.args[0]).store == Store::byte) {
    if (reg(step.args[1]).store != Store::byte) return false;
    kernels::equal_bytes(low, bytes(args[0].low), bytes(args[1].low), n);
    settle(step.out, low, low, n);
    patch_unsettled(step, args, n);
    return true;
  }
  if (settled(args)) {
    kernels::equal(low, numbers(args[0].low), numbers(args[1].low), n);
    settle(step.out, low, low, n);
    return true;
  }
  std::uint8_t* high = fresh<std::uint8_t>(n);
  const auto ends = [&](auto kernel, std::uint8_t* out) {
    kernel(out, numbers(args[0].low), numbers(args[0].high), numbers(args[1].low), numbers(args[1].high), n);
  };
  ends(kernels::surely_equal, low);
  ends(kernels::possibly_equal, high);
  settle(step.out, low, high, n);
  return true;
}

bool Block::apply_one_of(const Step& step, std::span<const Lane> args, std::size_t n) {
  if (reg(step.args[0]).store != Store::narrow) return false;
  const auto* low = numbers(args[0].low);
  const auto* high = numbers(args[0].high);
  both_ends(step.out, n, low == high, [&](bool upper) {
    std::uint8_t* out = fresh<std::uint8_t>(n);
    std::memset(out, 0, n);
    for (std::size_t k = 1; k < args.size(); ++k) {
      const auto member = static_cast<std::int64_t>(reg(step.args[k]).value);
      upper ? kernels::or_possibly_is(out, low, high, member, n) : kernels::or_surely_is(out, low, high, member, n);
    }
    return out;
  });
  return true;
}

bool Block::apply_select(const Step& step, std::span<const Lane> args, std::size_t n) {
  const Store store = reg(step.out).store;
  if (reg(step.args[1]).store != store || reg(step.args[2]).store != store) return false;
  const std::uint8_t* surely = bytes(args[0].low);
  const std::uint8_t* possibly = bytes(args[0].high);
  both_ends(step.out, n, settled(args), [&](bool upper) -> void* {
    const void* a = upper ? args[1].high : args[1].low;
    const void* b = upper ? args[2].high : args[2].low;
    if (store == Store::byte) {
      std::uint8_t* out = fresh<std::uint8_t>(n);
      if (surely == possibly)
        kernels::select_bytes(out, surely, bytes(a), bytes(b), n);
      else
        (upper ? kernels::select_most_bytes : kernels::select_least_bytes)(out, surely, possibly, bytes(a), bytes(b),
                                                                           n);
      return out;
    }
    std::int64_t* out = fresh<std::int64_t>(n);
    if (surely == possibly)
      kernels::select(out, surely, numbers(a), numbers(b), n);
    else
      (upper ? kernels::select_most : kernels::select_least)(out, surely, possibly, numbers(a), numbers(b), n);
    return out;
  });
  return true;
}

bool Block::apply_conflict(const Step& step, std::span<const Lane> args, std::size_t n) {
  settle(step.out, args[0].low, args[0].high, n);
  if (kernels::any_set(bytes(args[1].low), n)) patch(step, n, bytes(args[1].low));
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
    const Wide a = read_at(args[0].low, a_store, i);
    const Wide b = op == Op::rescale ? factor : read_at(args[1].low, b_store, i);
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
