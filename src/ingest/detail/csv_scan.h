// The first pass over a CSV file: is it whole, well-formed and cut as the contract says, and where can it be divided?
// In: bytes. Out: the header's cells and blocks of whole rows, or a refusal with row and offset.
// Cost: one sequential read in 1 MiB buffers; memory does not depend on the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::ingest::detail {

struct CsvShape {
  char delimiter = ',';
  bool multiline = false;  ///< quoted cells may hold line ends
  bool needs_final_newline = true;
};

struct CsvLimits {
  std::int64_t row_bytes = std::int64_t{1} << 20;
  std::int64_t header_cells = 4'096;
  std::int64_t block_bytes = std::int64_t{32} << 20;
  std::int64_t block_rows = 245'760;  ///< two row groups of Parquet
};

/// Whole rows of a file; first_row counts data rows from 1.
struct CsvBlock {
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
  std::int64_t first_row = 1;
  std::int64_t rows = 0;
};

struct CsvScan {
  std::vector<std::string> header;
  std::vector<CsvBlock> blocks;
  std::int64_t rows = 0;
  std::int64_t broken_rows = 0;  ///< wrong number of cells or unbalanced quotes
  std::int64_t first_broken_row = 0;
  std::int64_t first_broken_offset = -1;
};

/// `stop` is asked between buffers. Errors: bad_data csv.encoding, csv.utf16, csv.nul, csv.row_length, csv.truncated,
/// csv.empty, csv.quotes, csv.rows; environment; interrupted.
Result<CsvScan> scan_csv(const std::filesystem::path& file, const CsvShape& shape, const CsvLimits& limits,
                         const std::function<bool()>& stop);

/// Cells of one row, quotes removed. The twin of the block tokenizer for a single row.
std::vector<std::string> cells_of_row(std::string_view row, char delimiter);

/// Length of the well-formed UTF-8 sequence at the front of `bytes`, or 0.
int utf8_sequence(std::string_view bytes);

}  // namespace songtan::ingest::detail
