#include <algorithm>
#include <cstring>

#include "policy/detail/block.h"

namespace songtan::policy::detail {
namespace {

/// One member's part in a sum, count, any or all.
Value term_of(Fold fold, const Value& in, const Value& value) {
  if (fold == Fold::any) return both(in, value);
  if (fold == Fold::all) return either(negation(in), value);
  const Trouble trouble = std::max(in.trouble, value.trouble);
  if (trouble != Trouble::none) return troubled(ValueKind::number, trouble);
  if (fold == Fold::count || in.surely()) return fold == Fold::count ? in : value;
  return {std::min(Wide{0}, value.low), std::max(Wide{0}, value.high), Trouble::none, {}};
}

}  // namespace

Value Block::fold_operand(const Step& step, int id, std::int64_t member) const {
  if (id < 0) return {1, 1, Trouble::none, {}};
  if (!step.local) return full_value(id, member);
  return value(id, static_cast<std::size_t>(member) - first_row(0));
}

void Block::members_of(const Step& step, std::size_t row, std::vector<std::int64_t>& out) const {
  out.clear();
  const Collection& over = step.node->over;
  const std::size_t at = first_row(reg(step.out).entity) + row;
  if (over.link >= 0) {
    const LinkLists& links = p_.inputs.links[static_cast<std::size_t>(over.link)];
    if (links.offsets.empty()) return;
    for (std::int64_t i = links.offsets[at]; i < links.offsets[at + 1]; ++i)
      out.push_back(links.targets[static_cast<std::size_t>(i)]);
    return;
  }
  const Membership& group = p_.inputs.groups[static_cast<std::size_t>(over.group - 1)];
  for (std::int64_t slot = group.offsets[at]; slot < group.offsets[at + 1]; ++slot) {
    const auto s = static_cast<std::size_t>(slot);
    if (over.role >= 0 && (group.roles.empty() || group.roles[s] != over.role)) continue;
    out.push_back(group.members.empty() ? slot : group.members[s]);
  }
}

void Block::fold(const Step& step) {
  const std::size_t n = rows(reg(step.out).entity);
  if (step.local && fold_flat(step, n)) return patch_groups(step, n);
  fold_rows(step, n);
}

void Block::fold_rows(const Step& step, std::size_t n) {
  for (const int arg : step.args) {
    if (step.local && arg >= 0) operand(arg);
  }
  std::vector<Value> out(n);
  std::vector<std::int64_t> members;
  for (std::size_t row = 0; row < n; ++row) {
    members_of(step, row, members);
    out[row] = folded(step, members);
  }
  write_rows(step.out, n, out);
}

void Block::patch_fold(const Step& step, std::size_t n, const std::uint8_t* marked) {
  std::vector<std::int64_t> members;
  rewrite(step.out, n, marked, [&](std::size_t row) {
    members_of(step, row, members);
    return folded(step, members);
  });
}

Value Block::folded(const Step& step, std::span<const std::int64_t> members) {
  const Node& node = *step.node;
  const Fold fold = node.fold;
  const bool extreme = fold == Fold::largest || fold == Fold::smallest;
  Value out = fold == Fold::all ? Value{1, 1, Trouble::none, {}} : Value{};
  bool some = false, some_sure = false;
  Wide sure = 0, low = 0, high = 0, least_before = 0, most_before = 0;
  Trouble trouble = Trouble::none;
  for (const std::int64_t member : members) {
    if (fold == Fold::nth && least_before >= node.value) break;
    const Value in = fold_operand(step, step.args[0], member);
    if (in.surely_not()) continue;
    if (fold == Fold::nth && in.trouble != Trouble::none) {
      trouble = std::max(trouble, in.trouble);
      ++most_before;
      continue;
    }
    const bool candidate = fold != Fold::nth || most_before >= node.value - 1;
    const Value value = candidate && step.args[1] >= 0 ? fold_operand(step, step.args[1], member) : in;
    if (fold == Fold::nth) {
      least_before += in.low;
      ++most_before;
      if (!candidate) continue;
    } else if (!extreme) {
      out = folded_pair(fold == Fold::count ? Fold::sum : fold, out, term_of(fold, in, value));
      continue;
    }
    trouble = std::max({trouble, in.trouble, value.trouble});
    if (extreme && in.surely()) {
      const Wide bound = fold == Fold::largest ? value.low : value.high;
      sure = !some_sure ? bound : fold == Fold::largest ? std::max(sure, bound) : std::min(sure, bound);
      some_sure = true;
    }
    low = some ? std::min(low, value.low) : value.low;
    high = some ? std::max(high, value.high) : value.high;
    some = true;
  }
  if (!extreme && fold != Fold::nth) return out;
  if (trouble != Trouble::none) return troubled(node.type.kind, trouble);
  if (extreme && some_sure)
    return fold == Fold::largest ? Value{sure, high, Trouble::none, {}} : Value{low, sure, Trouble::none, {}};
  const Wide none = extreme ? 0 : none_of(node.type.kind);
  if (extreme || least_before < node.value) {
    low = some ? std::min(low, none) : none;
    high = some ? std::max(high, none) : none;
  }
  return {low, high, Trouble::none, {}};
}

std::uint64_t Block::full_missing(int id, std::int64_t row, bool local) {
  if (id < 0 || reg(id).constant) return 0;
  if (local) return missing(id, static_cast<std::size_t>(row) - first_row(0));
  return p_.full[static_cast<std::size_t>(id)].missing[hand_][static_cast<std::size_t>(row)];
}

std::uint64_t Block::missing(int id, std::size_t row) {
  if (reg(id).constant) return 0;
  if (reg(id).stage < stage_)
    return p_.full[static_cast<std::size_t>(id)].missing[hand_][first_row(reg(id).entity) + row];
  if (value(id, row).exact()) return 0;
  Mask& mask = masks_[hand_][static_cast<std::size_t>(id)];
  if (mask.bits == nullptr) {
    const std::size_t n = rows(reg(id).entity);
    mask = {fresh<std::uint64_t>(n), fresh<std::uint8_t>(n)};
    std::memset(mask.done, 0, n);
  }
  if (mask.done[row] != 0) return mask.bits[row];
  const std::uint64_t found =
      missing_of_step(p_.plan.steps[static_cast<std::size_t>(p_.step_of[static_cast<std::size_t>(id)])], id, row);
  masks_[hand_][static_cast<std::size_t>(id)].bits[row] = found;
  masks_[hand_][static_cast<std::size_t>(id)].done[row] = 1;
  return found;
}

std::uint64_t Block::missing_of_step(const Step& step, int id, std::size_t row) {
  const std::size_t at = first_row(reg(id).entity) + row;
  switch (step.what) {
    case Do::load: {
      const bool known = step.column != nullptr && (step.column->known.empty() || step.column->known[at] != 0);
      if (known) return 0;
      if (step.args[0] >= 0) return missing(step.args[0], row);
      const int bit = p_.hands[hand_][static_cast<std::size_t>(step.variable)];
      return bit < 0 ? 0 : std::uint64_t{1} << bit;
    }
    case Do::apply:
      if (step.node->op == Op::select) {
        const Value when = value(step.args[0], row);
        if (when.exact()) return missing(step.args[when.low == 1 ? 1 : 2], row);
      }
      break;
    case Do::down: return missing(step.args[0], static_cast<std::size_t>(group_of_rows()[row]));
    case Do::gather: {
      if (step.node->op == Op::from_group)
        return full_missing(step.args[0], p_.groups[static_cast<std::size_t>(step.node->index - 1)].group[at], false);
      const LinkLists& links = p_.inputs.links[static_cast<std::size_t>(step.node->index)];
      return links.offsets.empty()
                 ? 0
                 : full_missing(step.args[0], links.targets[static_cast<std::size_t>(links.offsets[at])], false);
    }
    case Do::fold: return missing_of_fold(step, row);
    case Do::rank: {
      std::uint64_t found = 0;
      const Membership& group = p_.inputs.groups[static_cast<std::size_t>(step.node->index - 1)];
      const auto g = static_cast<std::size_t>(p_.groups[static_cast<std::size_t>(step.node->index - 1)].group[at]);
      for (std::int64_t s = group.offsets[g]; s < group.offsets[g + 1]; ++s)
        found |= full_missing(step.args[0], group.members.empty() ? s : group.members[static_cast<std::size_t>(s)],
                              step.local);
      return found;
    }
    default: break;
  }
  std::uint64_t found = 0;
  for (const int arg : step.args) {
    if (arg >= 0) found |= missing(arg, row);
  }
  return found;
}

std::uint64_t Block::missing_of_fold(const Step& step, std::size_t row) {
  const Node& node = *step.node;
  std::vector<std::int64_t> members;
  members_of(step, row, members);
  std::uint64_t found = 0;
  Wide least_before = 0, most_before = 0;
  for (const std::int64_t member : members) {
    if (node.fold == Fold::nth && least_before >= node.value) break;
    const Value in = fold_operand(step, step.args[0], member);
    if (in.surely_not()) continue;
    const std::uint64_t in_missing = full_missing(step.args[0], member, step.local);
    if (node.fold == Fold::nth) {
      found |= in_missing;
      if (in.trouble == Trouble::none && most_before >= node.value - 1)
        found |= full_missing(step.args[1], member, step.local);
      if (in.trouble == Trouble::none) least_before += in.low;
      ++most_before;
      continue;
    }
    const Value value = step.args[1] >= 0 ? fold_operand(step, step.args[1], member) : in;
    const bool extreme = node.fold == Fold::largest || node.fold == Fold::smallest;
    if (!extreme && term_of(node.fold, in, value).exact()) continue;
    found |= in_missing | full_missing(step.args[1], member, step.local);
  }
  return found;
}

}  // namespace songtan::policy::detail
