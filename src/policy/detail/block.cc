#include "policy/detail/block.h"

#include <algorithm>
#include <cstring>

#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
void* Arena::take(std::size_t bytes) {
  bytes = (bytes + 63) / 64 * 64;
  while (chunk_ < chunks_.size() && used_ + bytes > chunks_[chunk_].second) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) {
    const std::size_t size = std::max(bytes, kChunk);
    chunks_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(size), size);
    used_ = 0;
  }
  void* out = chunks_[chunk_].first.get() + used_;
  used_ += bytes;
  return out;
}

Block::Block(Population& population)
    : p_(population),
      lanes_(population.plan.registers.size()),
      constant_lanes_(population.plan.registers.size()),
      masks_(population.hands.size(), std::vector<Mask>(population.plan.registers.size())) {}

std::size_t Block::rows(int entity) const {
  if (range_.space != 0) return static_cast<std::size_t>(range_.group_end - range_.group_begin);
  return entity == 0 ? static_cast<std::size_t>(range_.person_end - range_.person_begin)
                     : static_cast<std::size_t>(range_.group_end - range_.group_begin);
}

std::size_t Block::first_row(int entity) const {
  return static_cast<std::size_t>(range_.space == 0 && entity == 0 ? range_.person_begin : range_.group_begin);
}

bool Block::in_space(int entity) const {
  return range_.space == 0 ? entity == 0 || entity == p_.plan.primary : entity == range_.space;
}

bool Block::computed(int id, int stage) const {
  return !reg(id).constant && reg(id).stage == stage && in_space(reg(id).entity);
}

void Block::fill_constants(std::size_t most) {
  if (most <= constant_rows_) return;
  constant_rows_ = most;
  constants_.reset();
  for (std::size_t r = 0; r < p_.plan.registers.size(); ++r) {
    const Register& each = p_.plan.registers[r];
    if (!each.constant) continue;
    void* data = constants_.take(most * bytes_of(each.store));
    for (std::size_t i = 0; i < most; ++i) write_at(data, each.store, i, each.value);
    constant_lanes_[r] = {data, data, nullptr, most};
  }
}

void Block::run(const Range& range, int stage) {
  range_ = range;
  stage_ = stage;
  arena_.reset();
  for (std::vector<Mask>& hand : masks_) std::ranges::fill(hand, Mask{});
  std::ranges::fill(lanes_, Lane{});
  group_of_ = nullptr;
  fill_constants(std::max(rows(0), rows(p_.plan.primary)));
  for (const Step& step : p_.plan.steps) {
    if (!computed(step.out, stage)) continue;
    switch (step.what) {
      case Do::load: load(step); break;
      case Do::apply: apply(step); break;
      case Do::check: check(step); break;
      case Do::down: down(step); break;
      case Do::gather: gather(step); break;
      case Do::fold: fold(step); break;
      case Do::role_is:
      case Do::position:
      case Do::rank: place_in_group(step); break;
    }
    if (reg(step.out).full) keep(step.out);
  }
}

// Copies a register to its full column; what is missing is kept for the rows that are not settled.
void Block::keep(int id) {
  FullColumn& full = p_.full[static_cast<std::size_t>(id)];
  const Lane& lane = lanes_[static_cast<std::size_t>(id)];
  const std::size_t size = bytes_of(reg(id).store);
  const std::size_t begin = first_row(reg(id).entity);
  std::memcpy(full.low.data() + begin * size, lane.low, lane.rows * size);
  std::memcpy(full.high.data() + begin * size, lane.high, lane.rows * size);
  if (lane.trouble != nullptr) std::memcpy(full.trouble.data() + begin, lane.trouble, lane.rows);
  if (exact(lane)) return;
  for (std::size_t row = 0; row < lane.rows; ++row) {
    if (value(id, row).exact()) continue;
    for (std::size_t hand = 0; hand < masks_.size(); ++hand) full.missing[hand][begin + row] = missing(id, row, hand);
  }
}

const Lane& Block::operand(int id) {
  const Register& from = reg(id);
  if (from.constant) return constant_lanes_[static_cast<std::size_t>(id)];
  Lane& lane = lanes_[static_cast<std::size_t>(id)];
  if (lane.low != nullptr || from.stage == stage_) return lane;
  const FullColumn& full = p_.full[static_cast<std::size_t>(id)];
  const std::size_t size = bytes_of(from.store);
  const std::size_t begin = first_row(from.entity);
  const std::size_t n = rows(from.entity);
  lane.rows = n;
  lane.low = full.low.data() + begin * size;
  lane.high = full.high.data() + begin * size;
  if (std::memcmp(lane.low, lane.high, n * size) == 0) lane.high = lane.low;
  const std::uint8_t* trouble = full.trouble.data() + begin;
  if (std::any_of(trouble, trouble + n, [](std::uint8_t t) { return t != 0; })) lane.trouble = trouble;
  return lane;
}

