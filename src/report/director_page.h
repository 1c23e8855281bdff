// The director's page of a night: one self-contained HTML file in Chinese and English, without one name, number or
// address. In: a published night, those before it and the pack's words. Out: the file's text.
#pragma once

#include <string>

#include "base/result.h"
#include "report/director_figures.h"
#include "table/session.h"

namespace songtan::report {

/// Counts under ten are hidden, and so is what would give them away (page/small_cells.h).
Result<std::string> director_page(table::Session& session, const DirectorInputs& inputs);

/// The page of figures that were read before.
std::string director_page(const DirectorInputs& inputs, const DirectorFigures& figures);

}  // namespace songtan::report
