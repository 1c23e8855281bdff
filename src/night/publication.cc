#include "night/publication.h"

#include <nlohmann/json.hpp>

#include "base/durable.h"
#include "model/schema.h"

namespace songtan::night {
namespace fs = std::filesystem;
using nlohmann::ordered_json;
namespace {

std::unexpected<Error> disk_error(const fs::path& path, const std::error_code& code) {
  return fail(Outcome::environment, "disk",
              {"磁盘操作失败：" + path.string(), "the disk refused " + path.string() + ": " + code.message()},
              {"检查磁盘空间与读写权限", "check disk space and permissions"});
}

// A stage's parts are linked, not moved: a kill on the way leaves the stages whole.
Result<void> link_parts(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::create_directories(to, code);
  for (const auto& part : fs::directory_iterator(from)) {
    if (!code) fs::create_hard_link(part.path(), to / part.path().filename(), code);
  }
  if (code) return disk_error(to, code);
  return {};
}

Result<void> gather_tables(const fs::path& work, const fs::path& target) {
  for (const model::TableSchema& schema : model::night_schemas()) {
    bool found = false;
    for (const auto& stage : fs::directory_iterator(work)) {
      const fs::path table = stage.path() / std::string(schema.name);
      if (stage.path().filename().string().starts_with(".") || !fs::is_directory(table)) continue;
      CHECK_PROMISE(!found);  // each table has one stage
      TRY_VOID(link_parts(table, target / std::string(schema.name)));
      found = true;
    }
    CHECK_PROMISE(found);
  }
  return {};
}

std::string run_json(const NightInputs& inputs, const Checkpoints& checkpoints) {
  ordered_json run = ordered_json::parse(inputs.json());
  run["format"] = 1;
  run["id"] = inputs.id();
  run["held"] = false;
  run["counts"] = checkpoints.counts();
  return run.dump(2) + "\n";
}

std::string timing_json(const Checkpoints& checkpoints, const Resources& resources) {
  ordered_json stages = ordered_json::array();
  for (const StageTime& time : checkpoints.times()) {
    stages.push_back({{"stage", time.stage},
                      {"wall_s", time.wall_seconds},
                      {"cpu_s", time.cpu_seconds},
                      {"output_bytes", time.output_bytes},
                      {"resumed", time.resumed}});
  }
  return ordered_json{{"threads", resources.threads}, {"memory_bytes", resources.memory_bytes}, {"stages", stages}}
             .dump(2) +
         "\n";
}

}  // namespace

Result<void> finish_publication(const Workspace& workspace, const std::string& id) {
  const auto current = workspace.current();
  const bool later_is_current =
      current && workspace.is_published(*current) && current->substr(0, 10) > id.substr(0, 10);
  if (!later_is_current && current != id) TRY_VOID(workspace.set_current(id));
  std::error_code code;
  fs::remove_all(workspace.work(id), code);
  if (code) return disk_error(workspace.work(id), code);
  return {};
}

Result<void> publish(const Workspace& workspace, const NightInputs& inputs, const Checkpoints& checkpoints,
                     const Resources& resources) {
  const std::string id = inputs.id();
  const fs::path partial = workspace.data() / "nights" / ("." + id + ".part");
  std::error_code code;
  fs::remove_all(partial, code);
  fs::create_directories(partial, code);
  if (code) return disk_error(partial, code);
  TRY_VOID(gather_tables(workspace.work(id), partial));
  TRY_VOID(write_file_atomically(partial / "run.json", run_json(inputs, checkpoints)));
  TRY_VOID(write_file_atomically(partial / "timing.json", timing_json(checkpoints, resources)));
  TRY_VOID(put_in_place(partial, workspace.night(id)));
  return finish_publication(workspace, id);
}

}  // namespace songtan::night
