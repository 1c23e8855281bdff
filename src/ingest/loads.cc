#include "ingest/loads.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/durable.h"
#include "ingest/detail/load_folder.h"
#include "ingest/detail/load_json.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest {
namespace {

namespace fs = std::filesystem;

bool is_load_folder(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return entry.is_directory() && !name.starts_with('.') && !name.ends_with(detail::kReplacedSuffix);
}

std::vector<fs::path> sorted_folders(const fs::path& parent) {
  std::vector<fs::path> folders;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(parent, code)) {
    if (is_load_folder(entry)) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

Result<std::vector<Load>> list_loads(const fs::path& data) {
  std::vector<Load> loads;
  std::set<std::pair<std::string, std::string>> replaced;
  for (const fs::path& source : sorted_folders(data / "loads")) {
    for (const fs::path& folder : sorted_folders(source)) {
      TRY(Load load, detail::read_load(folder));
      if (load.replaces != load.id) replaced.emplace(load.source, load.replaces);
      loads.push_back(std::move(load));
    }
  }
  std::erase_if(loads, [&](const Load& load) { return replaced.contains({load.source, load.id}); });
  return loads;
}

std::vector<Load> loads_on(const std::vector<Load>& loads, Day as_of) {
  std::map<std::pair<std::string, std::string>, Day> newest_full;
  for (const Load& load : loads) {
    if (load.delta || load.delivery > as_of) continue;
    Day& newest = newest_full.try_emplace({load.source, load.part}, load.delivery).first->second;
    newest = std::max(newest, load.delivery);
  }
  std::vector<Load> speaking;
  for (const Load& load : loads) {
    if (load.delivery > as_of) continue;
    const auto full = newest_full.find({load.source, load.part});
    const bool current =
        load.delta ? full == newest_full.end() || load.delivery >= full->second : full->second == load.delivery;
    if (current) speaking.push_back(load);
  }
  return speaking;
}

std::vector<fs::path> records_of(const std::vector<Load>& loads, std::string_view kind) {
  std::vector<fs::path> files;
  for (const Load& load : loads) {
    std::vector<fs::path> parts;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(load.folder, code)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".parquet") continue;
      if (name == std::string(kind) + ".parquet" || name.starts_with(std::string(kind) + "-"))
        parts.push_back(entry.path());
    }
    std::sort(parts.begin(), parts.end());
    files.insert(files.end(), parts.begin(), parts.end());
  }
  return files;
}

Result<Load> undo_load(const fs::path& data, std::string_view id, std::string_view source) {
  TRY(const detail::LoadsLock lock, detail::LoadsLock::take(data));
  TRY(const std::vector<Load> loads, list_loads(data));
  std::vector<Load> found;
  for (const Load& load : loads) {
    if (load.id == id && (source.empty() || load.source == source)) found.push_back(load);
  }
  if (found.size() != 1) {
    return fail(Outcome::usage, found.empty() ? "load.unknown" : "load.ambiguous",
                found.empty()
                    ? Text{"没有这个批次：" + std::string(id), "there is no load " + std::string(id)}
                    : Text{"几个来源都有批次 " + std::string(id), "several sources have a load " + std::string(id)},
                {"用 songtan load list 查看来源和批次", "songtan load list shows sources and loads"});
  }
  const Load& load = found.front();
  std::error_code code;
  const fs::path away = load.folder.parent_path() / (std::string(detail::kUnfinishedPrefix) + load.id);
  fs::remove_all(away, code);
  fs::rename(load.folder, away, code);
  if (!code && !load.replaces.empty()) {
    const fs::path earlier = load.folder.parent_path() / load.replaces;
    const fs::path aside = earlier.string() + std::string(detail::kReplacedSuffix);
    if (fs::exists(aside) && !fs::exists(earlier)) fs::rename(aside, earlier, code);
  }
  if (!code) fs::remove_all(away, code);
  if (code) return fail(detail::environment_error(load.folder, {"撤销批次", "undo the load"}));
  TRY_VOID(sync_to_disk(load.folder.parent_path()));
  return load;
}

}  // namespace songtan::ingest
