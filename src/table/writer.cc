#include "table/writer.h"

#include <duckdb.h>

#include <optional>
#include <vector>

#include "table/detail/duckdb_types.h"
#include "table/detail/session_state.h"

namespace songtan::table {

struct TableWriter::State {
  duckdb_appender appender = nullptr;
  duckdb_data_chunk chunk = nullptr;
  std::vector<ColumnType> types;
  std::vector<void*> data;
  std::vector<int> enum_bytes;  ///< width of the codes of an ENUM column, 0 for others
  std::size_t column = 0;
  idx_t row = 0;
  idx_t capacity = duckdb_vector_size();
  std::optional<Error> error;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (chunk != nullptr) duckdb_destroy_data_chunk(&chunk);
    if (appender != nullptr) duckdb_appender_destroy(&appender);
  }

  void find_columns() {
    for (std::size_t i = 0; i < types.size(); ++i)
      data[i] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, i));
  }

  void keep_error() {
    duckdb_error_data words = duckdb_appender_error_data(appender);
    if (!error) error = detail::error_of(duckdb_error_data_message(words));
    duckdb_destroy_error_data(&words);
  }

  void flush_chunk() {
    if (row == 0) return;
    duckdb_data_chunk_set_size(chunk, row);
    if (duckdb_append_data_chunk(appender, chunk) != DuckDBSuccess) keep_error();
    duckdb_data_chunk_reset(chunk);
    find_columns();
    row = 0;
  }
};

TableWriter::TableWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TableWriter::TableWriter(TableWriter&&) noexcept = default;
TableWriter& TableWriter::operator=(TableWriter&&) noexcept = default;
TableWriter::~TableWriter() = default;

static int bytes_of_codes(duckdb_logical_type type) {
  if (duckdb_get_type_id(type) != DUCKDB_TYPE_ENUM) return 0;
  const duckdb_type codes = duckdb_enum_internal_type(type);
  return codes == DUCKDB_TYPE_UTINYINT ? 1 : codes == DUCKDB_TYPE_USMALLINT ? 2 : 4;
}

Result<TableWriter> TableWriter::open(Session& session, std::string_view table) {
  auto state = std::make_unique<State>();
  const std::string name(table);
  if (duckdb_appender_create(session.state_->connection, nullptr, name.c_str(), &state->appender) != DuckDBSuccess) {
    state->keep_error();
    return fail(std::move(*state->error));
  }
  const idx_t count = duckdb_appender_column_count(state->appender);
  std::vector<duckdb_logical_type> logical;
  for (idx_t i = 0; i < count; ++i) {
    logical.push_back(duckdb_appender_column_type(state->appender, i));
    state->types.push_back(detail::column_type_of(duckdb_get_type_id(logical.back())));
    state->enum_bytes.push_back(bytes_of_codes(logical.back()));
  }
  state->chunk = duckdb_create_data_chunk(logical.data(), count);
  for (duckdb_logical_type& type : logical) duckdb_destroy_logical_type(&type);
  state->data.resize(count);
  state->find_columns();
  return TableWriter(std::move(state));
}

void* TableWriter::column_for(ColumnType type) {
  CHECK_PROMISE(state_->column < state_->types.size());
  CHECK_PROMISE(state_->types[state_->column] == type);
  return state_->data[state_->column++];
}

void TableWriter::null() {
  CHECK_PROMISE(state_->column < state_->types.size());
  duckdb_vector vector = duckdb_data_chunk_get_vector(state_->chunk, state_->column++);
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), state_->row);
}

void TableWriter::bigint(std::int64_t value) {
  static_cast<std::int64_t*>(column_for(ColumnType::bigint))[state_->row] = value;
}
void TableWriter::integer(std::int32_t value) {
  static_cast<std::int32_t*>(column_for(ColumnType::integer))[state_->row] = value;
}
void TableWriter::tiny(std::int8_t value) {
  static_cast<std::int8_t*>(column_for(ColumnType::tiny))[state_->row] = value;
}
void TableWriter::boolean(bool value) { static_cast<bool*>(column_for(ColumnType::boolean))[state_->row] = value; }
void TableWriter::date(Day value) {
  static_cast<std::int32_t*>(column_for(ColumnType::date))[state_->row] = value.days;
}
void TableWriter::real(double value) { static_cast<double*>(column_for(ColumnType::real))[state_->row] = value; }

void TableWriter::text(std::string_view value) {
  const std::size_t column = state_->column;
  column_for(ColumnType::text);
  duckdb_vector vector = duckdb_data_chunk_get_vector(state_->chunk, column);
  duckdb_vector_assign_string_element_len(vector, state_->row, value.data(), value.size());
}

void TableWriter::word(std::uint32_t place) {
  const int bytes = state_->column < state_->enum_bytes.size() ? state_->enum_bytes[state_->column] : 0;
  CHECK_PROMISE(bytes > 0);
  void* data = state_->data[state_->column++];
  if (bytes == 1)
    static_cast<std::uint8_t*>(data)[state_->row] = static_cast<std::uint8_t>(place);
  else if (bytes == 2)
    static_cast<std::uint16_t*>(data)[state_->row] = static_cast<std::uint16_t>(place);
  else
    static_cast<std::uint32_t*>(data)[state_->row] = place;
}

void TableWriter::end_row() {
  CHECK_PROMISE(state_->column == state_->types.size());
  state_->column = 0;
  if (++state_->row == state_->capacity) state_->flush_chunk();
}

Result<void> TableWriter::finish() {
  CHECK_PROMISE(state_->column == 0);
  state_->flush_chunk();
  if (duckdb_appender_close(state_->appender) != DuckDBSuccess) state_->keep_error();
  if (state_->error) return fail(*state_->error);
  return {};
}

}  // namespace songtan::table
