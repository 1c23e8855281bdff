// The steps of training.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "link/detail/linkage_input.h"
#include "link/kernel/expectation.h"
#include "link/verbs.h"

namespace songtan::link {

/// Per comparison its null level, or −1.
std::vector<int> null_levels_of(const LinkModel& model);

/// Input columns that a model column is made of.
std::set<std::string> inputs_behind(const LinkModel& model, const std::string& column);

/// True if the comparison looks at an input column of which one of `columns` is made.
bool shares_an_input(const LinkModel& model, const ModelComparison& comparison,
                     const std::vector<std::string>& columns);

/// The model with m, u and prior learnt from the input; `notes` say what was not. Errors: of the labels' file.
Result<LinkModel> trained(LinkModel model, const LinkageInput& input, const EngineModel& engine,
                          const TrainOptions& options, Progress& progress);

}  // namespace songtan::link