Value Block::value(int id, std::size_t row) const {
  const Register& from = reg(id);
  if (from.constant) return {from.value, from.value, Trouble::none, {}};
  const Lane& lane = lanes_[static_cast<std::size_t>(id)];
  const Trouble trouble = lane.trouble == nullptr ? Trouble::none : static_cast<Trouble>(lane.trouble[row]);
  return {read_at(lane.low, from.store, row), read_at(lane.high, from.store, row), trouble, {}};
}

Value Block::full_value(int id, std::int64_t row) const {
  const Register& from = reg(id);
  if (from.constant) return {from.value, from.value, Trouble::none, {}};
  const FullColumn& full = p_.full[static_cast<std::size_t>(id)];
  const auto r = static_cast<std::size_t>(row);
  return {read_at(full.low.data(), from.store, r),
          read_at(full.high.data(), from.store, r),
          static_cast<Trouble>(full.trouble[r]),
          {}};
}

void Block::settle(int out, const void* low, const void* high, std::size_t n) {
  if (low != high && std::memcmp(low, high, n * bytes_of(reg(out).store)) == 0) high = low;
  lanes_[static_cast<std::size_t>(out)] = {low, high, nullptr, n};
}

void Block::write_rows(int out, std::size_t n, std::vector<Value>& values) {
  const Store store = reg(out).store;
  void* low = arena_.take(n * bytes_of(store));
  void* high = arena_.take(n * bytes_of(store));
  std::uint8_t* trouble = nullptr;
  for (std::size_t row = 0; row < n; ++row) {
    write_at(low, store, row, values[row].low);
    write_at(high, store, row, values[row].high);
    if (values[row].trouble == Trouble::none) continue;
    if (trouble == nullptr) {
      trouble = fresh<std::uint8_t>(n);
      std::memset(trouble, 0, n);
    }
    trouble[row] = static_cast<std::uint8_t>(values[row].trouble);
  }
  settle(out, low, high, n);
  lanes_[static_cast<std::size_t>(out)].trouble = trouble;
}

void Block::rewrite(int out, std::size_t n, const std::uint8_t* marked,
                    const std::function<Value(std::size_t)>& value_of) {
  const Lane old = lanes_[static_cast<std::size_t>(out)];
  const Store store = reg(out).store;
  const std::size_t size = n * bytes_of(store);
  void* low = arena_.take(size);
  void* high = arena_.take(size);
  std::memcpy(low, old.low, size);
  std::memcpy(high, old.high, size);
  std::uint8_t* trouble = fresh<std::uint8_t>(n);
  std::memset(trouble, 0, n);
  if (old.trouble != nullptr) std::memcpy(trouble, old.trouble, n);
  for (std::size_t row = 0; row < n; ++row) {
    if (marked[row] == 0) continue;
    const Value made = value_of(row);
    write_at(low, store, row, made.low);
    write_at(high, store, row, made.high);
    trouble[row] = static_cast<std::uint8_t>(made.trouble);
  }
  settle(out, low, high, n);
  if (kernels::any_set(trouble, n)) lanes_[static_cast<std::size_t>(out)].trouble = trouble;
}

bool Block::settled(std::span<const Lane> lanes) {
  return std::ranges::all_of(lanes, [](const Lane& lane) { return lane.low == lane.high; });
}

const std::int32_t* Block::group_of_rows() {
  if (group_of_ == nullptr) {
    std::int32_t* made = fresh<std::int32_t>(rows(0));
    const auto& offsets = p_.inputs.groups[static_cast<std::size_t>(p_.plan.primary - 1)].offsets;
    kernels::groups_of_rows(made, offsets.data() + range_.group_begin, range_.person_begin,
                            static_cast<std::size_t>(range_.group_end - range_.group_begin));
    group_of_ = made;
  }
  return group_of_;
}

const std::int64_t* Block::zeros(std::size_t n) {
  if (zeros_.size() < n) zeros_.resize(n);
  return zeros_.data();
}

void* Block::running(std::size_t n) {
  if (running_.size() < n + 1) running_.resize(n + 1);
  return running_.data();
}

