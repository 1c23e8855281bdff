// From facts to the columns that a programme asks for. In: needs of the month, facts and absences of a profile.
// Out: policy::Inputs for a scope.
#pragma once

#include <filesystem>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "decide/detail/population.h"
#include "policy/decisions.h"
#include "policy/inputs.h"
#include "profile/coverage.h"

namespace songtan::decide::detail {

struct ColumnRequest {
  const policy::Program* program = nullptr;
  const profile::FactCatalogue* catalogue = nullptr;
  std::vector<policy::Need> needs;
  Day as_of;
  int threads = 1;
};

/// A variable of an entity is the fact of that name; a family's is its reference person's fact (facts.toml).
/// A state or stock of the month of `as_of` is taken on that day, of another month on its last day; a flow counts in
/// every month that its stretch touches. Where no row holds, the absence that counts for the person's county does.
/// Errors: bad_data when a policy asks for a fact that the catalogue does not have.
/// Cost: one read of six columns of facts; parts in parallel.
Result<policy::Inputs> fill_inputs(const ColumnRequest& request, const std::filesystem::path& profile,
                                   const Population& population, const Scope& scope);

/// The absences of a profile, with facts as indices of the catalogue.
Result<std::vector<profile::Absence>> load_absences(const std::filesystem::path& profile,
                                                    const profile::FactCatalogue& catalogue);

}  // namespace songtan::decide::detail
