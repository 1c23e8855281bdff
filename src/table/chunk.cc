#include "table/chunk.h"

#include <duckdb.h>

#include "base/result.h"
#include "table/detail/duckdb_types.h"

namespace songtan::table {

Chunk::Chunk(void* duckdb_chunk) {
  auto* chunk = static_cast<duckdb_data_chunk>(duckdb_chunk);
  size_ = static_cast<std::int64_t>(duckdb_data_chunk_get_size(chunk));
  const idx_t count = duckdb_data_chunk_get_column_count(chunk);
  columns_.reserve(count);
  for (idx_t i = 0; i < count; ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
    duckdb_logical_type logical = duckdb_vector_get_column_type(vector);
    columns_.push_back({detail::column_type_of(duckdb_get_type_id(logical)), duckdb_vector_get_data(vector),
                        duckdb_vector_get_validity(vector)});
    duckdb_destroy_logical_type(&logical);
  }
}

const void* Chunk::data_of(std::int64_t column, ColumnType wanted) const {
  const auto at = static_cast<std::size_t>(column);
  CHECK_PROMISE(at < columns_.size());
  CHECK_PROMISE(columns_[at].type == wanted);
  return columns_[at].data;
}

template <typename T>
static std::span<const T> span_of(const void* data, std::int64_t size) {
  return {static_cast<const T*>(data), static_cast<std::size_t>(size)};
}

std::span<const std::int64_t> Chunk::bigints(std::int64_t column) const {
  return span_of<std::int64_t>(data_of(column, ColumnType::bigint), size_);
}
std::span<const std::int32_t> Chunk::integers(std::int64_t column) const {
  return span_of<std::int32_t>(data_of(column, ColumnType::integer), size_);
}
std::span<const std::int8_t> Chunk::tinies(std::int64_t column) const {
  return span_of<std::int8_t>(data_of(column, ColumnType::tiny), size_);
}
std::span<const bool> Chunk::booleans(std::int64_t column) const {
  return span_of<bool>(data_of(column, ColumnType::boolean), size_);
}
std::span<const Day> Chunk::days(std::int64_t column) const {
  static_assert(sizeof(Day) == sizeof(duckdb_date));
  return span_of<Day>(data_of(column, ColumnType::date), size_);
}
std::span<const double> Chunk::reals(std::int64_t column) const {
  return span_of<double>(data_of(column, ColumnType::real), size_);
}

std::string_view Chunk::text(std::int64_t column, std::int64_t row) const {
  const auto* strings = static_cast<const duckdb_string_t*>(data_of(column, ColumnType::text));
  if (is_null(column, row)) return {};
  const duckdb_string_t& string = strings[row];
  const std::uint32_t length = string.value.inlined.length;
  const char* bytes = length <= 12 ? string.value.inlined.inlined : string.value.pointer.ptr;
  return {bytes, length};
}

}  // namespace songtan::table
