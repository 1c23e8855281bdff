#include "ingest/detail/discovery.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>

#include "base/record_id.h"
#include "base/text.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

namespace fs = std::filesystem;

bool is_part(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), allowed);
}

// <delivery-date>.<full|delta>[.part].<ext>
Result<DeliveredFile> file_of(const Contract& contract, const fs::path& path) {
  DeliveredFile file;
  file.contract = &contract;
  file.path = path;
  file.name = path.filename().string();
  const auto parts = split(file.name, '.');
  const auto delivery = Day::parse(parts.front());
  const bool kind = parts.size() >= 3 && (parts[1] == "full" || parts[1] == "delta");
  if (!delivery || !kind || parts.size() > 4 || (parts.size() == 4 && !is_part(parts[2]))) {
    return fail(refusal(path, "file.name", {"文件名不合约定", "the file's name is not as agreed"},
                        {"命名为 <交付日期>.<full|delta>[.分片].<扩展名>，如 2026-07-01.full.csv",
                         "name it <delivery-date>.<full|delta>[.part].<ext>, for example 2026-07-01.full.csv"}));
  }
  file.delivery = *delivery;
  file.delta = parts[1] == "delta";
  if (parts.size() == 4) file.part = parts[2];
  if (file.delta ? !contract.accepts_delta : !contract.accepts_full) {
    return fail(refusal(path, "file.delivery_kind",
                        {"契约不接受这种交付（全量/增量）", "the contract does not take this kind of delivery"},
                        {"在 [files] 写 deliveries = \"both\"，或请部门按约定交付",
                         "write deliveries = \"both\" in [files], or ask for the agreed kind"}));
  }
  return file;
}

bool matches(const Contract& contract, const std::string& name) {
  return std::any_of(contract.patterns.begin(), contract.patterns.end(),
                     [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
}

Result<void> find_files_of(const Contract& contract, const fs::path& folder, bool loaded_before, Delivery& delivery) {
  std::vector<fs::path> paths;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (!entry.path().filename().string().starts_with('.')) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    if (!matches(contract, path.filename().string()) || !fs::is_regular_file(path, code)) {
      return fail(refusal(
          path, "file.unexpected",
          {"契约 " + contract.id + " 不认识这个文件", "the contract " + contract.id + " does not expect this file"},
          {"移走它，或在 [files] pattern 加上它的样式", "move it away, or add its pattern to [files] pattern"}));
    }
    TRY(DeliveredFile file, file_of(contract, path));
    delivery.files.push_back(std::move(file));
  }
  if (!paths.empty() || loaded_before || !contract.required) return {};
  return fail(refusal(
      folder, "source.absent",
      {fmt::format("来源 {}（{}·{}）没有交付文件", contract.id, contract.department.zh, contract.title.zh),
       fmt::format("source {} ({}: {}) has no delivered file", contract.id, contract.department.en, contract.title.en)},
      {"请部门交付，放入这个文件夹；若可以没有，在契约 [files] 写 required = false",
       "ask for it and put it into this folder; if it may be absent, write required = false in [files]"}));
}

Result<void> refuse_key_clash(const std::vector<DeliveredFile>& files, const std::vector<Load>& loads) {
  std::map<std::int64_t, std::pair<std::string, std::string>> owners;
  for (const Load& load : loads) owners.try_emplace(file_key(load.source, load.file), load.source, load.file);
  for (const DeliveredFile& file : files) {
    const std::pair<std::string, std::string> own = {file.contract->id, file.name};
    const auto& owner = owners.try_emplace(file_key(own.first, own.second), own).first->second;
    if (owner == own) continue;
    return fail(
        refusal(file.path, "file.key_clash",
                {"文件名的散列与 " + owner.second + " 相同", "the file's key equals that of " + owner.second},
                {"给文件名加一个分片名，如 .full.a.csv", "add a part to the file's name, for example .full.a.csv"}));
  }
  return {};
}

}  // namespace

Result<Delivery> find_deliveries(const fs::path& in, const std::vector<Contract>& contracts,
                                 const std::vector<Load>& loads) {
  const fs::path extracts = in / "extracts";
  std::error_code code;
  if (!fs::is_directory(extracts, code)) {
    const bool there = fs::is_directory(in, code);
    Error error =
        refusal(there ? extracts : in, there ? "in.no_extracts" : "in.absent",
                there ? Text{"--in 里没有 extracts 文件夹", "--in holds no folder 'extracts'"}
                      : Text{"--in 指的文件夹不存在", "the folder of --in is not there"},
                {"--in 应指向含 extracts/<来源>/ 的文件夹", "let --in name the folder that holds extracts/<source>/"});
    error.outcome = Outcome::usage;
    return fail(std::move(error));
  }
  Delivery delivery;
  for (const Contract& contract : contracts) {
    const bool before =
        std::any_of(loads.begin(), loads.end(), [&](const Load& load) { return load.source == contract.id; });
    TRY_VOID(find_files_of(contract, extracts / contract.id, before, delivery));
  }
  std::vector<std::string> strangers;
  for (const auto& entry : fs::directory_iterator(extracts, code)) {
    const std::string name = entry.path().filename().string();
    const bool known = std::any_of(contracts.begin(), contracts.end(), [&](const Contract& c) { return c.id == name; });
    if (!known && !name.starts_with('.')) strangers.push_back(name);
  }
  std::sort(strangers.begin(), strangers.end());
  for (const std::string& name : strangers) {
    delivery.notes.push_back({"没有契约的来源，未导入：" + name, "a source without contract was left out: " + name});
  }
  TRY_VOID(refuse_key_clash(delivery.files, loads));
  return delivery;
}

}  // namespace songtan::ingest::detail
