// Running a plan over one range of rows. In: plan, population, columns of earlier stages. Out: registers of the range.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "policy/detail/plan.h"

namespace songtan::policy::detail {

/// A register over all rows of its entity, kept for other blocks and later stages.
struct FullColumn {
  std::vector<std::byte> low, high;
  std::vector<std::uint8_t> trouble;
  std::vector<std::vector<std::uint64_t>> missing;  ///< by hand of bits
};

inline std::size_t bytes_of(Store store) {
  return store == Store::byte ? sizeof(std::uint8_t) : store == Store::narrow ? sizeof(std::int64_t) : sizeof(Wide);
}

inline Wide read_at(const void* from, Store store, std::size_t row) {
  if (store == Store::byte) return static_cast<const std::uint8_t*>(from)[row];
  if (store == Store::narrow) return static_cast<const std::int64_t*>(from)[row];
  return static_cast<const Wide*>(from)[row];
}

inline void write_at(void* to, Store store, std::size_t row, Wide value) {
  if (store == Store::byte) {
    static_cast<std::uint8_t*>(to)[row] = static_cast<std::uint8_t>(value);
  } else if (store == Store::narrow) {
    static_cast<std::int64_t*>(to)[row] = static_cast<std::int64_t>(value);
  } else {
    static_cast<Wide*>(to)[row] = value;
  }
}

/// What all blocks share and only read; `full` is written by the owner of the rows.
struct Population {
  const Law& law;
  const Inputs& inputs;
  const Plan& plan;
  std::vector<GroupIndex> groups;
  std::vector<FullColumn> full;  ///< by register; empty where not kept
  std::vector<int> step_of;      ///< register → step, -1 for constants
  /// What 64 bits stand for: asks whose facts are at most 64 together share a hand. By hand: variable → bit, or -1.
  std::vector<std::vector<int>> hands;
  std::vector<std::size_t> hand_of_ask;
};

/// Rows of one block. In the main space: persons and the primary groups that hold them.
struct Range {
  int space = 0;  ///< 0 = main, else the entity of another kind of group
  std::int64_t person_begin = 0, person_end = 0;
  std::int64_t group_begin = 0, group_end = 0;
};

/// One register in a block; high == low where every row is settled; trouble null where there is none.
struct Lane {
  const void* low = nullptr;
  const void* high = nullptr;
  const std::uint8_t* trouble = nullptr;
  std::size_t rows = 0;
};

/// Memory of a block, reused from block to block.
class Arena {
 public:
  void* take(std::size_t bytes);
  void reset() { chunk_ = used_ = 0; }

 private:
  static constexpr std::size_t kChunk = std::size_t{1} << 20;
  std::vector<std::pair<std::unique_ptr<std::byte[]>, std::size_t>> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
};

class Block {
 public:
  explicit Block(Population& population);

  /// Computes the steps of one stage that belong to the range's space; writes full columns.
  void run(const Range& range, int stage);
  bool computed(int reg, int stage) const;
  Value value(int reg, std::size_t row) const;
  const Lane& lane(int reg) const { return lanes_[static_cast<std::size_t>(reg)]; }
  std::size_t first_row(int entity) const;
  /// Inputs that would settle a row, as bits of a hand.
  std::uint64_t missing(int reg, std::size_t row, std::size_t hand) {
    hand_ = hand;
    return missing(reg, row);
  }

 private:
  Population& p_;
  Arena arena_;
  Arena constants_;
  std::vector<Lane> lanes_;
  std::vector<Lane> constant_lanes_;
  std::size_t constant_rows_ = 0;
  /// What has been worked out of missing, so that shared parts are walked once.
  struct Mask {
    std::uint64_t* bits = nullptr;
    std::uint8_t* done = nullptr;
  };
  std::vector<std::vector<Mask>> masks_;  ///< by hand, by register
  std::size_t hand_ = 0;
  Range range_;
  int stage_ = 0;
  std::vector<Lane> args_;             ///< operands of the step at work
  std::vector<std::int64_t> running_;  ///< running sums of a fold
  std::vector<std::int64_t> zeros_;
  const std::int32_t* group_of_ = nullptr;  ///< group of each person of the block, from 0; made when first asked for

