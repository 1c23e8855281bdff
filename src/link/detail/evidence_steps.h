// The waterfall of one pair. In: model, coded input, two rows. Out: a step a comparison; what the engine would weigh.
#pragma once

#include <vector>

#include "link/detail/linkage_input.h"
#include "link/pair_explanation.h"

namespace songtan::link {

std::vector<EvidenceStep> evidence_steps(const LinkModel& model, const LinkageInput& input, const EngineModel& engine,
                                         std::uint32_t left, std::uint32_t right);

/// The model with a comparison more for each blocking column that no comparison reads, so that its values are loaded.
/// compiled_model still wants the model itself.
LinkModel with_blocking_columns(const LinkModel& model);

/// Why a rule brings two rows together or not; needs an input loaded with_blocking_columns.
RuleAnswer answer_of(const LinkModel& model, const LinkageInput& input, std::size_t rule, std::uint32_t left,
                     std::uint32_t right);

}  // namespace songtan::link
