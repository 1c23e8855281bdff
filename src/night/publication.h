// From finished stages to an immutable, published night.
#pragma once

#include <string>

#include "night/checkpoint.h"
#include "night/night.h"
#include "night/night_inputs.h"
#include "night/workspace.h"
#include "report/gate.h"

namespace songtan::night {

/// Gathers the tables of all stages below DATA/nights/<id>/<table>/, adds run.json and timing.json, puts the night in
/// place by one rename, makes it current unless a later date is, and drops its work folder. Safe to repeat after a kill.
/// With breaches of the gate the night is held: in place, with the breaches in run.json, but not published.
Result<void> publish(const Workspace& workspace, const NightInputs& inputs, const Checkpoints& checkpoints,
                     const Resources& resources, const std::vector<report::Breach>& breaches);

/// After a kill between the rename and the end of publish(): finishes what is left. The night is finished.
Result<void> finish_publication(const Workspace& workspace, const std::string& id);

/// Publishes a held night with a person's reason in its record. Outcome::usage if it is not held or there is no reason.
Result<void> release(const Workspace& workspace, const std::string& id, const std::string& reason);

/// What held a finished night, as run.json says; empty for nights that passed. Outcome::bad_data if it is damaged.
Result<std::vector<report::Breach>> breaches_of(const Workspace& workspace, const std::string& id);

}  // namespace songtan::night
