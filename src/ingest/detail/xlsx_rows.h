// The first sheet of an XLSX workbook as rows of text cells. Streams: memory is the shared texts and one row.
// In: a file from outside, taken for hostile. Numbers show as a spreadsheet shows them, at most 15 significant digits;
// cells formatted as dates come as yyyy-mm-dd. Rows without any filled cell are not counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/detail/row_stream.h"

namespace songtan::ingest::detail {

struct XlsxLimits {
  std::int64_t row_bytes = std::int64_t{1} << 20;
  std::int64_t columns = 4'096;
  std::int64_t shared_text_bytes = std::int64_t{256} << 20;
  std::int64_t sheet_bytes = std::int64_t{16} << 30;  ///< unpacked
  std::int64_t packing = 400;  ///< unpacked bytes for one packed, above 16 MiB: a bomb beyond this
};

/// Cells of the first filled row. Errors: bad_data xlsx.damaged, xlsx.encrypted, xlsx.bomb, xlsx.xml, xlsx.macro,
/// xlsx.formula, xlsx.columns, xlsx.row_length, xlsx.empty.
Result<std::vector<std::string>> xlsx_header(const std::filesystem::path& file, const XlsxLimits& limits);

/// Calls `row` for each filled row after the header, with `columns` cells; a row that has more is not readable.
Result<void> read_xlsx_rows(const std::filesystem::path& file, std::size_t columns, const XlsxLimits& limits,
                            const RowSink& row);

/// A stored number as a spreadsheet shows it: rounded to 15 significant digits. Exponents stay as they are.
std::string shown_number(std::string_view stored);

/// Day of a serial number as yyyy-mm-dd (1900 system with its 29 February 1900, or 1904); empty if it is no day.
std::string day_of_serial(std::string_view serial, int base_year);

}  // namespace songtan::ingest::detail
