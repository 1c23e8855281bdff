// Folds over the members of a block's own groups, as loops over columns.
#include <algorithm>
#include <cstring>

#include "policy/detail/block.h"
#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
namespace {

const std::uint8_t* bytes(const void* data) { return static_cast<const std::uint8_t*>(data); }
const std::int64_t* numbers(const void* data) { return static_cast<const std::int64_t*>(data); }

}  // namespace

/// Which rows count: surely and possibly; null = all. `offsets` of the block's groups, `first` row of its persons.
struct Block::Members {
  const std::uint8_t* surely = nullptr;
  const std::uint8_t* possibly = nullptr;
  const std::int64_t* offsets = nullptr;
  std::int64_t first = 0;

  bool settled() const { return surely == possibly; }
};

Block::Members Block::members_in(const Step& step) {
  const Membership& group = p_.inputs.groups[static_cast<std::size_t>(p_.plan.primary - 1)];
  const std::size_t persons = rows(0);
  Members in;
  in.offsets = group.offsets.data() + range_.group_begin;
  in.first = range_.person_begin;
  if (step.args[0] >= 0) {
    const Lane& lane = operand(step.args[0]);
    in.surely = bytes(lane.low);
    in.possibly = bytes(lane.high);
  }
  if (step.node->over.role < 0) return in;
  std::uint8_t* role = fresh<std::uint8_t>(persons);
  std::memset(role, 0, persons);
  if (!group.roles.empty())
    kernels::is_role(role, group.roles.data() + in.first, static_cast<std::uint8_t>(step.node->over.role), persons);
  if (in.surely == nullptr) {
    in.surely = in.possibly = role;
    return in;
  }
  const bool settled = in.settled();
  const auto narrowed = [&](const std::uint8_t* rows_in) {
    std::uint8_t* out = fresh<std::uint8_t>(persons);
    kernels::both(out, rows_in, role, persons);
    return out;
  };
  in.surely = narrowed(in.surely);
  in.possibly = settled ? in.surely : narrowed(in.possibly);
  return in;
}

bool Block::fold_flat(const Step& step, std::size_t n) {
  const Node& node = *step.node;
  if (reg(step.out).store == Store::wide) return false;
  const Lane value = step.args[1] >= 0 ? operand(step.args[1]) : Lane{};
  if (step.args[1] >= 0 && reg(step.args[1]).store == Store::wide) return false;
  const Members in = members_in(step);
  switch (node.fold) {
    case Fold::count: return fold_count(step, in, n);
    case Fold::any:
    case Fold::all: return fold_bytes(step, in, value, n);
    case Fold::sum: return fold_sum(step, in, value, n);
    case Fold::nth: return fold_nth(step, in, value, n);
    default: return fold_extreme(step, in, value, n);
  }
}

bool Block::fold_count(const Step& step, const Members& in, std::size_t n) {
  both_ends(step.out, n, in.settled(), [&](bool upper) {
    std::int64_t* out = fresh<std::int64_t>(n);
    kernels::count_groups(out, upper ? in.possibly : in.surely, in.offsets, in.first, n,
                          static_cast<std::int32_t*>(running(rows(0))));
    return out;
  });
  return true;
}

// Some member counts and holds; none counts and fails.
bool Block::fold_bytes(const Step& step, const Members& in, const Lane& value, std::size_t n) {
  const std::size_t persons = rows(0);
  const bool all = step.node->fold == Fold::all;
  both_ends(step.out, n, in.settled() && value.low == value.high, [&](bool upper) {
    const std::uint8_t* counts = upper != all ? in.possibly : in.surely;
    const std::uint8_t* holds = bytes(upper ? value.high : value.low);
    std::uint8_t* found = fresh<std::uint8_t>(persons);
    if (all) {
      kernels::negation(found, holds, persons);
      holds = found;
    }
    if (counts != nullptr) {
      std::uint8_t* both = fresh<std::uint8_t>(persons);
      kernels::both(both, holds, counts, persons);
      holds = both;
    }
    std::uint8_t* out = fresh<std::uint8_t>(n);
    kernels::any_groups(out, holds, in.offsets, in.first, n, static_cast<std::int32_t*>(running(persons)));
    if (!all) return out;
    std::uint8_t* none = fresh<std::uint8_t>(n);
    kernels::negation(none, out, n);
    return none;
  });
  return true;
}

// A member that only perhaps counts adds 0 or its value.
bool Block::fold_sum(const Step& step, const Members& in, const Lane& value, std::size_t n) {
  const std::size_t persons = rows(0);
  both_ends(step.out, n, in.settled() && value.low == value.high, [&](bool upper) {
    const std::int64_t* terms = numbers(upper ? value.high : value.low);
    const std::uint8_t* counts = in.surely;
    if (!in.settled()) {
      std::int64_t* made = fresh<std::int64_t>(persons);
      (upper ? kernels::select_most : kernels::select_least)(made, in.surely, in.possibly, terms, zeros(persons),
                                                             persons);
      terms = made;
      counts = nullptr;
    }
    std::int64_t* out = fresh<std::int64_t>(n);
    kernels::sum_groups(out, terms, counts, in.offsets, in.first, n, static_cast<std::int64_t*>(running(persons)));
    return out;
  });
  return true;
}

