// The one-family evaluator: walks the law for one row at a time, with memory of what it has computed. Deliberately
// simple; the slow twin of the block evaluator and the engine of explanations.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mix.h"
#include "policy/detail/ask.h"
#include "policy/detail/interval.h"

namespace songtan::policy::detail {

/// Where a node is evaluated.
struct At {
  std::int64_t row = 0;
  PeriodKey period;
  bool presumed = false;
  bool lagged = false;  ///< reached through 上月, 过去 …
};

/// The periods that an `inside` node folds over, in order.
std::vector<PeriodKey> periods_inside(const Node& node, PeriodKey period);

/// One input of one row, in every period, or one parameter row, taken to have another value.
struct Pretence {
  int variable = -1;
  std::int64_t row = 0;
  const ParameterRow* parameter = nullptr;
  Value value;
};

/// What an evaluation read: inputs by row, and the parameter rows that applied with the parameter they belong to.
struct Reads {
  std::set<std::pair<int, std::int64_t>> facts;
  std::map<const ParameterRow*, int> parameters;
};

class SimpleEvaluator {
 public:
  SimpleEvaluator(const Law& law, const Inputs& inputs, const Options& options);

  /// A node on the rows of `entity`.
  Value node(int id, int entity, const At& at);
  Value variable(int index, const At& at, bool absent_is_zero = false);
  /// Rows in person space that a reduction visits, in order.
  std::vector<std::int64_t> rows_in(const Collection& over, std::int64_t row) const;
  Day day_for(Wide which, PeriodKey period) const;
  PeriodKey moved(const Node& node, PeriodKey period) const;
  std::int64_t group_row(int group, std::int64_t person) const;
  /// Takes a value to be another until told otherwise; null ends it.
  void pretend(const Pretence* pretence);
  /// Notes what is read from now on.
  void note_reads(Reads* reads) { reads_ = reads; }
  /// The parameter row that applied, for traces; null when none or not settled.
  const ParameterRow* row_used(const Node& node, int entity, const At& at);

 private:
  struct Key {
    int variable;
    PeriodKey period;
    std::int64_t row;
    bool presumed;
    bool lagged;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      const auto what = static_cast<std::uint64_t>(key.variable) << 34 | static_cast<std::uint32_t>(key.period.index);
      const auto flags = static_cast<std::uint64_t>(key.presumed ? 1 : 0) + (key.lagged ? 2 : 0);
      return mix64(what ^ (static_cast<std::uint64_t>(key.row) * 4 + flags) * 0x9e3779b97f4a7c15ULL);
    }
  };

  const Law& law_;
  const Inputs& inputs_;
  const Options& options_;
  std::vector<GroupIndex> groups_;
  std::vector<std::vector<const InputColumn*>> columns_;  ///< by variable
  std::unordered_map<Key, Value, Hash> known_;
  std::map<std::pair<int, PeriodKey>, std::vector<const ParameterRow*>> rows_;  ///< of parameters, in force
  const Pretence* pretence_ = nullptr;
  Reads* reads_ = nullptr;

  Value compute(const Node& node, int entity, const At& at);
  Value arithmetic(const Node& node, int entity, const At& at);
  Value chosen(const Node& node, int entity, const At& at);
  Value folded(const Node& node, const At& at);
  Value nth(const Node& node, const At& at, const std::vector<std::int64_t>& rows);
  Value extreme(const Node& node, const At& at, const std::vector<std::int64_t>& rows);
  Value past(const Node& node, int entity, const At& at);
  Value inside(const Node& node, int entity, const At& at);
  Value ranked(const Node& node, const At& at);
  Value unknown(int index, const At& at);
  const InputColumn* column(int index, PeriodKey period) const;
  Value parameter(const Node& node, PeriodKey period, const std::vector<Value>& keys, const ParameterRow** used);
};

}  // namespace songtan::policy::detail
