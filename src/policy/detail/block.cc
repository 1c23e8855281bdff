#include "policy/detail/block.h"

#include <algorithm>
#include <cstring>

#include "policy/detail/kernels.h"

namespace songtan::policy::detail {
namespace {

std::size_t bytes_of(Store store) {
  return store == Store::byte ? sizeof(std::uint8_t) : store == Store::narrow ? sizeof(std::int64_t) : sizeof(Wide);
}

Wide read(const void* from, Store store, std::size_t row) {
  if (store == Store::byte) return static_cast<const std::uint8_t*>(from)[row];
  if (store == Store::narrow) return static_cast<const std::int64_t*>(from)[row];
  return static_cast<const Wide*>(from)[row];
}

void write(void* to, Store store, std::size_t row, Wide value) {
  if (store == Store::byte) {
    static_cast<std::uint8_t*>(to)[row] = static_cast<std::uint8_t>(value);
  } else if (store == Store::narrow) {
    static_cast<std::int64_t*>(to)[row] = static_cast<std::int64_t>(value);
  } else {
    static_cast<Wide*>(to)[row] = value;
  }
}

}  // namespace

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
      masks_(population.plan.registers.size()) {}

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
    for (std::size_t i = 0; i < most; ++i) write(data, each.store, i, each.value);
    constant_lanes_[r] = {data, data, nullptr, most};
  }
}

void Block::run(const Range& range, int stage) {
  range_ = range;
  stage_ = stage;
  arena_.reset();
  std::ranges::fill(masks_, nullptr);
  std::ranges::fill(lanes_, Lane{});
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
    if (!value(id, row).exact()) full.missing[begin + row] = missing(id, row);
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
  return {read(lane.low, from.store, row), read(lane.high, from.store, row), trouble, {}};
}

Value Block::full_value(int id, std::int64_t row) const {
  const Register& from = reg(id);
  if (from.constant) return {from.value, from.value, Trouble::none, {}};
  const FullColumn& full = p_.full[static_cast<std::size_t>(id)];
  const auto r = static_cast<std::size_t>(row);
  return {read(full.low.data(), from.store, r),
          read(full.high.data(), from.store, r),
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
    write(low, store, row, values[row].low);
    write(high, store, row, values[row].high);
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

void Block::load(const Step& step) {
  const Variable& variable = p_.law.variable(step.variable);
  const std::size_t n = rows(reg(step.out).entity);
  const std::size_t begin = first_row(reg(step.out).entity);
  const bool boolean = reg(step.out).kind == ValueKind::boolean;
  const std::int64_t* values = step.column == nullptr ? nullptr : step.column->values.data() + begin;
  const std::uint8_t* known =
      step.column == nullptr || step.column->known.empty() ? nullptr : step.column->known.data() + begin;
  const bool complete = values != nullptr && (known == nullptr || kernels::all_set(known, n));
  if (complete && boolean) {
    std::uint8_t* out = fresh<std::uint8_t>(n);
    kernels::bytes_of(out, values, n);
    return settle(step.out, out, out, n);
  }
  if (complete && reg(step.out).store == Store::narrow && kernels::within(values, kLargestInput, n))
    return settle(step.out, values, values, n);
  const int stand_in = step.args[0];
  if (stand_in >= 0) operand(stand_in);
  if (!boolean && stand_in < 0 && reg(step.out).store == Store::narrow && known != nullptr) {
    std::int64_t* low = fresh<std::int64_t>(n);
    std::int64_t* high = fresh<std::int64_t>(n);
    kernels::known_or(low, values, known, variable.lowest, n);
    kernels::known_or(high, values, known, variable.highest, n);
    if (kernels::within(low, kLargestInput, n) && kernels::within(high, kLargestInput, n))
      return settle(step.out, low, high, n);
  }
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

template <typename T>
void spread(T* out, const T* groups, const std::int64_t* offsets, std::int64_t first_person, std::size_t groups_n) {
  for (std::size_t g = 0; g < groups_n; ++g) {
    for (std::int64_t row = offsets[g] - first_person; row < offsets[g + 1] - first_person; ++row) out[row] = groups[g];
  }
}

void Block::down(const Step& step) {
  const Lane from = operand(step.args[0]);
  const Store store = reg(step.out).store;
  const std::size_t n = rows(0);
  const std::size_t groups_n = static_cast<std::size_t>(range_.group_end - range_.group_begin);
  const std::int64_t* offsets =
      p_.inputs.groups[static_cast<std::size_t>(p_.plan.primary - 1)].offsets.data() + range_.group_begin;
  const auto copy = [&](const void* source) {
    void* out = arena_.take(n * bytes_of(store));
    if (store == Store::byte)
      spread(static_cast<std::uint8_t*>(out), static_cast<const std::uint8_t*>(source), offsets, range_.person_begin,
             groups_n);
    if (store == Store::narrow)
      spread(static_cast<std::int64_t*>(out), static_cast<const std::int64_t*>(source), offsets, range_.person_begin,
             groups_n);
    if (store == Store::wide)
      spread(static_cast<Wide*>(out), static_cast<const Wide*>(source), offsets, range_.person_begin, groups_n);
    return out;
  };
  const void* low = copy(from.low);
  const void* high = from.high == from.low ? low : copy(from.high);
  settle(step.out, low, high, n);
  if (from.trouble == nullptr) return;
  std::uint8_t* trouble = fresh<std::uint8_t>(n);
  spread(trouble, from.trouble, offsets, range_.person_begin, groups_n);
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
  const GroupIndex& index = p_.groups[static_cast<std::size_t>(node.index - 1)];
  std::vector<Value> out(n);
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
      if (step.local) operand(step.args[0]);
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

}  // namespace songtan::policy::detail