// Of the rows that surely count one bound is certain; where none surely does, the result may also be 0.
bool Block::fold_extreme(const Step& step, const Members& in, const Lane& value, std::size_t n) {
  if (reg(step.args[1]).store != Store::narrow) return false;
  const bool largest = step.node->fold == Fold::largest;
  const std::int64_t* low = numbers(value.low);
  const std::int64_t* high = numbers(value.high);
  std::int64_t* out_low = fresh<std::int64_t>(n);
  std::int64_t* out_high = fresh<std::int64_t>(n);
  for (std::size_t g = 0; g < n; ++g) {
    bool some = false, some_sure = false;
    std::int64_t least = 0, most = 0, sure = 0;
    for (std::int64_t i = in.offsets[g] - in.first; i < in.offsets[g + 1] - in.first; ++i) {
      if (in.possibly != nullptr && in.possibly[i] == 0) continue;
      least = some ? std::min(least, low[i]) : low[i];
      most = some ? std::max(most, high[i]) : high[i];
      some = true;
      if (in.surely != nullptr && in.surely[i] == 0) continue;
      const std::int64_t bound = largest ? low[i] : high[i];
      sure = !some_sure ? bound : largest ? std::max(sure, bound) : std::min(sure, bound);
      some_sure = true;
    }
    out_low[g] = some_sure ? (largest ? sure : least) : std::min<std::int64_t>(0, least);
    out_high[g] = some_sure ? (largest ? most : sure) : std::max<std::int64_t>(0, most);
  }
  settle(step.out, out_low, out_high, n);
  return true;
}

// The k-th member that counts; groups where it is not settled who counts are done again.
bool Block::fold_nth(const Step& step, const Members& in, const Lane& value, std::size_t n) {
  const Store store = reg(step.out).store;
  if (reg(step.args[1]).store != store) return false;
  const std::size_t persons = rows(0);
  std::int64_t* at = fresh<std::int64_t>(n);
  for (std::size_t g = 0; g < n; ++g) {
    Wide left = step.node->value;
    at[g] = -1;
    for (std::int64_t i = in.offsets[g] - in.first; i < in.offsets[g + 1] - in.first && left > 0; ++i) {
      if (in.surely != nullptr && in.surely[i] == 0) continue;
      if (--left == 0) at[g] = i;
    }
  }
  const auto none = static_cast<std::int64_t>(none_of(step.node->type.kind));
  both_ends(step.out, n, value.low == value.high, [&](bool upper) -> void* {
    const void* from = upper ? value.high : value.low;
    if (store == Store::byte) {
      std::uint8_t* out = fresh<std::uint8_t>(n);
      for (std::size_t g = 0; g < n; ++g) out[g] = at[g] < 0 ? std::uint8_t{0} : bytes(from)[at[g]];
      return out;
    }
    std::int64_t* out = fresh<std::int64_t>(n);
    for (std::size_t g = 0; g < n; ++g) out[g] = at[g] < 0 ? none : numbers(from)[at[g]];
    return out;
  });
  if (in.settled()) return true;
  std::uint8_t* apart = fresh<std::uint8_t>(persons);
  for (std::size_t i = 0; i < persons; ++i) apart[i] = in.surely[i] ^ in.possibly[i];
  std::uint8_t* marked = fresh<std::uint8_t>(n);
  kernels::any_groups(marked, apart, in.offsets, in.first, n, static_cast<std::int32_t*>(running(persons)));
  patch_fold(step, n, marked);
  return true;
}

// Groups with a troubled member again, one by one.
void Block::patch_groups(const Step& step, std::size_t n) {
  const std::size_t persons = rows(0);
  std::uint8_t* troubled = nullptr;
  for (const int arg : step.args) {
    if (arg < 0) continue;
    const Lane& lane = operand(arg);
    if (lane.trouble == nullptr) continue;
    if (troubled == nullptr) {
      troubled = fresh<std::uint8_t>(persons);
      std::memset(troubled, 0, persons);
    }
    for (std::size_t i = 0; i < persons; ++i) troubled[i] |= lane.trouble[i] != 0 ? std::uint8_t{1} : std::uint8_t{0};
  }
  if (troubled == nullptr) return;
  const auto& offsets = p_.inputs.groups[static_cast<std::size_t>(p_.plan.primary - 1)].offsets;
  std::uint8_t* marked = fresh<std::uint8_t>(n);
  kernels::any_groups(marked, troubled, offsets.data() + range_.group_begin, range_.person_begin, n,
                      static_cast<std::int32_t*>(running(persons)));
  patch_fold(step, n, marked);
}

}  // namespace songtan::policy::detail
