// Day inputs: what people decided in the day, frozen for a night. In: --day-inputs DIR with Parquet files by the schemas
// of model/day_schemas.h, any of them absent. Out: copies below DATA/day/ that hold what was decided by the night's date,
// sorted and digested; and, once persons are known, the same under tonight's ids. docs/formats/day-inputs.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "night/checkpoint.h"
#include "night/workspace.h"
#include "table/session.h"

namespace songtan::night {

struct DayTable {
  std::string file;    ///< "grants.parquet"
  std::string sha256;  ///< of the frozen copy
};

struct DayInputs {
  std::filesystem::path folder = {};  ///< below DATA/day; empty if there are none
  std::vector<DayTable> tables = {};  ///< in the order of their names

  /// The frozen file of a table, or nothing.
  std::vector<std::filesystem::path> files(const std::string& file) const;
};

/// Checks and freezes. Errors: usage day.absent; bad_data day.file (a file that no schema names), day.columns,
/// day.word, day.contradiction, each naming the file; environment.
Result<DayInputs> freeze_day_inputs(table::Session& session, const Workspace& workspace,
                                    const std::filesystem::path& folder, Day date);

/// Writes the tables that name persons into `out`, with the ids of tonight: who was merged is the other one now.
/// Returns the rows of each table.
Result<StageCounts> name_as_tonight(table::Session& session, const DayInputs& day, const std::filesystem::path& link,
                                    const std::filesystem::path& out);

}  // namespace songtan::night
