// Every file of tests/hostile_sql says in its first line by which name it must be refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "profile/sandbox.h"

using namespace songtan;
namespace fs = std::filesystem;

namespace {

constexpr std::array<profile::ResultColumn, 1> kOwed = {{{"v", "BIGINT"}}};

profile::Sandbox small_sandbox() {
  auto sandbox = profile::Sandbox::open({.threads = 2,
                                         .memory_bytes = 32 << 20,
                                         .spill_folder = {},
                                         .time_of_statement = std::chrono::milliseconds(1500)});
  REQUIRE(sandbox);
  REQUIRE(sandbox->session().run(
      "CREATE TABLE person(person_id BIGINT, born DATE); INSERT INTO person VALUES (7, DATE '2000-02-29')"));
  REQUIRE(sandbox->lock());
  return std::move(*sandbox);
}

std::vector<fs::path> hostile_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(SONGTAN_SOURCE_DIR "/tests/hostile_sql")) {
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string expected_code(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line.substr(3, line.find(':') - 3);
}

Error refusal_of(profile::Sandbox& sandbox, const fs::path& file) {
  const auto select = profile::read_pack_select(file, Day::from_civil(2026, 9, 30));
  if (!select) return select.error();
  const auto run = sandbox.run(*select, kOwed, [](const table::Chunk&) -> Result<void> { return {}; });
  return run ? Error{.code = "accepted"} : run.error();
}

}  // namespace

TEST_CASE("hostile SQL is refused by its name, with file and way out, and the room lives on") {
  profile::Sandbox sandbox = small_sandbox();
  const auto files = hostile_files();
  CHECK(files.size() >= 30);
  for (const fs::path& file : files) {
    CAPTURE(file.filename().string());
    const Error refusal = refusal_of(sandbox, file);
    CHECK(refusal.code == expected_code(file));
    CHECK(refusal.file == file.string());
    CHECK_FALSE(refusal.message.zh.empty());
    CHECK_FALSE(refusal.message.en.empty());
  }
  const auto alive = sandbox.run({"alive.sql", "SELECT person_id AS v FROM person"}, kOwed,
                                 [](const table::Chunk& chunk) -> Result<void> {
                                   CHECK(chunk.bigints(0)[0] == 7);
                                   return {};
                                 });
  CHECK(alive);
  CHECK_FALSE(fs::exists("/tmp/songtan_hostile.csv"));
  CHECK_FALSE(fs::exists("/tmp/songtan_hostile.db"));
}

TEST_CASE("texts may still be joined, replaced and counted, and rows made by range") {
  profile::Sandbox sandbox = small_sandbox();
  std::int64_t value = 0;
  const auto run = sandbox.run(
      {"good.sql",
       "WITH names AS (SELECT 'a' || 'b' || replace('xyx', 'x', 'zz') AS t), more AS (SELECT t || t AS t FROM names)\n"
       "SELECT CAST(length(t) + r.range AS BIGINT) AS v FROM more, range(3) r WHERE r.range = 2"},
      kOwed, [&](const table::Chunk& chunk) -> Result<void> {
        value = chunk.bigints(0)[0];
        return {};
      });
  if (!run) MESSAGE(run.error().message.en);
  CHECK(value == 16);
}

TEST_CASE("a file that is too long or holds a NUL is not read at all") {
  const fs::path file = fs::temp_directory_path() / "songtan_long_sql_test.sql";
  std::ofstream(file) << std::string(300 << 10, ' ') << "SELECT 1";
  CHECK(profile::read_pack_select(file, Day{}).error().code == "pack.sql_size");
  std::ofstream(file) << std::string("SELECT 1 \0 AS v", 15);
  CHECK(profile::read_pack_select(file, Day{}).error().code == "pack.sql_size");
  fs::remove(file);
}
