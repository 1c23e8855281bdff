// What a variable rests on. In: the law. Out: variables and parameters, directly or all the way down.
#pragma once

#include <set>
#include <vector>

#include "policy/detail/law.h"

namespace songtan::policy::detail {

/// Variables and parameters that one variable names, whichever version is in force.
struct Uses {
  std::set<int> variables;
  std::set<int> parameters;
  std::set<int> scales;
};
Uses uses_of(const Law& law, int variable);

/// The variables and all that they rest on, nearest first; negative ones are skipped.
std::vector<int> reached_from(const Law& law, const std::vector<int>& variables);

}  // namespace songtan::policy::detail
