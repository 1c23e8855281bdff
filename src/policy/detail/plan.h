// The law specialised for some questions: flat steps over registers, periods resolved, common parts shared.
// In: asks, shape of the population. Out: steps in an order that can be run block by block.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "policy/detail/ask.h"
#include "policy/detail/interval.h"

namespace songtan::policy::detail {

/// How a register is stored: conditions as bytes, numbers as 64 bits where range analysis proves it, else 128.
enum class Store : std::uint8_t { byte, narrow, wide };

struct Register {
  ValueKind kind = ValueKind::number;
  Store store = Store::narrow;
  int entity = 0;
  int stage = 0;
  bool full = false;  ///< read by other blocks or later stages: kept for all rows
  bool constant = false;
  Wide value = 0;          ///< of a constant
  Wide low = 0, high = 0;  ///< what its value can be, by range analysis
};

enum class Do : std::uint8_t {
  load,    // input column; b = register that stands in where it is unknown, or -1
  apply,   // one row: `node` over args
  check,   // stored value: beyond 61 bits it is an overflow
  down,    // from the group of the block to its persons
  gather,  // from_link, or from_group of another kind of group: full column
  fold,    // over members or links
  role_is,
  position,
  rank
};

struct Step {
  Do what = Do::apply;
  int out = -1;
  std::vector<int> args;
  const Node* node = nullptr;
  PeriodKey period;
  int variable = -1;  ///< of a load
  const InputColumn* column = nullptr;
  bool bounded = false;                   ///< a load: no known value is beyond kLargestInput
  bool local = true;                      ///< a fold or rank over the block's own groups
  std::vector<const ParameterRow*> rows;  ///< of a parameter, in force
  int dense = -1;                         ///< index of a dense table
  int ages = -1;                          ///< index of a table of ages
  int scale = -1;                         ///< index of a scale in force
};

/// A keyed parameter on one day as an array over classes of its keys.
struct DenseTable {
  struct Axis {
    std::vector<std::int64_t> breaks;  ///< class = number of breaks ≤ key
    std::int64_t first_code = 0;       ///< exact codes: class = key - first_code where in range
    std::int64_t codes = 0;            ///< 0: bands
    std::int64_t size = 1;
  };
  std::vector<Axis> axes;
  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> present;
};

/// Completed years on one day for births in [first, first + years.size()).
struct AgeTable {
  std::int64_t first = 0;
  std::vector<std::int16_t> years;
};

/// A scale on one day, laid out for loops over columns.
struct ScaleTable {
  std::vector<std::int64_t> from, rate;
  std::vector<std::int64_t> step;  ///< what the level adds to the rate above it
  std::vector<std::int64_t> base;  ///< marginal: the sum of the slices below the level
  bool rising = false;             ///< the form is monotone: unknown x needs its two ends only
};

struct Plan {
  std::vector<Register> registers;
  std::vector<Step> steps;   ///< in topological order
  std::vector<int> answers;  ///< register of each ask
  std::vector<DenseTable> dense;
  std::vector<AgeTable> ages;
  std::vector<ScaleTable> scales;
  int stages = 1;
  int primary = -1;  ///< entity of the group whose members are ranges of rows, or -1
};

Plan make_plan(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks, const Options& options);

}  // namespace songtan::policy::detail
