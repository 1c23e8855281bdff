#include "ingest/detail/parquet_rows.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ingest/detail/refusal.h"
#include "table/session.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::int64_t kReaderMemory = std::int64_t{512} << 20;

// The library's own words may quote a value, so they are not passed on.
std::unexpected<Error> damaged(const std::filesystem::path& file) {
  return fail(refusal(file, "parquet.damaged",
                      {"Parquet 文件损坏或不完整，无法读取", "the Parquet file is damaged or cut and cannot be read"},
                      {"请部门重新交付这个文件", "ask for the file again"}));
}

Result<table::Session> open_reader() {
  return table::Session::open({.threads = 1, .memory_bytes = kReaderMemory, .spill_folder = {}, .locked = false});
}

std::string quoted_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

Result<std::vector<std::string>> parquet_header(const std::filesystem::path& file) {
  TRY(table::Session session, open_reader());
  auto rows = session.query(fmt::format("SELECT * FROM read_parquet({}) LIMIT 0", sql_literal(file.string())));
  if (!rows) return damaged(file);
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < rows->column_count(); ++i) names.push_back(rows->column_name(i));
  return names;
}

Result<void> read_parquet_rows(const std::filesystem::path& file, const std::vector<std::string>& columns,
                               const RowSink& row) {
  TRY(table::Session session, open_reader());
  std::string list;
  for (const std::string& column : columns)
    list += fmt::format("{}CAST({} AS VARCHAR)", list.empty() ? "" : ", ", quoted_name(column));
  auto rows = session.stream(fmt::format("SELECT {} FROM read_parquet({})", list, sql_literal(file.string())));
  if (!rows) return damaged(file);
  std::vector<std::string_view> cells(columns.size());
  while (true) {
    const auto more = rows->next();
    if (!more) return damaged(file);
    if (!*more) return {};
    const table::Chunk& chunk = rows->chunk();
    for (std::int64_t i = 0; i < chunk.size(); ++i) {
      for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = chunk.text(static_cast<std::int64_t>(c), i);
      if (!row(cells, true)) return {};
    }
  }
}

}  // namespace songtan::ingest::detail
