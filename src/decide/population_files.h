// A population in files, decided without a night. In: one CSV or Parquet file an entity of the pack. Out: one CSV an
// entity with the decisions. docs/formats/policy-run.md describes both.
#pragma once

#include <filesystem>

#include "base/day.h"
#include "base/result.h"
#include "policy/decisions.h"
#include "table/session.h"

namespace songtan::decide {

struct FilePopulation {
  policy::Inputs inputs;
  std::vector<std::vector<std::string>> ids;  ///< by entity, in the order of the rows
};

/// Reads `folder`/<entity>.csv or .parquet for every entity and every column that a decision of `month` needs.
/// Unknown: an empty cell or 待核, and every fact without a column.
/// Errors: usage without a file; bad_data naming file, row and column for an unknown column, group, person or value.
/// Cost: one read of each file, all of it in memory.
Result<FilePopulation> read_population(table::Session& session, const policy::Program& program,
                                       const std::filesystem::path& folder, Month month,
                                       const policy::Options& options);

/// Writes `folder`/<entity>.csv: one row a subject; status, amount, reasons and missing facts of each programme.
Result<void> write_decisions(const policy::Program& program, const FilePopulation& population,
                             const policy::Decisions& decisions, const std::filesystem::path& folder);

}  // namespace songtan::decide
