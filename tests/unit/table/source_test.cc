#include "table/source.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace songtan;
using table::ColumnType;

namespace {

/// Numbers 0 … count−1 with their parity in words; every third text is null.
table::TableSource numbers(std::int64_t count) {
  return {
      "numbers",
      {{"n", ColumnType::bigint, {}}, {"parity", ColumnType::text, {"even", "odd"}}, {"text", ColumnType::text, {}}},
      [at = std::int64_t{0}, count](table::SourceRows& rows) mutable {
        for (; at < count && rows.room() > 0; ++at) {
          rows.bigint(at);
          rows.word(at % 2 == 0 ? "even" : "odd");
          at % 3 == 0 ? rows.null() : rows.text("t" + std::to_string(at));
          rows.end_row();
        }
      }};
}

}  // namespace

TEST_CASE("a source is read in order, with its words and nulls") {
  auto session = table::Session::open({}).value();
  REQUIRE(table::add_source(session, numbers(5000)));
  REQUIRE(session.run("CREATE TABLE kept AS SELECT *, row_number() OVER () AS place FROM numbers()"));
  CHECK(session.integer("SELECT count(*) FROM kept").value() == 5000);
  CHECK(session.integer("SELECT count(*) FROM kept WHERE place <> n + 1").value() == 0);
  CHECK(session.integer("SELECT count(*) FROM kept WHERE (n % 2 = 1) <> (parity = 'odd')").value() == 0);
  CHECK(session.integer("SELECT count(*) FROM kept WHERE (n % 3 = 0) <> (text IS NULL)").value() == 0);
  CHECK(session.text("SELECT text FROM kept WHERE n = 4999").value() == "t4999");
}

TEST_CASE("words read as text from Parquet") {
  const auto file = std::filesystem::temp_directory_path() / "songtan-source-test.parquet";
  auto session = table::Session::open({}).value();
  REQUIRE(table::add_source(session, numbers(10)));
  CHECK(session.write_parquet("SELECT * FROM numbers()", file).value() == 10);
  CHECK(session.text("SELECT typeof(parity) FROM read_parquet('" + file.string() + "') LIMIT 1").value() == "VARCHAR");
  CHECK(session.integer("SELECT count(*) FROM read_parquet('" + file.string() + "') WHERE parity = 'odd'").value() ==
        5);
  std::filesystem::remove(file);
}

TEST_CASE("an empty source gives an empty table") {
  auto session = table::Session::open({}).value();
  REQUIRE(table::add_source(session, numbers(0)));
  CHECK(session.integer("SELECT count(*) FROM numbers()").value() == 0);
}
