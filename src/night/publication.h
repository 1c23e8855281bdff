// From finished stages to an immutable, published night.
#pragma once

#include <string>

#include "night/checkpoint.h"
#include "night/night.h"
#include "night/night_inputs.h"
#include "night/workspace.h"

namespace songtan::night {

/// Gathers the tables of all stages below DATA/nights/<id>/<table>/, adds run.json and timing.json, puts the night in
/// place by one rename, makes it current unless a later date is, and drops its work folder. Safe to repeat after a kill.
Result<void> publish(const Workspace& workspace, const NightInputs& inputs, const Checkpoints& checkpoints,
                     const Resources& resources);

/// After a kill between the rename and the end of publish(): finishes what is left. The night is published.
Result<void> finish_publication(const Workspace& workspace, const std::string& id);

}  // namespace songtan::night
