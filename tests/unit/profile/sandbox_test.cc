#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "profile/sandbox.h"

using namespace songtan;
using profile::PackSelect;
using profile::ResultColumn;
using profile::Sandbox;

namespace {

constexpr std::array<ResultColumn, 1> kOneBigint = {{{"v", "BIGINT"}}};

Sandbox locked_sandbox(std::chrono::milliseconds time = std::chrono::seconds(20), std::int64_t memory = 256 << 20) {
  auto sandbox = Sandbox::open({.threads = 2, .memory_bytes = memory, .spill_folder = {}, .time_of_statement = time});
  REQUIRE(sandbox);
  REQUIRE(sandbox->session().run(
      "CREATE TABLE person(person_id BIGINT, born DATE); INSERT INTO person VALUES (7, DATE '2000-02-29')"));
  REQUIRE(sandbox->lock());
  return std::move(*sandbox);
}

/// The value, or the code of the refusal.
std::string outcome(Sandbox& sandbox, const std::string& sql) {
  std::int64_t value = 0;
  const auto run = sandbox.run({"test.sql", sql}, kOneBigint, [&](const table::Chunk& chunk) -> Result<void> {
    value = chunk.bigints(0)[0];
    return {};
  });
  return run ? std::to_string(value) : run.error().code;
}

}  // namespace

TEST_CASE("a SELECT over the relations that were handed in runs") {
  Sandbox sandbox = locked_sandbox();
  CHECK(outcome(sandbox, "SELECT person_id AS v FROM person") == "7");
  CHECK(outcome(sandbox, "WITH w AS (SELECT * FROM person) SELECT person_id AS v FROM w; -- done\n") != "7");
  CHECK(outcome(sandbox, "WITH w AS (SELECT * FROM person) SELECT person_id AS v FROM w;\n") == "7");
  CHECK(
      outcome(sandbox,
              "SELECT CAST(count(*) AS BIGINT) AS v FROM person WHERE born + INTERVAL 18 YEAR <= DATE '2018-03-01'") ==
      "1");
}

TEST_CASE("one SELECT a file: nothing else is a pack's SQL") {
  Sandbox sandbox = locked_sandbox();
  for (const char* sql : {"SELECT 1::BIGINT AS v; SELECT 2::BIGINT AS v", "INSERT INTO person VALUES (1, NULL)",
                          "DROP TABLE person", "CREATE TABLE t AS SELECT 1::BIGINT AS v", "COPY person TO 'x.csv'",
                          "PRAGMA database_list", "SET threads = 1", "ATTACH 'x.db'", "EXPLAIN SELECT 1::BIGINT AS v",
                          "CALL pragma_version()", "VACUUM", "INSTALL httpfs", "LOAD httpfs"}) {
    CAPTURE(sql);
    CHECK(outcome(sandbox, sql) == "pack.sql_statement");
  }
  CHECK(outcome(sandbox, "SELECT person_id AS v FROM person") == "7");
}

TEST_CASE("no clock, no chance: $as_of is the only time") {
  Sandbox sandbox = locked_sandbox();
  for (const char* sql :
       {"SELECT CAST(year(current_date) AS BIGINT) AS v", "SELECT CAST(year(now()::DATE) AS BIGINT) AS v",
        "SELECT CAST(year(today()) AS BIGINT) AS v", "SELECT CAST(year(current_timestamp::DATE) AS BIGINT) AS v"}) {
    CAPTURE(sql);
    CHECK(outcome(sandbox, sql) == "pack.sql_clock");
  }
  CHECK(outcome(sandbox, "SELECT CAST(random() * 10 AS BIGINT) AS v") == "pack.sql_function");
  CHECK(outcome(sandbox, "SELECT nextval('s') AS v") == "pack.sql_function");
  CHECK(outcome(sandbox, "SELECT length(uuid()::VARCHAR) AS v") == "pack.sql_function");
  CHECK(outcome(sandbox, "SELECT person_id AS v FROM person USING SAMPLE 1") == "pack.sql_order");
  CHECK(outcome(sandbox, "SELECT person_id AS v FROM person LIMIT 1") == "pack.sql_order");
  CHECK(outcome(sandbox, "SELECT DISTINCT ON (born) person_id AS v FROM person") == "pack.sql_order");
  CHECK(outcome(sandbox, "SELECT any_value(person_id) AS v FROM person") == "pack.sql_function");
  CHECK(outcome(sandbox, "SELECT arg_max(person_id, born) AS v FROM person") == "pack.sql_function");
  CHECK(outcome(sandbox, "SELECT person_id + $other AS v FROM person") == "pack.sql_parameter");
}

