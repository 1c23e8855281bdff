#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "model/day_schemas.h"
#include "model/schema.h"
#include "table/session.h"

using namespace songtan;

TEST_CASE("every schema is a table that DuckDB accepts, sorted by columns it has, without floating point") {
  auto db = table::Session::open({.threads = 1, .memory_bytes = 64 << 20, .spill_folder = {}});
  REQUIRE(db);
  for (const auto& group :
       {model::record_schemas(), model::night_schemas(), model::truth_schemas(), model::day_schemas()}) {
    for (const model::TableSchema& schema : group) {
      CAPTURE(schema.name);
      REQUIRE(db->run(model::create_table_sql(schema, "t")));
      CHECK(db->query("SELECT " + model::select_list(schema) + " FROM t ORDER BY " + std::string(schema.key)));
      CHECK(db->query(model::empty_select(schema)));
      REQUIRE(db->run("DROP TABLE t"));
      for (const model::Column& column : schema.columns)
        CHECK(column.sql_type.find("DOUBLE") == std::string_view::npos);
    }
  }
}

TEST_CASE("names of tables are unique") {
  std::set<std::string_view> names;
  for (const auto& group :
       {model::record_schemas(), model::night_schemas(), model::truth_schemas(), model::day_schemas()}) {
    for (const model::TableSchema& schema : group) CHECK(names.insert(schema.name).second);
  }
  CHECK(&model::schema_of("identity") == &model::record_schemas()[0]);
}

namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

// SONGTAN_WRITE_SCHEMAS=1 writes the files anew after a change that a decision record explains.
TEST_CASE("schemas/tables holds every table as the code has it") {
  const std::filesystem::path folder = std::filesystem::path(SONGTAN_SOURCE_DIR) / "schemas" / "tables";
  const bool write = std::getenv("SONGTAN_WRITE_SCHEMAS") != nullptr;
  for (const auto& group :
       {model::record_schemas(), model::night_schemas(), model::truth_schemas(), model::day_schemas()}) {
    for (const model::TableSchema& schema : group) {
      const auto file = folder / (std::string(schema.name) + ".json");
      if (write) std::ofstream(file) << model::json_schema(schema);
      CAPTURE(file.filename().string());
      CHECK(content_of(file) == model::json_schema(schema));
    }
  }
}
