// Rosters that go on from the delivery before: most cases stay, some of what changed is dealt with, the rest is wrong now.
// In: the planted tables of the delivery before and the true decisions of the day. Out: roster_case, case_member, fault and
// application of a session (see faults.cc).
#pragma once

#include "base/result.h"
#include "synth/extracts.h"
#include "table/session.h"

namespace songtan::synth::detail {

/// Needs the tables, and the views member and person. A family whose reference person changed keeps its case.
Result<void> load_rosters_before(table::Session& session, const ExtractFolders& folders);

/// One programme: `entitled` is SQL yielding subject and amount (fen) of those truly entitled today.
Result<void> continue_roster(table::Session& session, const ExtractPlan& plan, const ExtractFolders& folders,
                             const RosterProgramme& programme, const std::string& entitled);

}  // namespace songtan::synth::detail
