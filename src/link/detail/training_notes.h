// What training could not learn, and what to do about it. In: pattern counts and what was learnt. Out: sentences for the
// model's notes.
#pragma once

#include <string>
#include <vector>

#include "link/kernel/expectation.h"
#include "link/link_model.h"

namespace songtan::link {

/// Levels that fewer than five expected matches have, comparison by comparison.
std::vector<std::string> notes_on_rare_levels(const LinkModel& model);

/// Pairs of comparisons that agree together among random pairs which do not match far oftener than their shares say: their evidence is
/// counted twice.
std::vector<std::string> notes_on_correlation(const LinkModel& model, const std::vector<PatternCount>& random_pairs,
                                              const std::vector<CompiledComparison>& comparisons,
                                              const Mixture& mixture);

}  // namespace songtan::link
