// A typed view on one DuckDB data chunk (at most 2,048 rows). It borrows: valid until the next chunk is fetched.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/day.h"

namespace songtan::table {

/// Column types that pass between rooms. FLOAT and DOUBLE are missing on purpose from published tables; `real` exists
/// for statistics and for the pairs of `link run`.
enum class ColumnType : std::uint8_t { boolean, tiny, integer, bigint, hugeint, date, text, real, other };

class Chunk {
 public:
  explicit Chunk(void* duckdb_chunk) : chunk_(duckdb_chunk) {}

  std::int64_t size() const;
  std::int64_t column_count() const;

  /// NULL test; cheap when the column has none.
  bool is_null(std::int64_t column, std::int64_t row) const;

  // The column must have the type that the name says (CHECK). NULL rows hold unspecified values.
  std::span<const std::int64_t> bigints(std::int64_t column) const;
  std::span<const std::int32_t> integers(std::int64_t column) const;
  std::span<const std::int8_t> tinies(std::int64_t column) const;
  std::span<const bool> booleans(std::int64_t column) const;
  std::span<const Day> days(std::int64_t column) const;
  std::span<const double> reals(std::int64_t column) const;
  /// Empty for NULL. Borrowed from the chunk.
  std::string_view text(std::int64_t column, std::int64_t row) const;

 private:
  void* vector(std::int64_t column, ColumnType wanted) const;

  void* chunk_;
};

}  // namespace songtan::table