  const Register& reg(int id) const { return p_.plan.registers[static_cast<std::size_t>(id)]; }
  std::size_t rows(int entity) const;
  bool in_space(int entity) const;
  void fill_constants(std::size_t rows);
  const Lane& operand(int reg);
  void keep(int reg);
  bool exact(const Lane& lane) const { return lane.low == lane.high && lane.trouble == nullptr; }

  template <typename T>
  T* fresh(std::size_t n) {
    return static_cast<T*>(arena_.take(n * sizeof(T)));
  }
  void settle(int out, const void* low, const void* high, std::size_t n);

  /// Whether every operand is settled (its troubled rows apart).
  static bool settled(std::span<const Lane> lanes);
  /// Writes settle's result of `one(upper)` for both ends.
  template <typename One>
  void both_ends(int out, std::size_t n, bool settled, One one) {
    const void* low = one(false);
    settle(out, low, settled ? low : one(true), n);
  }
  const std::int32_t* group_of_rows();
  const std::int64_t* zeros(std::size_t n);
  void* running(std::size_t n);

  void load(const Step& step);
  bool load_flat(const Step& step, std::size_t n, const std::int64_t* values, const std::uint8_t* known);
  void apply(const Step& step);
  bool apply_narrow(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_bytes(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_numbers(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_product(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_compare(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_equal(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_one_of(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_select(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_conflict(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_divide(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_wide(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_table(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_age(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_scale(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_calendar(const Step& step, std::span<const Lane> args, std::size_t n);
  void apply_rows(const Step& step, std::size_t n);
  Value apply_row(const Step& step, std::size_t row, std::vector<Value>& values) const;
  /// Does the marked rows again, one by one, as the simple evaluator does them.
  void patch(const Step& step, std::size_t n, const std::uint8_t* marked);
  void patch_unsettled(const Step& step, std::span<const Lane> args, std::size_t n);
  void patch_troubled(const Step& step, std::span<const Lane> args, std::size_t n);
  void check(const Step& step);
  void down(const Step& step);
  void gather(const Step& step);
  void fold(const Step& step);
  bool fold_flat(const Step& step, std::size_t n);
  struct Members;
  bool fold_sum(const Step& step, const Members& in, const Lane& value, std::size_t n);
  bool fold_bytes(const Step& step, const Members& in, const Lane& value, std::size_t n);
  bool fold_count(const Step& step, const Members& in, std::size_t n);
  bool fold_extreme(const Step& step, const Members& in, const Lane& value, std::size_t n);
  bool fold_nth(const Step& step, const Members& in, const Lane& value, std::size_t n);
  Members members_in(const Step& step);
  void patch_groups(const Step& step, std::size_t n);
  void patch_fold(const Step& step, std::size_t n, const std::uint8_t* marked);
  /// The register again with the marked rows as `value_of` says.
  void rewrite(int out, std::size_t n, const std::uint8_t* marked, const std::function<Value(std::size_t)>& value_of);
  void fold_rows(const Step& step, std::size_t n);
  Value folded(const Step& step, std::span<const std::int64_t> members);
  Value fold_operand(const Step& step, int reg, std::int64_t member) const;
  void members_of(const Step& step, std::size_t row, std::vector<std::int64_t>& out) const;
  void place_in_group(const Step& step);
  bool rank_flat(const Step& step, std::size_t n);
  void write_rows(int out, std::size_t n, std::vector<Value>& values);
  Value full_value(int reg, std::int64_t row) const;
  std::uint64_t missing(int reg, std::size_t row);
  std::uint64_t full_missing(int reg, std::int64_t row, bool local);
  std::uint64_t missing_of_step(const Step& step, int reg, std::size_t row);
  std::uint64_t missing_of_fold(const Step& step, std::size_t row);
};

}  // namespace songtan::policy::detail
