#include "ingest/loads.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/durable.h"
#include "ingest/detail/load_folder.h"
#include "ingest/detail/load_json.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest {
namespace {

namespace fs = std::filesystem;

bool is_load_folder(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return entry.is_directory() && !name.starts_with('.') && !name.contains(detail::kReplacedMark);
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
  std::map<std::pair<std::string, std::string>, int> newest;
  for (const fs::path& source : sorted_folders(data / "loads")) {
    for (const fs::path& folder : sorted_folders(source)) {
      TRY(Load load, detail::read_load(folder));
      int& generation = newest[{load.source, load.file}];
      generation = std::max(generation, load.generation);
      loads.push_back(std::move(load));
    }
  }
  std::erase_if(loads, [&](const Load& load) { return load.generation < newest.at({load.source, load.file}); });
  return loads;
}

namespace {

// The newest fulls of one source by a day: of each part, of the whole, and of any part.
struct NewestFulls {
  std::map<std::string, Day> of_part;
  std::optional<Day> whole;
  std::optional<Day> any_part;

  void add(const Load& load) {
    const auto later = [&](std::optional<Day>& day) { day = std::max(day.value_or(load.delivery), load.delivery); };
    later(load.part.empty() ? whole : any_part);
    if (load.part.empty()) return;
    Day& day = of_part.try_emplace(load.part, load.delivery).first->second;
    day = std::max(day, load.delivery);
  }

  bool speaks(const Load& load) const {
    if (whole && load.delivery < *whole) return false;
    if (load.part.empty()) return load.delta || !any_part || *any_part <= load.delivery;
    const auto own = of_part.find(load.part);
    return own == of_part.end() || load.delivery >= own->second;
  }
};

}  // namespace

std::vector<Load> loads_on(const std::vector<Load>& loads, Day as_of) {
  std::map<std::string, NewestFulls> newest;
  for (const Load& load : loads) {
    if (!load.delta && load.delivery <= as_of) newest[load.source].add(load);
  }
  std::vector<Load> speaking;
  for (const Load& load : loads) {
    if (load.delivery <= as_of && newest[load.source].speaks(load)) speaking.push_back(load);
  }
  return speaking;
}

std::vector<fs::path> records_of(const std::vector<Load>& loads, std::string_view kind) {
  std::vector<fs::path> files;
  for (const Load& load : loads) {
    std::vector<fs::path> parts;
    std::error_code code;
    const fs::path& folder = kind == "issues" || kind == "keys" || load.standing.empty() ? load.folder : load.standing;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
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
  const fs::path source_folder = load.folder.parent_path();
  std::error_code code;
  if (!load.replaces.empty()) {  // first back, then away: the newer generation counts as long as it is there
    const fs::path aside = detail::aside_folder(source_folder, load.replaces, load.generation - 1);
    if (fs::exists(aside, code)) fs::rename(aside, source_folder / load.replaces, code);
  }
  const fs::path away = source_folder / (std::string(detail::kUnfinishedPrefix) + load.id);
  if (!code) fs::remove_all(away, code);
  if (!code) fs::rename(load.folder, away, code);
  if (!code) fs::remove_all(away, code);
  if (code) return fail(detail::environment_error(load.folder, {"撤销批次", "undo the load"}));
  TRY_VOID(sync_to_disk(load.folder.parent_path()));
  return load;
}

}  // namespace songtan::ingest
