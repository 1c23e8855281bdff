// Running a plan over one range of rows. In: plan, population, columns of earlier stages. Out: registers of the range.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "policy/detail/plan.h"

namespace songtan::policy::detail {

/// A register over all rows of its entity, kept for other blocks and later stages.
struct FullColumn {
  std::vector<std::byte> low, high;
  std::vector<std::uint8_t> trouble;
  std::vector<std::uint64_t> missing;
};

/// What all blocks share and only read; `full` is written by the owner of the rows.
struct Population {
  const Law& law;
  const Inputs& inputs;
  const Plan& plan;
  std::vector<GroupIndex> groups;
  std::vector<FullColumn> full;  ///< by register; empty where not kept
  std::vector<int> step_of;      ///< register → step, -1 for constants
  std::vector<int> bit_of;       ///< variable → bit of missing, -1; bits end at 61, later inputs share it
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
  /// Inputs that would settle a row, as bits.
  std::uint64_t missing(int reg, std::size_t row);

 private:
  Population& p_;
  Arena arena_;
  Arena constants_;
  std::vector<Lane> lanes_;
  std::vector<Lane> constant_lanes_;
  std::size_t constant_rows_ = 0;
  std::vector<std::uint64_t*> masks_;
  Range range_;
  int stage_ = 0;

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

  void load(const Step& step);
  void apply(const Step& step);
  bool apply_bytes(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_numbers(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_compare(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_select(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_special(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_divide(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_wide(const Step& step, std::span<const Lane> args, std::size_t n);
  bool apply_table(const Step& step, std::span<const Lane> args, std::size_t n);
  void apply_rows(const Step& step, std::size_t n);
  void check(const Step& step);
  void down(const Step& step);
  void gather(const Step& step);
  void fold(const Step& step);
  bool fold_flat(const Step& step, std::size_t n);
  void fold_rows(const Step& step, std::size_t n);
  Value folded(const Step& step, std::span<const std::int64_t> members);
  Value fold_operand(const Step& step, int reg, std::int64_t member) const;
  void members_of(const Step& step, std::size_t row, std::vector<std::int64_t>& out) const;
  void place_in_group(const Step& step);
  void write_rows(int out, std::size_t n, std::vector<Value>& values);
  Value full_value(int reg, std::int64_t row) const;
  std::uint64_t full_missing(int reg, std::int64_t row, bool local);
  std::uint64_t missing_of_step(const Step& step, int reg, std::size_t row);
  std::uint64_t missing_of_fold(const Step& step, std::size_t row);
};

}  // namespace songtan::policy::detail
