// Day inputs: what people decided in the day, as the night reads it (docs/formats/day-inputs.md). Same form as schema.h.
#pragma once

#include <span>
#include <string_view>

#include "model/schema.h"

namespace songtan::model {

/// The tables of a day-inputs folder, named day.<file without .parquet>.
std::span<const TableSchema> day_schemas();

/// Name of the file, without folder: day.grants → grants.parquet.
std::string day_file(const TableSchema& schema);

}  // namespace songtan::model
