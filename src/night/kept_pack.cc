#include "night/kept_pack.h"

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/durable.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

constexpr std::array kKept = {"pack.toml",  "ranking.toml", "unseen.csv", "policies",
                              "parameters", "facts",        "sources",    "regions"};

using Json = nlohmann::json;

std::unexpected<Error> damaged() {
  return fail(Outcome::bad_data, "night.run_record", {"运行记录损坏", "the run record is damaged"},
              {"重新运行 songtan night", "run songtan night again"});
}

Result<Json> run_record(const PublishedNight& night) {
  std::ifstream in(night.folder / "run.json");
  Json run = Json::parse(in, nullptr, false);
  if (!run.is_object()) return damaged();
  return run;
}

fs::path folder_of(const fs::path& data, const std::string& digest) { return data / "packs" / digest; }

}  // namespace

Result<void> keep_pack(const Workspace& workspace, const fs::path& pack, const std::string& digest) {
  const fs::path target = folder_of(workspace.data(), digest);
  if (fs::exists(target)) return {};
  const fs::path partial = workspace.data() / "packs" / ("." + digest + ".part");
  std::error_code code;
  fs::remove_all(partial, code);
  fs::create_directories(partial, code);
  for (const char* name : kKept) {
    if (!code && fs::exists(pack / name)) fs::copy(pack / name, partial / name, fs::copy_options::recursive, code);
  }
  if (code) {
    return fail(Outcome::environment, "disk",
                {"无法保存政策包：" + target.string(), "the pack cannot be kept: " + target.string()},
                {"检查磁盘空间与读写权限", "check disk space and permissions"});
  }
  return put_in_place(partial, target);
}

Result<fs::path> pack_of_night(const PublishedNight& night) {
  TRY(const Json run, run_record(night));
  if (!run.contains("pack") || !run["pack"].contains("digest") || !run["pack"]["digest"].is_string()) return damaged();
  const fs::path pack = folder_of(night.data, run["pack"]["digest"].get<std::string>());
  if (fs::exists(pack)) return pack;
  return fail(Outcome::usage, "night.pack_absent",
              {"没有保存这次运行的政策包：" + pack.string(), "the pack of this night was not kept: " + pack.string()},
              {"用 --pack 指明", "name it by --pack"});
}

Result<Day> date_of_night(const PublishedNight& night) {
  TRY(const Json run, run_record(night));
  const auto date =
      run.contains("date") && run["date"].is_string() ? Day::parse(run["date"].get<std::string>()) : std::nullopt;
  if (!date) return damaged();
  return *date;
}

Result<PublishedNight> night_known_on(const fs::path& data, Day day) {
  TRY(const Workspace workspace, Workspace::read(data));
  if (const auto chosen = workspace.last_published(day.text())) return published_night(data, *chosen);
  return fail(Outcome::usage, "night.none_known",
              {"到 " + day.text() + " 还没有已发布的运行", "no night was published for " + day.text() + " or earlier"},
              {"用 songtan night list 查看", "see songtan night list"});
}

}  // namespace songtan::night
