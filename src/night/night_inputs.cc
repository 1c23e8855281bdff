#include "night/night_inputs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

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

}  // namespace

std::string NightInputs::json() const {
  ordered_json list = ordered_json::array();
  for (const ingest::Load& load : loads) {
    list.push_back(
        {{"source", load.source}, {"load", load.id}, {"sha256", load.sha256}, {"contract", load.contract_digest}});
  }
  const ordered_json inputs = {{"date", date.text()},
                               {"pack", {{"name", pack_name}, {"digest", pack_digest}}},
                               {"previous", previous ? ordered_json(*previous) : ordered_json(nullptr)},
                               {"loads", list}};
  if (day.tables.empty()) return inputs.dump();
  ordered_json with_day = inputs;
  for (const DayTable& table : day.tables) with_day["day"].push_back({{"file", table.file}, {"sha256", table.sha256}});
  return with_day.dump();
}

std::string NightInputs::id() const { return date.text() + "-" + sha256_hex(json()).substr(0, 12); }

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
  TRY(const auto loads, ingest::list_loads(workspace.data()));
  inputs.loads = ingest::loads_on(loads, date);
  // Nights of the same date are no ancestors of each other.
  inputs.previous = workspace.last_published(date.plus(-1).text());
  if (!inputs.loads.empty()) return inputs;
  return fail(Outcome::bad_data, "night.no_loads",
              {"到该日为止没有任何已交付的装载", "no load was delivered by that date"},
              {"检查 --in 与 --date", "check --in and --date"});
}

}  // namespace songtan::night
