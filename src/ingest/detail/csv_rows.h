// The second pass: one block of whole rows, in memory, cut into cells. It follows the grammar of csv_scan to the byte;
// tests hold the two equal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace songtan::ingest::detail {

struct CsvRow {
  std::vector<std::string_view> cells;  ///< borrowed until the reader goes
  bool balanced = true;                 ///< false: a quote was left open or followed by other text
  std::int64_t offset = 0;              ///< of the row within the block
};

class CsvRows {
 public:
  CsvRows(std::string block, char delimiter, bool multiline)
      : block_(std::move(block)), delimiter_(delimiter), multiline_(multiline) {}

  /// False at the end of the block. Cost: one pass; quoted cells with doubled quotes are shortened in place.
  bool next(CsvRow& row);

 private:
  std::string_view quoted_cell(CsvRow& row, bool& row_ended);

  std::string block_;
  std::size_t at_ = 0;
  char delimiter_;
  bool multiline_;
};

}  // namespace songtan::ingest::detail
