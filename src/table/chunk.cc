#include "table/chunk.h"

#include <duckdb.h>

#include "base/result.h"
#include "table/detail/duckdb_types.h"

namespace songtan::table {
namespace {

duckdb_vector vector_at(void* chunk, std::int64_t column) {
  return duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk), static_cast<idx_t>(column));
}

}  // namespace

std::int64_t Chunk::size() const {
  return static_cast<std::int64_t>(duckdb_data_chunk_get_size(static_cast<duckdb_data_chunk>(chunk_)));
}

std::int64_t Chunk::column_count() const {
  return static_cast<std::int64_t>(duckdb_data_chunk_get_column_count(static_cast<duckdb_data_chunk>(chunk_)));
}

bool Chunk::is_null(std::int64_t column, std::int64_t row) const {
  std::uint64_t* validity = duckdb_vector_get_validity(vector_at(chunk_, column));
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, static_cast<idx_t>(row));
}

void* Chunk::vector(std::int64_t column, ColumnType wanted) const {
  CHECK_PROMISE(column < column_count());
  duckdb_vector vector = vector_at(chunk_, column);
  duckdb_logical_type logical = duckdb_vector_get_column_type(vector);
  const ColumnType found = detail::column_type_of(duckdb_get_type_id(logical));
  duckdb_destroy_logical_type(&logical);
  CHECK_PROMISE(found == wanted);
  return duckdb_vector_get_data(vector);
}

template <typename T>
static std::span<const T> span_of(void* data, std::int64_t size) {
  return {static_cast<const T*>(data), static_cast<std::size_t>(size)};
}

std::span<const std::int64_t> Chunk::bigints(std::int64_t column) const {
  return span_of<std::int64_t>(vector(column, ColumnType::bigint), size());
}
std::span<const std::int32_t> Chunk::integers(std::int64_t column) const {
  return span_of<std::int32_t>(vector(column, ColumnType::integer), size());
}
std::span<const std::int8_t> Chunk::tinies(std::int64_t column) const {
  return span_of<std::int8_t>(vector(column, ColumnType::tiny), size());
}
std::span<const bool> Chunk::booleans(std::int64_t column) const {
  return span_of<bool>(vector(column, ColumnType::boolean), size());
}
std::span<const Day> Chunk::days(std::int64_t column) const {
  static_assert(sizeof(Day) == sizeof(duckdb_date));
  return span_of<Day>(vector(column, ColumnType::date), size());
}
std::span<const double> Chunk::reals(std::int64_t column) const {
  return span_of<double>(vector(column, ColumnType::real), size());
}

std::string_view Chunk::text(std::int64_t column, std::int64_t row) const {
  if (is_null(column, row)) return {};
  auto* strings = static_cast<duckdb_string_t*>(vector(column, ColumnType::text));
  duckdb_string_t* string = strings + row;
  return {duckdb_string_t_data(string), duckdb_string_t_length(*string)};
}

}  // namespace songtan::table
