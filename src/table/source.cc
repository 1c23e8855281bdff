#include "table/source.h"

#include <duckdb.h>

#include <algorithm>

#include "table/detail/duckdb_types.h"
#include "table/detail/session_state.h"

namespace songtan::table {
namespace {

constexpr std::size_t kMostWords = 255;

duckdb_logical_type logical_type_of(const SourceColumn& column) {
  if (column.words.empty()) return duckdb_create_logical_type(detail::duckdb_type_of(column.type));
  std::vector<const char*> words;
  words.reserve(column.words.size());
  for (const auto& word : column.words) words.push_back(word.c_str());
  return duckdb_create_enum_type(words.data(), words.size());
}

void bind_columns(duckdb_bind_info info) {
  const auto* source = static_cast<const TableSource*>(duckdb_bind_get_extra_info(info));
  for (const auto& column : source->columns) {
    duckdb_logical_type type = logical_type_of(column);
    duckdb_bind_add_result_column(info, column.name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
}

void begin_reading(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }

void fill_chunk(duckdb_function_info info, duckdb_data_chunk chunk) {
  const auto* source = static_cast<const TableSource*>(duckdb_function_get_extra_info(info));
  SourceRows rows(chunk, source->columns);
  source->fill(rows);
  duckdb_data_chunk_set_size(chunk, static_cast<idx_t>(rows.size()));
}

void destroy_source(void* source) { delete static_cast<TableSource*>(source); }

}  // namespace

SourceRows::SourceRows(void* chunk, const std::vector<SourceColumn>& columns)
    : chunk_(chunk), columns_(columns), capacity_(static_cast<std::int64_t>(duckdb_vector_size())) {
  data_.reserve(columns.size());
  for (idx_t i = 0; i < columns.size(); ++i) {
    data_.push_back(duckdb_vector_get_data(duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk_), i)));
  }
}

void* SourceRows::data_for(ColumnType type, bool listed) {
  CHECK_PROMISE(row_ < capacity_ && column_ < columns_.size());
  const SourceColumn& column = columns_[column_];
  CHECK_PROMISE(column.type == type && column.words.empty() != listed);
  return data_[column_++];
}

void SourceRows::null() {
  CHECK_PROMISE(row_ < capacity_ && column_ < columns_.size());
  duckdb_vector vector = duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk_), column_++);
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), static_cast<idx_t>(row_));
}

void SourceRows::bigint(std::int64_t value) {
  static_cast<std::int64_t*>(data_for(ColumnType::bigint, false))[row_] = value;
}
void SourceRows::integer(std::int32_t value) {
  static_cast<std::int32_t*>(data_for(ColumnType::integer, false))[row_] = value;
}
void SourceRows::tiny(std::int8_t value) { static_cast<std::int8_t*>(data_for(ColumnType::tiny, false))[row_] = value; }
void SourceRows::boolean(bool value) { static_cast<bool*>(data_for(ColumnType::boolean, false))[row_] = value; }
void SourceRows::date(Day value) { static_cast<std::int32_t*>(data_for(ColumnType::date, false))[row_] = value.days; }

void SourceRows::text(std::string_view value) {
  const std::size_t column = column_;
  data_for(ColumnType::text, false);
  duckdb_vector vector = duckdb_data_chunk_get_vector(static_cast<duckdb_data_chunk>(chunk_), column);
  duckdb_vector_assign_string_element_len(vector, static_cast<idx_t>(row_), value.data(), value.size());
}

void SourceRows::word(std::string_view value) {
  CHECK_PROMISE(column_ < columns_.size());
  const auto& words = columns_[column_].words;
  const auto found = std::find(words.begin(), words.end(), value);
  CHECK_PROMISE(found != words.end());
  static_cast<std::uint8_t*>(data_for(ColumnType::text, true))[row_] = static_cast<std::uint8_t>(found - words.begin());
}

void SourceRows::end_row() {
  CHECK_PROMISE(column_ == columns_.size());
  column_ = 0;
  ++row_;
}

Result<void> add_source(Session& session, TableSource source) {
  for (const auto& column : source.columns) CHECK_PROMISE(column.words.size() <= kMostWords);
  duckdb_table_function handle = duckdb_create_table_function();
  const std::string name = source.name;
  duckdb_table_function_set_name(handle, name.c_str());
  duckdb_table_function_set_extra_info(handle, new TableSource(std::move(source)), destroy_source);
  duckdb_table_function_set_bind(handle, bind_columns);
  duckdb_table_function_set_init(handle, begin_reading);
  duckdb_table_function_set_function(handle, fill_chunk);
  const bool registered = duckdb_register_table_function(session.state_->connection, handle) == DuckDBSuccess;
  duckdb_destroy_table_function(&handle);
  if (registered) return {};
  return fail(Outcome::our_fault, "table.source", {"无法注册表 " + name, "source " + name + " cannot be registered"});
}

}  // namespace songtan::table
