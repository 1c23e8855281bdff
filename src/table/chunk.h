// A typed view on one DuckDB data chunk (at most 2,048 rows). It borrows: valid until the next chunk is fetched.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/day.h"

namespace songtan::table {

/// Column types that pass between rooms. FLOAT and DOUBLE are missing on purpose from published tables; `real` exists
/// for statistics and for the pairs of `link run`.
enum class ColumnType : std::uint8_t { boolean, tiny, integer, bigint, hugeint, date, text, real, other };

class Chunk {
 public:
  Chunk() = default;
  /// Looks every column up once, so that the accessors below cost a compare and an index.
  explicit Chunk(void* duckdb_chunk);

  std::int64_t size() const { return size_; }
  std::int64_t column_count() const { return static_cast<std::int64_t>(columns_.size()); }

  bool is_null(std::int64_t column, std::int64_t row) const {
    const std::uint64_t* validity = columns_[static_cast<std::size_t>(column)].validity;
    const auto at = static_cast<std::uint64_t>(row);
    return validity != nullptr && ((validity[at / 64] >> (at % 64)) & 1U) == 0;
  }

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
  struct Column {
    ColumnType type;
    const void* data;
    const std::uint64_t* validity;
  };

  const void* data_of(std::int64_t column, ColumnType wanted) const;

  std::int64_t size_ = 0;
  std::vector<Column> columns_;
};

}  // namespace songtan::table
