#include "night/night_inputs.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/hash.h"

namespace songtan::night {
namespace fs = std::filesystem;
using nlohmann::ordered_json;
namespace {

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::optional<InputLoad>> load_delivered_by(const fs::path& folder, Day date) {
  std::ifstream in(folder / "load.json");
  const auto json = nlohmann::json::parse(in, nullptr, false);
  const auto delivery = json.is_object() ? Day::parse(json.value("delivery", "")) : std::nullopt;
  if (!delivery) {
    Error error{.outcome = Outcome::bad_data, .code = "load.damaged", .message = {"装载记录损坏", "the record of a load is damaged"},
                .mend = {"用 songtan load undo 撤销后重新装载", "undo it with songtan load undo and ingest again"}};
    error.file = (folder / "load.json").string();
    return fail(std::move(error));
  }
  if (date < *delivery) return std::optional<InputLoad>{};
  return std::optional<InputLoad>{InputLoad{folder.parent_path().filename().string(), folder.filename().string(), json.value("sha256", ""), folder}};
}

Result<std::vector<InputLoad>> loads_delivered_by(const fs::path& loads, Day date) {
  std::vector<InputLoad> found;
  for (const auto& source : fs::directory_iterator(loads)) {
    if (!source.is_directory()) continue;
    for (const auto& load : fs::directory_iterator(source.path())) {
      if (!load.is_directory() || load.path().filename().string().starts_with(".")) continue;
      TRY(auto input, load_delivered_by(load.path(), date));
      if (input) found.push_back(std::move(*input));
    }
  }
  std::sort(found.begin(), found.end(), [](const InputLoad& a, const InputLoad& b) { return std::tie(a.source, a.load) < std::tie(b.source, b.load); });
  return found;
}

// A night's id begins with its date, so ids sort by date; nights of the same date are no ancestors of each other.
std::optional<std::string> night_before(const Workspace& workspace, Day date) {
  std::optional<std::string> previous;
  for (const std::string& id : workspace.published()) {
    if (workspace.is_published(id) && id.substr(0, 10) < date.text()) previous = id;
  }
  return previous;
}

}  // namespace

std::string NightInputs::json() const {
  ordered_json list = ordered_json::array();
  for (const InputLoad& load : loads) list.push_back({{"source", load.source}, {"load", load.load}, {"sha256", load.sha256}});
  const ordered_json inputs = {{"date", date.text()}, {"pack", {{"name", pack_name}, {"digest", pack_digest}}},
                               {"previous", previous ? ordered_json(*previous) : ordered_json(nullptr)}, {"loads", list}};
  return inputs.dump();
}

std::string NightInputs::id() const { return date.text() + "-" + sha256_hex(json()).substr(0, 12); }

std::vector<fs::path> NightInputs::record_files(const std::string& kind) const {
  std::vector<fs::path> files;
  for (const InputLoad& load : loads) {
    fs::path file = load.folder / (kind + ".parquet");
    if (fs::exists(file)) files.push_back(std::move(file));
  }
  return files;
}

Result<std::string> digest_of_pack(const fs::path& pack) {
  if (!fs::exists(pack / "pack.toml")) {
    return fail(Outcome::usage, "pack.absent", {"政策包不存在：" + pack.string(), "there is no pack " + pack.string()},
                {"--pack 指向含有 pack.toml 的目录", "--pack names a folder that holds pack.toml"});
  }
  std::string listing;
  for (const fs::path& file : files_below(pack)) {
    TRY(const std::string hex, sha256_of_file(file));
    listing += fs::relative(file, pack).string() + " " + hex + "\n";
  }
  return sha256_hex(listing);
}

Result<NightInputs> inputs_of_night(const Workspace& workspace, const fs::path& pack, Day date) {
  NightInputs inputs{.date = date, .pack_name = fs::weakly_canonical(pack).filename().string()};
  TRY(inputs.pack_digest, digest_of_pack(pack));
  TRY(inputs.loads, loads_delivered_by(workspace.data() / "loads", date));
  inputs.previous = night_before(workspace, date);
  if (!inputs.loads.empty()) return inputs;
  return fail(Outcome::bad_data, "night.no_loads", {"到该日为止没有任何已交付的装载", "no load was delivered by that date"},
              {"检查 --in 与 --date", "check --in and --date"});
}

}  // namespace songtan::night
