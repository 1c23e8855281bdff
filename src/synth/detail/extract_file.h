// Writes the files of one register: CSV in UTF-8 or GB18030, or Parquet. In: cells in the order of the columns.
// Out: extracts/<source>/<delivery>.full[.<part>].<ext>, written beside and renamed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/day.h"
#include "base/result.h"
#include "synth/register_form.h"
#include "table/session.h"

namespace songtan::synth::detail {

/// A value on its way into a file: nothing, words, a number or a date.
using Cell = std::variant<std::monostate, std::string, std::int64_t, Day>;

/// The cell as a CSV file of this form shows it, appended to `out`. Numbers are exact; no floating point.
void append_formatted(std::string& out, const Cell& cell, ValueForm form);

class ExtractFile {
 public:
  virtual ~ExtractFile() = default;
  virtual Result<void> open(const std::filesystem::path& path) = 0;
  virtual void cell(const Cell& cell, const ColumnForm& column) = 0;
  virtual Result<void> end_row() = 0;
  virtual Result<void> close() = 0;
};

/// `session` holds the rows of a Parquet file until it is closed; a CSV file does not use it.
std::unique_ptr<ExtractFile> make_extract_file(const RegisterForm& form, table::Session& session);

}  // namespace songtan::synth::detail
