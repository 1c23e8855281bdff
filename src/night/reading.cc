#include "night/reading.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "ingest/loads.h"
#include "ingest/standing.h"
#include "night/workspace.h"

namespace songtan::night {
namespace fs = std::filesystem;

Result<PublishedNight> published_night(const fs::path& data, const std::string& id) {
  TRY(const Workspace workspace, Workspace::read(data));
  const std::string chosen = id.empty() ? workspace.current().value_or("") : id;
  // A held night may be looked at by its name: whoever releases it must know it.
  if (!chosen.empty() && workspace.is_finished(chosen)) return PublishedNight{chosen, data, workspace.night(chosen)};
  return fail(
      Outcome::usage, "night.unknown",
      {id.empty() ? "还没有已发布的运行" : "没有已发布的运行 " + id,
       id.empty() ? "no night is published yet" : "there is no published night " + id},
      {"先运行 songtan night，或用 songtan night list 查看", "run songtan night first, or see songtan night list"});
}

Result<std::vector<fs::path>> record_files(const PublishedNight& night, std::string_view kind) {
  std::ifstream in(night.folder / "run.json");
  const auto run = nlohmann::json::parse(in, nullptr, false);
  if (run.is_discarded() || !run.contains("loads")) {
    return fail(Outcome::bad_data, "night.run_record", {"运行记录损坏", "the run record is damaged"},
                {"重新运行 songtan night", "run songtan night again"});
  }
  std::set<std::pair<std::string, std::string>> wanted;
  for (const auto& load : run["loads"]) wanted.emplace(load["source"], load["load"]);
  TRY(std::vector<ingest::Load> loads, ingest::list_loads(night.data));
  std::erase_if(loads, [&](const ingest::Load& load) { return !wanted.contains({load.source, load.id}); });
  TRY(loads, ingest::settle(night.data, std::move(loads), {}));
  return ingest::records_of(loads, kind);
}

Result<report::EvaluationInputs> evaluation_inputs(const PublishedNight& night, const fs::path& truth) {
  if (!fs::exists(truth / "records.parquet")) {
    return fail(
        Outcome::usage, "truth.absent",
        {"真值目录不存在或不完整：" + truth.string(), "the truth folder is absent or incomplete: " + truth.string()},
        {"它是 songtan synth --out 目录下的 truth", "it is the folder truth below songtan synth --out"});
  }
  TRY(auto files, record_files(night, "identity"));
  return report::EvaluationInputs{.night = night.folder, .truth = truth, .identity_files = std::move(files)};
}

}  // namespace songtan::night