TEST_CASE("no file can be read or written, by a function, a name or a view of the machine") {
  Sandbox sandbox = locked_sandbox();
  CHECK(outcome(sandbox, "SELECT 1::BIGINT AS v FROM read_csv('/etc/hostname')") == "pack.sql_file");
  CHECK(outcome(sandbox, "SELECT 1::BIGINT AS v FROM read_parquet('x.parquet')") == "pack.sql_file");
  CHECK(outcome(sandbox, "SELECT 1::BIGINT AS v FROM glob('*')") == "pack.sql_file");
  CHECK(outcome(sandbox, "SELECT 1::BIGINT AS v FROM duckdb_settings()") == "pack.sql_file");
  CHECK(outcome(sandbox, "SELECT 1::BIGINT AS v FROM 'x.parquet'") == "pack.sql_unbound");
  CHECK(outcome(sandbox, "SELECT 1::BIGINT AS v FROM information_schema.tables") == "pack.sql_relation");
  CHECK(outcome(sandbox, "SELECT length(getenv('HOME')) AS v") == "pack.sql_function");
  CHECK(outcome(sandbox, "SELECT length(content) AS v FROM read_text('/etc/hostname')") == "pack.sql_file");
}

TEST_CASE("locked: even our own door cannot open files or change settings any more") {
  Sandbox sandbox = locked_sandbox();
  CHECK_FALSE(sandbox.session().run("SET enable_external_access = true"));
  CHECK_FALSE(sandbox.session().run("SET memory_limit = '8GB'"));
  CHECK_FALSE(sandbox.session().run("SELECT * FROM read_csv('/etc/hostname')"));
  CHECK_FALSE(sandbox.session().run("COPY person TO '/tmp/songtan_leak.csv'"));
  CHECK_FALSE(sandbox.session().run("INSTALL httpfs"));
  CHECK_FALSE(sandbox.session().run("ATTACH '/tmp/songtan_leak.db'"));
  CHECK_FALSE(std::filesystem::exists("/tmp/songtan_leak.csv"));
}

TEST_CASE("limited: too long or too large ends with a clear error, and the sandbox lives on") {
  Sandbox hasty = locked_sandbox(std::chrono::milliseconds(200));
  CHECK(outcome(hasty,
                "SELECT CAST(sum(a.range * b.range) % 1000 AS BIGINT) AS v FROM range(3000000) a, range(3000000) b") ==
        "pack.sql_time");
  CHECK(outcome(hasty, "SELECT person_id AS v FROM person") == "7");
  Sandbox small = locked_sandbox(std::chrono::seconds(20), 32 << 20);
  CHECK(outcome(small,
                "SELECT CAST(count(*) AS BIGINT) AS v FROM (SELECT range AS r, row_number() OVER (ORDER BY range % "
                "977, range) FROM range(4000000))") == "table.memory");
}

TEST_CASE("no FLOAT or DOUBLE, and the columns that are owed") {
  Sandbox sandbox = locked_sandbox();
  CHECK(outcome(sandbox, "SELECT CAST(person_id / 2 AS BIGINT) AS v FROM person") == "pack.sql_float");
  CHECK(outcome(sandbox, "SELECT person_id::DOUBLE AS v FROM person") == "pack.sql_float");
  CHECK(outcome(sandbox, "SELECT CAST(1e3 AS BIGINT) AS v") == "pack.sql_float");
  CHECK(outcome(sandbox, "SELECT sum(person_id) AS v FROM person") == "pack.sql_columns");
  CHECK(outcome(sandbox, "SELECT person_id AS w FROM person") == "pack.sql_columns");
}

TEST_CASE("an error names the file and the line") {
  Sandbox sandbox = locked_sandbox();
  const auto run = sandbox.run({"facts/wage.sql", "SELECT\n  person_id AS v,\n  random() AS r\nFROM person"},
                               kOneBigint, [](const table::Chunk&) -> Result<void> { return {}; });
  REQUIRE_FALSE(run);
  CHECK(run.error().file == "facts/wage.sql");
  CHECK(run.error().line == 3);
  CHECK_FALSE(run.error().mend.zh.empty());
}

TEST_CASE("$as_of becomes the date, and only the whole word") {
  const auto file = std::filesystem::temp_directory_path() / "songtan_as_of_test.sql";
  std::ofstream(file) << "SELECT $as_of, $as_of_not";
  const auto select = profile::read_pack_select(file, Day::from_civil(2026, 7, 31));
  std::filesystem::remove(file);
  REQUIRE(select);
  CHECK(select->text == "SELECT DATE '2026-07-31', $as_of_not");
}
