#include "night/publication.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/durable.h"
#include "model/schema.h"

namespace songtan::night {
namespace fs = std::filesystem;
using nlohmann::ordered_json;
namespace {

// A stage's parts are linked, not moved: a kill on the way leaves the stages whole.
Result<void> link_parts(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::create_directories(to, code);
  for (const auto& part : fs::directory_iterator(from)) {
    if (!code) fs::create_hard_link(part.path(), to / part.path().filename(), code);
  }
  if (code) return disk_error(to, code.value());
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

std::string publication_json(const Workspace& workspace, const std::string* reason) {
  return ordered_json{{"sequence", workspace.next_sequence()},
                      {"reason", reason == nullptr ? ordered_json(nullptr) : ordered_json(*reason)}}
             .dump(2) +
         "\n";
}

ordered_json json_of(const std::vector<report::Breach>& breaches) {
  ordered_json list = ordered_json::array();
  for (const report::Breach& breach : breaches) {
    list.push_back({{"check", breach.check},
                    {"subject", breach.subject},
                    {"before", breach.before},
                    {"now", breach.now},
                    {"limit", breach.limit},
                    {"zh", breach.words.zh},
                    {"en", breach.words.en}});
  }
  return list;
}

std::string run_json(const NightInputs& inputs, const Checkpoints& checkpoints,
                     const std::vector<report::Breach>& breaches) {
  ordered_json run = ordered_json::parse(inputs.json());
  run["format"] = 1;
  run["id"] = inputs.id();
  run["held"] = !breaches.empty();  // by the gate; publication.json says whether it was released
  run["gate"] = json_of(breaches);
  run["counts"] = checkpoints.counts();
  return run.dump(2) + "\n";
}

std::string timing_json(const Checkpoints& checkpoints, const Resources& resources) {
  ordered_json stages = ordered_json::array();
  for (const StageTime& time : checkpoints.times()) {
    stages.push_back({{"stage", time.stage},
                      {"wall_s", time.wall_seconds},
                      {"cpu_s", time.cpu_seconds},
                      {"read_bytes", time.read_bytes},
                      {"written_bytes", time.written_bytes},
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
  if (workspace.is_published(id) && !later_is_current && current != id) TRY_VOID(workspace.set_current(id));
  std::error_code code;
  fs::remove_all(workspace.work(id), code);
  if (code) return disk_error(workspace.work(id), code.value());
  return {};
}

Result<void> publish(const Workspace& workspace, const NightInputs& inputs, const Checkpoints& checkpoints,
                     const Resources& resources, const std::vector<report::Breach>& breaches) {
  const std::string id = inputs.id();
  const fs::path partial = workspace.data() / "nights" / ("." + id + ".part");
  std::error_code code;
  fs::remove_all(partial, code);
  fs::create_directories(partial, code);
  if (code) return disk_error(partial, code.value());
  TRY_VOID(gather_tables(workspace.work(id), partial));
  TRY_VOID(write_file_atomically(partial / "run.json", run_json(inputs, checkpoints, breaches)));
  TRY_VOID(write_file_atomically(partial / "timing.json", timing_json(checkpoints, resources)));
  if (breaches.empty())
    TRY_VOID(write_file_atomically(partial / kPublicationRecord, publication_json(workspace, nullptr)));
  TRY_VOID(put_in_place(partial, workspace.night(id)));
  return finish_publication(workspace, id);
}

Result<void> release(const Workspace& workspace, const std::string& id, const std::string& reason) {
  if (!workspace.is_finished(id) || workspace.is_published(id)) {
    return fail(Outcome::usage, workspace.is_published(id) ? "night.published" : "night.unknown",
                workspace.is_published(id) ? Text{"这次运行已经发布：" + id, "this night is published: " + id}
                                           : Text{"没有被扣留的运行 " + id, "there is no held night " + id},
                {"用 songtan night list 查看", "see songtan night list"});
  }
  if (reason.find_first_not_of(" \t\n") == std::string::npos) {
    return fail(Outcome::usage, "night.reason", {"放行必须写明理由", "a release needs a reason"},
                {"用 --reason 写明核实了什么", "say by --reason what was verified"});
  }
  TRY_VOID(write_file_atomically(workspace.night(id) / kPublicationRecord, publication_json(workspace, &reason)));
  return finish_publication(workspace, id);
}

Result<std::vector<report::Breach>> breaches_of(const Workspace& workspace, const std::string& id) {
  std::ifstream in(workspace.night(id) / "run.json");
  const auto run = nlohmann::json::parse(in, nullptr, false);
  if (!run.is_object() || !run.contains("gate") || !run["gate"].is_array()) {
    return fail(Outcome::bad_data, "night.run_record", {"运行记录损坏", "the run record is damaged"},
                {"重新运行 songtan night", "run songtan night again"});
  }
  std::vector<report::Breach> breaches;
  for (const auto& breach : run["gate"]) {
    breaches.push_back({.check = breach.value("check", ""),
                        .subject = breach.value("subject", ""),
                        .before = breach.value("before", std::int64_t{0}),
                        .now = breach.value("now", std::int64_t{0}),
                        .limit = breach.value("limit", std::int64_t{0}),
                        .words = {breach.value("zh", ""), breach.value("en", "")}});
  }
  return breaches;
}

}  // namespace songtan::night
