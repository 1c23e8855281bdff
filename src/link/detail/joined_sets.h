// The sets of records that a model joins, the same in run and in report. In: coded input, weighed edges. Out: the smallest
// row of each row's set.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "link/detail/linkage_input.h"

namespace songtan::link {

struct SetRule {
  double joining = 0;  ///< weight from which a pair joins
  bool one_to_one = false;
  bool average = false;  ///< by the mean weight between sets

  /// Weight of the lightest edge that the sets depend on.
  double least_edge() const;
};

SetRule set_rule(const LinkModel& model, double joining, std::optional<bool> one_to_one);

std::vector<std::uint32_t> joined_sets(const SetRule& rule, const LinkageInput& input, const std::vector<Edge>& edges);

/// A number a record that does not depend on the order of rows.
std::vector<std::uint64_t> record_keys(const LinkageInput& input);

}  // namespace songtan::link
