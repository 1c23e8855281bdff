// What evaluators are asked and answer. In: nodes or variables at periods. Out: an interval a row, trouble and missing.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/decisions.h"
#include "policy/detail/law.h"

namespace songtan::policy::detail {

/// One question about every row of an entity. Either a variable or a node.
struct Ask {
  int node = kNoNode;
  int variable = -1;
  int entity = 0;
  PeriodKey period;
  bool presumed = false;
  const std::vector<int>* facts = nullptr;  ///< wanted: missing bits over these inputs
  bool verdict = false;                     ///< of a condition: Answer::verdict instead of low and high

  bool operator==(const Ask&) const = default;
};

struct Answer {
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  std::vector<Status> verdict;
  std::vector<std::uint8_t> trouble;   ///< empty = none anywhere
  std::vector<std::uint64_t> missing;  ///< empty = not asked or nothing is missing
};

/// Number of rows of an entity.
std::int64_t rows_of(const Inputs& inputs, int entity);

/// Group of each person, and slot of each person, for one kind of group.
struct GroupIndex {
  std::vector<std::int32_t> group;
  std::vector<std::int32_t> slot;
};
GroupIndex index_of(const Membership& membership, std::int64_t persons);

/// Bit of an input among a programme's facts; inputs beyond the 63rd share the last bit.
std::uint64_t fact_bit(const std::vector<int>& facts, int variable);

std::vector<Answer> answer_simply(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks,
                                  const Options& options);
std::vector<Answer> answer_in_blocks(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks,
                                     const Options& options);

/// The input columns that the asks will read.
std::vector<Need> needs_of(const Law& law, const std::vector<Ask>& asks, const Options& options);

}  // namespace songtan::policy::detail
