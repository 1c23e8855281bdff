#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "night/checkpoint.h"
#include "night/digest.h"
#include "night/workspace.h"
#include "table/session.h"

using namespace songtan;
namespace fs = std::filesystem;

namespace {

struct Scratch {
  fs::path folder = fs::temp_directory_path() / ("songtan_night_" + std::to_string(getpid()));
  Scratch() { fs::create_directories(folder); }
  ~Scratch() { fs::remove_all(folder); }
};

}  // namespace

TEST_CASE("two processes do not work in one data folder, and the lock ends with its holder") {
  Scratch scratch;
  {
    auto first = night::Workspace::open(scratch.folder);
    REQUIRE(first);
    auto second = night::Workspace::open(scratch.folder);
    REQUIRE_FALSE(second);
    CHECK(second.error().outcome == Outcome::environment);
    CHECK(second.error().code == "data.locked");
  }
  CHECK(night::Workspace::open(scratch.folder));
  CHECK((fs::status(scratch.folder / "nights").permissions() & fs::perms::others_all) == fs::perms::none);
}

TEST_CASE("the current night switches by one rename, and an unfinished one can be dropped") {
  Scratch scratch;
  auto workspace = night::Workspace::open(scratch.folder);
  REQUIRE(workspace);
  CHECK_FALSE(workspace->current());
  for (const char* id : {"a", "b"}) {
    fs::create_directories(workspace->night(id));
    REQUIRE(workspace->set_current(id));
    CHECK(workspace->current() == id);
  }
  fs::create_directories(workspace->work("c"));
  CHECK(workspace->unfinished() == std::vector<std::string>{"c"});
  CHECK(workspace->discard("c"));
  CHECK_FALSE(workspace->discard("c"));
}

TEST_CASE("a stage runs once: after a failure it starts again, after success it is resumed") {
  Scratch scratch;
  SilentProgress progress;
  int runs = 0;
  const auto body = [&](const fs::path& out) -> Result<night::StageCounts> {
    ++runs;
    std::ofstream(out / "rows") << "1";
    if (runs == 1) return fail(Outcome::environment, "disk", {"满", "full"});
    return night::StageCounts{{"rows", 7}};
  };
  for (int attempt = 0; attempt < 3; ++attempt) {
    auto checkpoints = night::Checkpoints::open(scratch.folder / "work", progress);
    REQUIRE(checkpoints);
    const bool done = checkpoints->stage("link", body).has_value();
    CHECK(done == (attempt > 0));
    if (done) {
      CHECK(checkpoints->counts().at("link").at("rows") == 7);
      CHECK(checkpoints->times().front().resumed == (attempt == 2));
    }
  }
  CHECK(runs == 2);
  CHECK(fs::exists(scratch.folder / "work" / "link" / "rows"));
}

TEST_CASE("the digest of rows depends on values, NULLs and column names, not on chunks") {
  auto one = table::Session::open({.threads = 1, .memory_bytes = 64 << 20, .spill_folder = {}});
  auto four = table::Session::open({.threads = 4, .memory_bytes = 64 << 20, .spill_folder = {}});
  const std::string select =
      "SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL ELSE 'n' || i END AS name FROM range(10000) t(i) ORDER BY i";
  const auto base = night::digest_of_rows(*one, select);
  REQUIRE(base);
  CHECK(*night::digest_of_rows(*four, select) == *base);
  CHECK(
      *night::digest_of_rows(
          *one,
          "SELECT i AS id, CASE WHEN i % 3 = 0 THEN '' ELSE 'n' || i END AS name FROM range(10000) t(i) ORDER BY i") !=
      *base);
  CHECK(*night::digest_of_rows(*one,
                               "SELECT i AS key, CASE WHEN i % 3 = 0 THEN NULL ELSE 'n' || i END AS name FROM "
                               "range(10000) t(i) ORDER BY i") != *base);
}
