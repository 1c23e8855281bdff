#include <duckdb.h>

#include "table/detail/duckdb_types.h"
#include "table/detail/session_state.h"
#include "table/session.h"

namespace songtan::table {
namespace {

// Every function gets its own adapter: DuckDB hands NULL rows over as garbage, so validity is read and written here.
void call_body(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result) {
  const auto* function = static_cast<const ScalarFunction*>(duckdb_scalar_function_get_extra_info(info));
  OutputColumn output(result);
  function->body(Chunk(arguments), output);
}

void destroy_function(void* function) { delete static_cast<ScalarFunction*>(function); }

void set_row(duckdb_vector vector, std::int64_t row, bool valid) {
  if (!valid) duckdb_vector_ensure_validity_writable(vector);
  std::uint64_t* validity = duckdb_vector_get_validity(vector);
  if (validity != nullptr) duckdb_validity_set_row_validity(validity, static_cast<idx_t>(row), valid);
}

template <typename T>
void set_value(void* handle, std::int64_t row, T value) {
  auto* vector = static_cast<duckdb_vector>(handle);
  static_cast<T*>(duckdb_vector_get_data(vector))[row] = value;
  set_row(vector, row, true);
}

}  // namespace

void OutputColumn::set_null(std::int64_t row) { set_row(static_cast<duckdb_vector>(vector_), row, false); }
void OutputColumn::set_bigint(std::int64_t row, std::int64_t value) { set_value(vector_, row, value); }
void OutputColumn::set_boolean(std::int64_t row, bool value) { set_value(vector_, row, value); }
void OutputColumn::set_date(std::int64_t row, Day value) { set_value(vector_, row, value.days); }
void OutputColumn::set_text(std::int64_t row, std::string_view value) {
  auto* vector = static_cast<duckdb_vector>(vector_);
  duckdb_vector_assign_string_element_len(vector, static_cast<idx_t>(row), value.data(), value.size());
  set_row(vector, row, true);
}

Result<void> Session::add_function(ScalarFunction function) {
  duckdb_scalar_function handle = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(handle, function.name.c_str());
  for (const ColumnType parameter : function.parameters) {
    duckdb_logical_type type = duckdb_create_logical_type(detail::duckdb_type_of(parameter));
    duckdb_scalar_function_add_parameter(handle, type);
    duckdb_destroy_logical_type(&type);
  }
  duckdb_logical_type type = duckdb_create_logical_type(detail::duckdb_type_of(function.result));
  duckdb_scalar_function_set_return_type(handle, type);
  duckdb_destroy_logical_type(&type);
  duckdb_scalar_function_set_special_handling(handle);
  const std::string name = function.name;
  duckdb_scalar_function_set_extra_info(handle, new ScalarFunction(std::move(function)), destroy_function);
  duckdb_scalar_function_set_function(handle, call_body);
  const bool registered = duckdb_register_scalar_function(state_->connection, handle) == DuckDBSuccess;
  duckdb_destroy_scalar_function(&handle);
  if (registered) return {};
  return fail(Outcome::our_fault, "table.function",
              {"无法注册函数 " + name, "function " + name + " cannot be registered"});
}

}  // namespace songtan::table
