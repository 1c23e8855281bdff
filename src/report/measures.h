// What a night looks like from outside, source by source: how many rows speak, which code words occur how often, how many
// records found their person, what each office delivered. In: the standing records and whom they are. Out: the table
// `measures`, which the publication gate compares with the last night's (docs/formats/gate.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::report {

struct MeasureInputs {
  std::map<std::string, std::vector<std::filesystem::path>> records;  ///< by record kind; kinds may be absent
  std::vector<std::filesystem::path> person_records;
};

/// Writes `out`/part-0.parquet by the schema of measures, in the order of its key; returns its rows.
/// Words that occur fewer than five times in a source go together as '*', so that no free text of one person stands here.
/// Cost: one scan of the record tables, mostly of dictionary columns.
Result<std::int64_t> measure(table::Session& session, const MeasureInputs& inputs, const std::filesystem::path& out);

}  // namespace songtan::report
