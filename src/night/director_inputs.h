// What the director's page needs beside a night's tables: earlier nights, and the words, divisions, map and contracts of
// the pack as the night used it.
#pragma once

#include <string>

#include "base/result.h"
#include "night/reading.h"
#include "report/director_figures.h"
#include "table/session.h"

namespace songtan::night {

/// At most twelve nights, one a date, the last of them `night`. A pack that was kept without its divisions, map or
/// sources leaves codes and ids in place of words. Errors: bad_data if the run record or the kept pack is damaged.
Result<report::DirectorInputs> director_inputs(table::Session& session, const PublishedNight& night);

}  // namespace songtan::night
