#include "night/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/durable.h"
#include "base/toml_tree.h"
#include "ingest/loads.h"
#include "night/workspace.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

constexpr const char* kRecord = "use_record.jsonl";

struct Limits {
  std::int64_t default_days = -1;  ///< -1: for ever
  std::int64_t nights_days = -1;
  std::map<std::string, std::int64_t> sources;

  std::int64_t of(const std::string& source) const {
    const auto at = sources.find(source);
    return at == sources.end() ? default_days : at->second;
  }
};

Error not_days(const fs::path& file, const TomlField& field) {
  Error error;
  error.code = "retention.days";
  error.file = file.string();
  error.line = field.value.line;
  error.message = {"保存期限须是一天以上的整数天：" + field.key,
                   "a retention is a whole number of days, at least one: " + field.key};
  error.mend = {"写成 " + field.key + " = 1095", "write " + field.key + " = 1095"};
  return error;
}

Result<Limits> limits_of(const fs::path& pack) {
  const fs::path file = pack / "pack.toml";
  TRY(const TomlValue root, read_toml_tree(file));
  Limits limits;
  const TomlValue* table = root.find("retention");
  if (table == nullptr) return limits;
  for (const TomlField& field : table->fields) {
    if (field.value.kind != TomlValue::Kind::integer || field.value.integer < 1) return fail(not_days(file, field));
    if (field.key == "default_days")
      limits.default_days = field.value.integer;
    else if (field.key == "nights_days")
      limits.nights_days = field.value.integer;
    else
      limits.sources[field.key] = field.value.integer;
  }
  return limits;
}

bool older(Day day, Day date, std::int64_t days) { return days >= 0 && date.days - day.days > days; }

/// Which nights read a load, by source and load.
using Uses = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

Uses uses_of(const Workspace& workspace) {
  Uses uses;
  for (const std::string& id : workspace.finished()) {
    std::ifstream in(workspace.night(id) / "run.json");
    const auto run = nlohmann::json::parse(in, nullptr, false);
    if (!run.is_object() || !run.contains("loads")) continue;
    for (const auto& load : run["loads"]) uses[{load.value("source", ""), load.value("load", "")}].push_back(id);
  }
  return uses;
}

Result<std::vector<Disposal>> planned(const Workspace& workspace, const RetentionRequest& request, const Limits& limits,
                                      const std::vector<ingest::Load>& loads) {
  const Uses uses = uses_of(workspace);
  std::set<std::pair<std::string, std::string>> speaking;
  for (const ingest::Load& load : ingest::loads_on(loads, request.date)) speaking.emplace(load.source, load.id);
  std::vector<Disposal> disposals;
  for (const ingest::Load& load : loads) {
    const bool ended = load.source == request.ended_source;
    const bool old =
        older(load.delivery, request.date, limits.of(load.source)) && !speaking.contains({load.source, load.id});
    if (!ended && !old) continue;
    Disposal disposal{.kind = "load",
                      .source = load.source,
                      .id = load.id,
                      .day = load.delivery,
                      .rows = load.rows,
                      .sha256 = load.sha256,
                      .used_by = {},
                      .reason = ended ? DisposalReason::sharing_ended : DisposalReason::too_old};
    if (const auto used = uses.find({load.source, load.id}); used != uses.end()) disposal.used_by = used->second;
    disposals.push_back(std::move(disposal));
  }
  const auto current = workspace.current();
  for (const std::string& id : workspace.finished()) {
    const auto day = Day::parse(id.substr(0, 10));
    if (id == current || !day || !older(*day, request.date, limits.nights_days)) continue;
    disposals.push_back({.kind = "night", .source = {}, .id = id, .day = *day, .rows = 0, .sha256 = {}, .used_by = {}});
  }
  return disposals;
}

ordered_json json_of(const Disposal& disposal) {
  return {{"kind", disposal.kind},
          {"source", disposal.source},
          {"id", disposal.id},
          {"day", disposal.day.text()},
          {"rows", disposal.rows},
          {"sha256", disposal.sha256},
          {"used_by", disposal.used_by},
          {"reason", disposal.reason == DisposalReason::too_old ? "too_old" : "sharing_ended"}};
}

