#include "decide/detail/text_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace songtan::decide {
namespace fs = std::filesystem;

std::optional<std::size_t> TextTable::column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

Error TextTable::refusal(std::size_t row, std::string column, Text message, Text mend) const {
  Error error{
      .outcome = Outcome::bad_data, .code = "population.cell", .message = std::move(message), .mend = std::move(mend)};
  error.file = file.filename().string();
  error.column = std::move(column);
  error.row = static_cast<std::int64_t>(row);
  return error;
}

Result<TextTable> read_text_table(table::Session& session, const fs::path& folder, const std::string& name) {
  TextTable result;
  result.file = folder / (name + ".csv");
  const bool csv = fs::exists(result.file);
  if (!csv) result.file = folder / (name + ".parquet");
  if (!fs::exists(result.file)) {
    return fail(
        Outcome::usage, "population.file",
        {fmt::format("没有 {}.csv 或 {}.parquet", name, name),
         fmt::format("there is no {}.csv or {}.parquet", name, name)},
        {"每个实体一个文件，见 docs/formats/policy-run.md", "one file an entity, see docs/formats/policy-run.md"});
  }
  const std::string from =
      csv ? fmt::format("read_csv({}, header = true, all_varchar = true, delim = ',', quote = '\"')",
                        sql_literal(result.file.string()))
          : fmt::format("read_parquet({})", sql_literal(result.file.string()));
  TRY(table::Rows rows, session.query(fmt::format("SELECT COLUMNS(*)::VARCHAR FROM {}", from)));
  for (std::int64_t c = 0; c < rows.column_count(); ++c) result.columns.push_back(rows.column_name(c));
  result.cells.resize(result.columns.size());
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) return result;
    for (std::size_t c = 0; c < result.columns.size(); ++c) {
      const auto column = static_cast<std::int64_t>(c);
      for (std::int64_t row = 0; row < rows.chunk().size(); ++row) {
        result.cells[c].emplace_back(rows.chunk().is_null(column, row) ? std::string_view{}
                                                                       : rows.chunk().text(column, row));
      }
    }
  }
}

}  // namespace songtan::decide
