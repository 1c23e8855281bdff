// JSON lines: one flat object a line. Numbers keep the digits they were written with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/detail/row_stream.h"

namespace songtan::ingest::detail {

struct JsonScan {
  std::vector<std::string> keys;  ///< of all lines, in the order they are first met
  std::int64_t rows = 0;
  std::int64_t broken_rows = 0;  ///< not a flat object, or a key twice
  std::int64_t first_broken_row = 0;
};

struct JsonLimits {
  std::int64_t row_bytes = std::int64_t{1} << 20;
  std::int64_t keys = 4'096;
  bool needs_final_newline = true;
};

/// Reads the whole file once. Errors: bad_data csv.encoding, csv.utf16, json.row_length, json.keys, json.truncated,
/// json.empty; environment; interrupted.
Result<JsonScan> scan_json_lines(const std::filesystem::path& file, const JsonLimits& limits,
                                 const std::function<bool()>& stop);

/// Calls `row` for each line, its cells in the order of `keys`; a key that a line lacks is an empty cell.
Result<void> read_json_lines(const std::filesystem::path& file, const std::vector<std::string>& keys,
                             const JsonLimits& limits, const RowSink& row);

}  // namespace songtan::ingest::detail
