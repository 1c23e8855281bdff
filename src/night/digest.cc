#include "night/digest.h"

#include <fmt/format.h>

#include <cstring>

#include "base/hash.h"
#include "base/text.h"
#include "model/schema.h"

namespace songtan::night {
namespace {

using table::Chunk;
using table::ColumnType;

// A cell is one tag byte (0 = NULL, 1 = value) and the value: eight little-endian bytes, or length and text.
void add_integer(std::string& buffer, std::int64_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  buffer.append(bytes, sizeof value);
}

void add_cell(std::string& buffer, const Chunk& chunk, ColumnType type, std::int64_t column, std::int64_t row) {
  if (chunk.is_null(column, row)) {
    buffer += '\0';
    return;
  }
  buffer += '\1';
  const auto at = static_cast<std::size_t>(row);
  switch (type) {
    case ColumnType::bigint: return add_integer(buffer, chunk.bigints(column)[at]);
    case ColumnType::integer: return add_integer(buffer, chunk.integers(column)[at]);
    case ColumnType::tiny: return add_integer(buffer, chunk.tinies(column)[at]);
    case ColumnType::boolean: return add_integer(buffer, chunk.booleans(column)[at] ? 1 : 0);
    case ColumnType::date: return add_integer(buffer, chunk.days(column)[at].days);
    case ColumnType::text: {
      const std::string_view text = chunk.text(column, row);
      add_integer(buffer, static_cast<std::int64_t>(text.size()));
      buffer += text;
      return;
    }
    case ColumnType::hugeint:
    case ColumnType::real:
    case ColumnType::other: break;
  }
  broken_promise("published tables hold integers, dates, booleans and text", __FILE__, __LINE__);
}

}  // namespace

Result<std::string> digest_of_rows(table::Session& session, const std::string& select) {
  TRY(table::Rows rows, session.stream(select));
  Sha256 digest;
  std::string buffer;
  std::vector<ColumnType> types;
  for (std::int64_t column = 0; column < rows.column_count(); ++column) {
    types.push_back(rows.column_type(column));
    buffer += rows.column_name(column) + '\n';
  }
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      for (std::size_t column = 0; column < types.size(); ++column) {
        add_cell(buffer, chunk, types[column], static_cast<std::int64_t>(column), row);
      }
    }
    digest.add(buffer);
    buffer.clear();
  }
  digest.add(buffer);
  return digest.hex();
}

Result<NightDigest> digest_of_night(table::Session& session, const std::filesystem::path& night) {
  NightDigest digest;
  std::string all;
  for (const model::TableSchema& schema : model::night_schemas()) {
    const std::string files = sql_literal((night / std::string(schema.name) / "*.parquet").string());
    TRY(std::string hex, digest_of_rows(session, fmt::format("SELECT {} FROM read_parquet({}) ORDER BY {}",
                                                             model::select_list(schema), files, schema.key)));
    all += fmt::format("{} {}\n", schema.name, hex);
    digest.tables.emplace_back(schema.name, std::move(hex));
  }
  digest.total = sha256_hex(all);
  return digest;
}

}  // namespace songtan::night
