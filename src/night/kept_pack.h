// The pack as a night used it, kept in DATA/packs/<digest>: an old decision is explained under the law and the
// formula of its own night.
#pragma once

#include <filesystem>
#include <string>

#include "base/day.h"
#include "base/result.h"
#include "night/reading.h"
#include "night/workspace.h"

namespace songtan::night {

/// Copies what explanations and pages read of `pack` (policies, parameters, facts, ranking, sources, regions), unless it is there already.
Result<void> keep_pack(const Workspace& workspace, const std::filesystem::path& pack, const std::string& digest);

/// The kept pack of a published night, by its run record. Outcome::usage if it was not kept.
Result<std::filesystem::path> pack_of_night(const PublishedNight& night);

/// The date of a published night, by its run record.
Result<Day> date_of_night(const PublishedNight& night);

/// The last night published for `day` or earlier: what was known then. Outcome::usage if there is none.
Result<PublishedNight> night_known_on(const std::filesystem::path& data, Day day);

}  // namespace songtan::night