// Adds a line for each disposal that is not recorded yet; the file is replaced whole, so it is never half a line.
Result<void> record(const fs::path& data, Day date, const std::vector<Disposal>& disposals) {
  std::string text;
  {
    std::ifstream in(data / kRecord, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (const Disposal& disposal : disposals) {
    ordered_json line = json_of(disposal);
    line["act"] = "disposed";
    line["on"] = date.text();
    if (text.find(fmt::format("\"source\":\"{}\",\"id\":\"{}\"", disposal.source, disposal.id)) == std::string::npos)
      text += line.dump() + "\n";
  }
  return write_file_atomically(data / kRecord, text);
}

Result<void> take_away(const fs::path& folder) {
  std::error_code code;
  fs::remove_all(folder, code);
  if (!code) return {};
  return fail(Outcome::environment, "disk", {"无法删除：" + folder.string(), "cannot be removed: " + folder.string()},
              {"检查读写权限", "check permissions"});
}

Result<void> dispose(const Workspace& workspace, const Disposal& disposal, const std::vector<ingest::Load>& loads) {
  if (disposal.kind == "night") return take_away(workspace.night(disposal.id));
  for (const ingest::Load& load : loads) {
    if (load.source != disposal.source || load.id != disposal.id) continue;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(load.folder.parent_path(), code)) {
      if (entry.path().filename().string().starts_with(load.id + ".replaced.")) TRY_VOID(take_away(entry.path()));
    }
    TRY_VOID(take_away(workspace.data() / "standing" / load.source));  // copies; made again when wanted
    TRY_VOID(take_away(load.folder));
  }
  return {};
}

}  // namespace

Result<RetentionReport> retain(const RetentionRequest& request) {
  TRY(const Limits limits, limits_of(request.pack));
  TRY(const Workspace checked, Workspace::read(request.data));
  TRY(const auto loads, ingest::list_loads(request.data));
  const bool known = request.ended_source.empty() || std::ranges::any_of(loads, [&](const ingest::Load& load) {
                       return load.source == request.ended_source;
                     });
  if (!known) {
    return fail(
        Outcome::usage, "retention.source",
        {"没有这个来源的装载：" + request.ended_source, "there is no load of the source " + request.ended_source},
        {"用 songtan load list 查看", "see songtan load list"});
  }
  RetentionReport report;
  TRY(report.disposals, planned(checked, request, limits, loads));
  if (!request.apply || report.disposals.empty()) return report;
  TRY(const Workspace workspace, Workspace::open(request.data));
  TRY_VOID(record(request.data, request.date, report.disposals));
  for (const Disposal& disposal : report.disposals) TRY_VOID(dispose(workspace, disposal, loads));
  report.applied = true;
  return report;
}

std::string retention_text(const RetentionReport& report, std::string_view language) {
  const bool zh = language == "zh";
  if (report.disposals.empty()) return zh ? "没有到期的数据\n" : "nothing has reached its term\n";
  std::string text;
  for (const Disposal& disposal : report.disposals) {
    const std::string_view reason =
        disposal.reason == DisposalReason::too_old ? (zh ? "到期" : "too old") : (zh ? "共享终止" : "sharing ended");
    text += fmt::format("{} {} {} {} {}\n", disposal.kind, disposal.source, disposal.id, disposal.day.text(), reason);
  }
  const char* end = report.applied ? (zh ? "已处置并记录 {} 项\n" : "{} disposed of and recorded\n")
                                   : (zh ? "可处置 {} 项；加 --apply 才处置\n"
                                         : "{} may be disposed of; nothing is, without --apply\n");
  return text + fmt::format(fmt::runtime(end), report.disposals.size());
}

std::string retention_json(const RetentionReport& report) {
  ordered_json list = ordered_json::array();
  for (const Disposal& disposal : report.disposals) list.push_back(json_of(disposal));
  return ordered_json{{"applied", report.applied}, {"disposals", list}}.dump(2) + "\n";
}

}  // namespace songtan::night
