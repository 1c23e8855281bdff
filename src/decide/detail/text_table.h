// A small file as text: names of columns and cells. For populations that a person or a test wrote.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::decide {

struct TextTable {
  std::filesystem::path file;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> cells;  ///< by column, then row; empty for nothing

  std::size_t rows() const { return cells.empty() ? 0 : cells.front().size(); }
  std::optional<std::size_t> column(std::string_view name) const;
  /// bad_data at a cell; `row` counts data rows from 1.
  Error refusal(std::size_t row, std::string column, Text message, Text mend) const;
};

/// `folder`/`name`.csv, or else .parquet. Errors: usage when there is neither.
Result<TextTable> read_text_table(table::Session& session, const std::filesystem::path& folder,
                                  const std::string& name);

}  // namespace songtan::decide
