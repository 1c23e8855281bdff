#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "model/schema.h"
#include "night/digest.h"
#include "night/night_inputs.h"
#include "night/publication.h"
#include "table/session.h"

using namespace songtan;
namespace fs = std::filesystem;

namespace {

struct DataFolder {
  fs::path root = fs::temp_directory_path() / ("songtan_publication_" + std::to_string(getpid()));
  fs::path pack = root / "pack";

  DataFolder() {
    fs::remove_all(root);
    fs::create_directories(pack);
    std::ofstream(pack / "pack.toml") << "name = 'test'\n";
  }
  ~DataFolder() { fs::remove_all(root); }

  void deliver(const std::string& source, const std::string& delivery) const {
    const fs::path load = root / "data" / "loads" / source / (delivery + ".full.0");
    fs::create_directories(load);
    std::ofstream(load / "load.json") << fmt::format(
        R"({{"format": 1, "load": "{0}.full.0", "source": "{1}", "file": "{0}.full.csv", "part": "", "delivery": "{0}", "kind": "full", "bytes": 1, "rows": 1,
            "accepted": 1, "rejected": 0, "sha256": "x", "contract_version": "1", "contract_digest": "y", "replaces": "", "records": {{}}, "columns": []}})",
        delivery, source);
  }
};

Result<night::StageCounts> all_tables(const fs::path& out) {
  TRY(table::Session session, table::Session::open({.threads = 1, .memory_bytes = 64 << 20, .spill_folder = {}}));
  for (const model::TableSchema& schema : model::night_schemas()) {
    TRY_VOID(session.write_parquet(model::empty_select(schema), out / std::string(schema.name) / "part-0.parquet"));
  }
  return night::StageCounts{{"rows", 0}};
}

std::string publish_once(const night::Workspace& workspace, const night::NightInputs& inputs) {
  SilentProgress progress;
  auto checkpoints = night::Checkpoints::open(workspace.work(inputs.id()), progress);
  REQUIRE(checkpoints);
  REQUIRE(checkpoints->stage("all", all_tables));
  REQUIRE(night::publish(workspace, inputs, *checkpoints, {}, {}));
  return inputs.id();
}

}  // namespace

TEST_CASE(
    "a night's id is its date and its inputs: later loads and the pack change it, earlier nights of that date do not") {
  DataFolder folder;
  auto workspace = night::Workspace::open(folder.root / "data");
  REQUIRE(workspace);
  const Day date = Day::from_civil(2026, 9, 30);
  CHECK_FALSE(night::inputs_of_night(*workspace, folder.pack, date));
  folder.deliver("a.b", "2026-09-01");
  const std::string first = night::inputs_of_night(*workspace, folder.pack, date)->id();
  CHECK(first.starts_with("2026-09-30-"));
  folder.deliver("a.b", "2026-10-01");
  CHECK(night::inputs_of_night(*workspace, folder.pack, date)->id() == first);
  folder.deliver("c.d", "2026-09-30");
  const std::string second = night::inputs_of_night(*workspace, folder.pack, date)->id();
  CHECK(second != first);
  std::ofstream(folder.pack / "more.csv") << "1\n";
  CHECK(night::inputs_of_night(*workspace, folder.pack, date)->id() != second);
}

TEST_CASE("publishing puts every table in place, makes the night current and leaves no work behind") {
  DataFolder folder;
  auto workspace = night::Workspace::open(folder.root / "data");
  folder.deliver("a.b", "2026-09-01");
  const std::string id =
      publish_once(*workspace, *night::inputs_of_night(*workspace, folder.pack, Day::from_civil(2026, 9, 30)));
  CHECK(workspace->is_published(id));
  CHECK(workspace->current() == id);
  CHECK(workspace->unfinished().empty());
  auto session = table::Session::open({.threads = 1, .memory_bytes = 64 << 20, .spill_folder = {}});
  CHECK(night::digest_of_night(*session, workspace->night(id)));

  // The night of a later date has this one as its ancestor; the same date never has.
  CHECK(night::inputs_of_night(*workspace, folder.pack, Day::from_civil(2026, 10, 1))->previous == id);
  CHECK_FALSE(night::inputs_of_night(*workspace, folder.pack, Day::from_civil(2026, 9, 30))->previous);

  // An earlier night published later does not take the place of the current one.
  publish_once(*workspace, *night::inputs_of_night(*workspace, folder.pack, Day::from_civil(2026, 9, 2)));
  CHECK(workspace->current() == id);
}

TEST_CASE("a damaged load record is named, not skipped") {
  DataFolder folder;
  auto workspace = night::Workspace::open(folder.root / "data");
  folder.deliver("a.b", "2026-09-01");
  std::ofstream(folder.root / "data" / "loads" / "a.b" / "2026-09-01.full.0" / "load.json") << "{";
  auto inputs = night::inputs_of_night(*workspace, folder.pack, Day::from_civil(2026, 9, 30));
  REQUIRE_FALSE(inputs);
  CHECK(inputs.error().outcome == Outcome::bad_data);
  CHECK(inputs.error().file.ends_with("load.json"));
}