void Block::load(const Step& step) {
  const Variable& variable = p_.law.variable(step.variable);
  const std::size_t n = rows(reg(step.out).entity);
  const std::size_t begin = first_row(reg(step.out).entity);
  const bool boolean = reg(step.out).kind == ValueKind::boolean;
  const std::int64_t* values = step.column == nullptr ? nullptr : step.column->values.data() + begin;
  const std::uint8_t* known =
      step.column == nullptr || step.column->known.empty() ? nullptr : step.column->known.data() + begin;
  const int stand_in = step.args[0];
  if (stand_in >= 0) operand(stand_in);
  if (values != nullptr && step.bounded && load_flat(step, n, values, known)) return;
  std::vector<Value> out(n);
  for (std::size_t row = 0; row < n; ++row) {
    if (values != nullptr && (known == nullptr || known[row] != 0)) {
      const std::int64_t given = boolean ? values[row] != 0 : values[row];
      out[row] = given > kLargestInput || given < -kLargestInput ? troubled(variable.type.kind, Trouble::overflow)
                                                                 : Value{given, given, Trouble::none, {}};
    } else if (stand_in >= 0) {
      out[row] = value(stand_in, row);
    } else {
      out[row] = {variable.lowest, variable.highest, Trouble::none, {}};
    }
  }
  write_rows(step.out, n, out);
}

// A column without overflows: as it lies where it is complete, else with what stands in for the unknown rows.
bool Block::load_flat(const Step& step, std::size_t n, const std::int64_t* values, const std::uint8_t* known) {
  const Variable& variable = p_.law.variable(step.variable);
  const Store store = reg(step.out).store;
  if (known != nullptr && kernels::all_set(known, n)) known = nullptr;
  if (known == nullptr) {
    if (store == Store::wide) return false;
    if (store == Store::narrow) {
      settle(step.out, values, values, n);
      return true;
    }
    std::uint8_t* out = fresh<std::uint8_t>(n);
    kernels::bytes_of(out, values, n);
    settle(step.out, out, out, n);
    return true;
  }
  const int stand_in = step.args[0];
  const Lane other = stand_in >= 0 ? operand(stand_in) : Lane{};
  if (other.trouble != nullptr || store == Store::wide || (stand_in >= 0 && reg(stand_in).store != store)) return false;
  both_ends(step.out, n, stand_in >= 0 && other.low == other.high, [&](bool upper) -> const void* {
    const void* end = upper ? other.high : other.low;
    const std::int64_t bound = upper ? variable.highest : variable.lowest;
    if (store == Store::byte) {
      std::uint8_t* out = fresh<std::uint8_t>(n);
      kernels::bytes_known_or(out, values, known, static_cast<const std::uint8_t*>(end),
                              static_cast<std::uint8_t>(bound), n);
      return out;
    }
    std::int64_t* out = fresh<std::int64_t>(n);
    if (end == nullptr)
      kernels::known_or(out, values, known, bound, n);
    else
      kernels::known_or_column(out, values, known, static_cast<const std::int64_t*>(end), n);
    return out;
  });
  return true;
}

void Block::check(const Step& step) {
  const std::size_t n = rows(reg(step.out).entity);
  std::vector<Value> out(n);
  if (step.args.empty()) {
    for (Value& each : out) each = troubled(reg(step.out).kind, Trouble::no_table_row);
    return write_rows(step.out, n, out);
  }
  operand(step.args[0]);
  for (std::size_t row = 0; row < n; ++row) {
    out[row] = value(step.args[0], row);
    if (out[row].trouble == Trouble::none && (out[row].low < -kLargestStored || out[row].high > kLargestStored))
      out[row] = troubled(reg(step.out).kind, Trouble::overflow);
  }
  write_rows(step.out, n, out);
}

void Block::down(const Step& step) {
  const Lane from = operand(step.args[0]);
  const Store store = reg(step.out).store;
  const std::size_t n = rows(0);
  const std::int32_t* group = group_of_rows();
  both_ends(step.out, n, from.low == from.high, [&](bool upper) -> const void* {
    const void* source = upper ? from.high : from.low;
    void* out = arena_.take(n * bytes_of(store));
    if (store == Store::byte)
      kernels::spread_bytes(static_cast<std::uint8_t*>(out), static_cast<const std::uint8_t*>(source), group, n);
    if (store == Store::narrow)
      kernels::spread(static_cast<std::int64_t*>(out), static_cast<const std::int64_t*>(source), group, n);
    for (std::size_t row = 0; store == Store::wide && row < n; ++row)
      static_cast<Wide*>(out)[row] = static_cast<const Wide*>(source)[group[row]];
    return out;
  });
  if (from.trouble == nullptr) return;
  std::uint8_t* trouble = fresh<std::uint8_t>(n);
  kernels::spread_bytes(trouble, from.trouble, group, n);
  lanes_[static_cast<std::size_t>(step.out)].trouble = trouble;
}

