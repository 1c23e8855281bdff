#include "night/reading.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "night/workspace.h"

namespace songtan::night {
namespace fs = std::filesystem;

Result<PublishedNight> published_night(const fs::path& data, const std::string& id) {
  TRY(const Workspace workspace, Workspace::read(data));
  const std::string chosen = id.empty() ? workspace.current().value_or("") : id;
  if (!chosen.empty() && workspace.is_published(chosen)) return PublishedNight{chosen, data, workspace.night(chosen)};
  return fail(Outcome::usage, "night.unknown", {id.empty() ? "还没有已发布的运行" : "没有已发布的运行 " + id, id.empty() ? "no night is published yet" : "there is no published night " + id},
              {"先运行 songtan night，或用 songtan night list 查看", "run songtan night first, or see songtan night list"});
}

Result<std::vector<fs::path>> record_files(const PublishedNight& night, const std::string& kind) {
  std::ifstream in(night.folder / "run.json");
  const auto run = nlohmann::json::parse(in, nullptr, false);
  if (run.is_discarded() || !run.contains("loads")) {
    return fail(Outcome::bad_data, "night.run_record", {"运行记录损坏", "the run record is damaged"}, {"重新运行 songtan night", "run songtan night again"});
  }
  std::vector<fs::path> files;
  for (const auto& load : run["loads"]) {
    const fs::path file = night.data / "loads" / load["source"].get<std::string>() / load["load"].get<std::string>() / (kind + ".parquet");
    if (fs::exists(file)) files.push_back(file);
  }
  return files;
}

Result<report::EvaluationInputs> evaluation_inputs(const PublishedNight& night, const fs::path& truth) {
  if (!fs::exists(truth / "records.parquet")) {
    return fail(Outcome::usage, "truth.absent", {"真值目录不存在或不完整：" + truth.string(), "the truth folder is absent or incomplete: " + truth.string()},
                {"它是 songtan synth --out 目录下的 truth", "it is the folder truth below songtan synth --out"});
  }
  TRY(auto files, record_files(night, "identity"));
  return report::EvaluationInputs{.night = night.folder, .truth = truth, .identity_files = std::move(files)};
}

}  // namespace songtan::night
