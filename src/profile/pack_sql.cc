#include "profile/pack_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "profile/detail/sql_tree.h"

namespace songtan::profile {
namespace {

constexpr std::string_view kAsOf = "$as_of";
constexpr std::size_t kLongestFile = std::size_t{256} << 10;

bool is_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Inside a string literal the date's own quotes end the literal, which DuckDB then refuses: nothing slips through.
std::string with_date(std::string text, Day as_of) {
  const std::string date = fmt::format("DATE '{}'", as_of.text());
  std::size_t at = 0;
  while ((at = text.find(kAsOf, at)) != std::string::npos) {
    const std::size_t end = at + kAsOf.size();
    if (end < text.size() && is_word(text[end])) {
      at = end;
      continue;
    }
    text.replace(at, kAsOf.size(), date);
    at += date.size();
  }
  return text;
}

std::int64_t line_at(std::string_view text, std::int64_t offset) {
  if (offset < 0) return 0;
  const auto end = std::min(static_cast<std::size_t>(offset), text.size());
  return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
}

Error error_in(const std::string& file, std::string code, Text message, Text mend = {}) {
  Error error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.mend = std::move(mend);
  error.file = file;
  return error;
}

Error error_at(const PackSelect& select, const detail::Offence& offence) {
  Error error = error_in(select.file, offence.code, offence.message, offence.mend);
  error.line = line_at(select.text, offence.offset);
  return error;
}

Result<void> judge_columns(const PackSelect& select, const table::StatementInfo& info,
                           std::span<const ResultColumn> wanted) {
  for (const ResultColumn& column : wanted) {
    const auto found = std::ranges::find(info.column_names, column.name);
    const std::string type = found == info.column_names.end()
                                 ? ""
                                 : info.column_sql_types[static_cast<std::size_t>(found - info.column_names.begin())];
    if (type == column.sql_type) continue;
    const Text message =
        type.empty() ? Text{fmt::format("缺少列 {}", column.name), fmt::format("column '{}' is missing", column.name)}
                     : Text{fmt::format("列 {} 的类型是 {}", column.name, type),
                            fmt::format("column '{}' is {}", column.name, type)};
    const std::string cast = fmt::format("CAST(… AS {}) AS {}", column.sql_type, column.name);
    Error error = error_in(select.file, "pack.sql_columns", message, {"写 " + cast, "write " + cast});
    error.column = column.name;
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

Result<PackSelect> read_pack_select(const std::filesystem::path& file, Day as_of) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(error_in(file.string(), "pack.sql_unreadable", {"读不到 SQL 文件", "the SQL file cannot be read"}));
  }
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.size() > kLongestFile || text.find('\0') != std::string::npos) {
    return fail(error_in(file.string(), "pack.sql_size",
                         {"SQL 文件超过 256 KiB，或含有 NUL", "the SQL file is longer than 256 KiB or holds a NUL"},
                         {"一个文件只写一条短的 SELECT", "write one short SELECT in a file"}));
  }
  return PackSelect{file.string(), with_date(std::move(text), as_of)};
}

Result<std::vector<PackSelect>> read_pack_selects(const std::filesystem::path& folder, Day as_of) {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<PackSelect> selects;
  for (const auto& file : files) {
    TRY(auto select, read_pack_select(file, as_of));
    selects.push_back(std::move(select));
  }
  return selects;
}

Result<std::set<std::string>> judge(table::Session& locked, const PackSelect& select,
                                    std::span<const ResultColumn> columns) {
  TRY(const std::string tree, locked.text(fmt::format("SELECT json_serialize_sql({})", sql_literal(select.text))));
  detail::TreeReport report = detail::inspect_tree(tree);
  if (report.offence) return fail(error_at(select, *report.offence));
  auto infos = locked.inspect(select.text);
  if (!infos) {
    Error error = std::move(infos).error();
    error.code = "pack.sql_unbound";
    error.file = select.file;
    return fail(std::move(error));
  }
  // The tree says the same of the text; the prepared statement says it of what would run.
  if (infos->size() != 1 || !infos->front().is_select) {
    return fail(error_in(select.file, "pack.sql_statement", {"须是一条 SELECT", "one SELECT is wanted"},
                         {"一个文件只写一条 SELECT", "write exactly one SELECT in a file"}));
  }
  TRY_VOID(judge_columns(select, infos->front(), columns));
  return std::move(report.relations);
}

}  // namespace songtan::profile