void Block::gather(const Step& step) {
  const std::size_t n = rows(0);
  std::vector<Value> out(n);
  std::vector<std::int64_t> members;
  const Wide none = none_of(step.node->type.kind);
  for (std::size_t row = 0; row < n; ++row) {
    const std::size_t person = first_row(0) + row;
    if (step.node->op == Op::from_group) {
      out[row] = full_value(step.args[0], p_.groups[static_cast<std::size_t>(step.node->index - 1)].group[person]);
      continue;
    }
    const LinkLists& links = p_.inputs.links[static_cast<std::size_t>(step.node->index)];
    const bool some = !links.offsets.empty() && links.offsets[person] < links.offsets[person + 1];
    out[row] = some ? full_value(step.args[0], links.targets[static_cast<std::size_t>(links.offsets[person])])
                    : Value{none, none, Trouble::none, {}};
  }
  write_rows(step.out, n, out);
}

// Roles, places and ranks; a rank compares with every member, so a very large group costs its square.
void Block::place_in_group(const Step& step) {
  const Node& node = *step.node;
  const std::size_t n = rows(0);
  const Membership& group = p_.inputs.groups[static_cast<std::size_t>(node.index - 1)];
  if (step.what == Do::role_is && group.members.empty()) {
    std::uint8_t* out = fresh<std::uint8_t>(n);
    std::memset(out, 0, n);
    if (!group.roles.empty())
      kernels::is_role(out, group.roles.data() + first_row(0), static_cast<std::uint8_t>(node.value), n);
    return settle(step.out, out, out, n);
  }
  if (step.what == Do::rank && rank_flat(step, n)) return;
  const GroupIndex& index = p_.groups[static_cast<std::size_t>(node.index - 1)];
  std::vector<Value> out(n);
  if (step.what == Do::rank && step.local) operand(step.args[0]);
  for (std::size_t row = 0; row < n; ++row) {
    const std::size_t person = first_row(0) + row;
    const auto slot = static_cast<std::size_t>(index.slot[person]);
    const auto g = static_cast<std::size_t>(index.group[person]);
    if (step.what == Do::role_is) {
      const bool is = !group.roles.empty() && group.roles[slot] == node.value;
      out[row] = {is, is, Trouble::none, {}};
    } else if (step.what == Do::position) {
      const Wide place = index.slot[person] - group.offsets[g] + 1;
      out[row] = {place, place, Trouble::none, {}};
    } else {
      const auto key = [&](std::int64_t member) {
        return step.local ? fold_operand(step, step.args[0], member) : full_value(step.args[0], member);
      };
      const Value own = key(static_cast<std::int64_t>(person));
      Value rank{1, 1, own.trouble, {}};
      for (std::int64_t s = group.offsets[g]; s < group.offsets[g + 1]; ++s) {
        if (static_cast<std::size_t>(s) == slot) continue;
        const Value other = key(group.members.empty() ? s : group.members[static_cast<std::size_t>(s)]);
        const bool earlier = static_cast<std::size_t>(s) < slot;
        rank.trouble = std::max(rank.trouble, other.trouble);
        if (other.high < own.low || (earlier && other.high <= own.low)) ++rank.low;
        if (other.low < own.high || (earlier && other.low <= own.high)) ++rank.high;
      }
      out[row] = rank.trouble == Trouble::none ? rank : troubled(ValueKind::number, rank.trouble);
    }
  }
  write_rows(step.out, n, out);
}

// Ranks of settled keys inside the block's own groups.
bool Block::rank_flat(const Step& step, std::size_t n) {
  if (!step.local || reg(step.args[0]).store != Store::narrow) return false;
  const Lane lane = operand(step.args[0]);
  if (!exact(lane)) return false;
  const auto* keys = static_cast<const std::int64_t*>(lane.low);
  const auto& offsets = p_.inputs.groups[static_cast<std::size_t>(p_.plan.primary - 1)].offsets;
  std::int64_t* out = fresh<std::int64_t>(n);
  std::vector<std::size_t> order;
  for (std::int64_t g = range_.group_begin; g < range_.group_end; ++g) {
    const auto begin = static_cast<std::size_t>(offsets[static_cast<std::size_t>(g)] - range_.person_begin);
    const auto end = static_cast<std::size_t>(offsets[static_cast<std::size_t>(g) + 1] - range_.person_begin);
    order.resize(end - begin);
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = begin + i;
    std::ranges::sort(order, {}, [&](std::size_t row) { return std::pair(keys[row], row); });
    for (std::size_t place = 0; place < order.size(); ++place) out[order[place]] = static_cast<std::int64_t>(place) + 1;
  }
  settle(step.out, out, out, n);
  return true;
}

}  // namespace songtan::policy::detail
