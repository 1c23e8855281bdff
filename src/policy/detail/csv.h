// Small CSV reader for a pack's tables (RFC 4180), with places. In: UTF-8 text. Out: header and rows of cells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan::policy::detail {

struct CsvRow {
  std::vector<std::string> cells;
  int line = 0;
};

struct Csv {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};

/// Refuses an unclosed quotation, a row of another width, a repeated column; blank lines and # comments are skipped.
Result<Csv> read_csv(std::string_view text, const std::string& file_name);

}  // namespace songtan::policy::detail
