// A delivered Parquet file as rows of text cells, so that one mapper serves every format.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/detail/row_stream.h"

namespace songtan::ingest::detail {

/// Names of the columns. Errors: bad_data parquet.damaged.
Result<std::vector<std::string>> parquet_header(const std::filesystem::path& file);

/// Calls `row` for each row in the file's order; NULL comes as an empty cell. `row` false ends the reading.
/// Cost: streams; memory is a row group. Errors: bad_data parquet.damaged.
Result<void> read_parquet_rows(const std::filesystem::path& file, const std::vector<std::string>& columns,
                               const RowSink& row);

}  // namespace songtan::ingest::detail
