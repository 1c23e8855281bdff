#include "ingest/detail/load_json.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

using Json = nlohmann::ordered_json;

std::optional<Load> load_of(const Json& json) {
  Load load;
  if (json.value("format", 0) != kLoadFormat) return std::nullopt;
  const auto delivery = Day::parse(json.value("delivery", ""));
  if (!delivery) return std::nullopt;
  load.delivery = *delivery;
  load.id = json.value("load", "");
  load.source = json.value("source", "");
  load.file = json.value("file", "");
  load.part = json.value("part", "");
  load.delta = json.value("kind", "") == "delta";
  load.bytes = json.value("bytes", std::int64_t{0});
  load.rows = json.value("rows", std::int64_t{0});
  load.accepted = json.value("accepted", std::int64_t{0});
  load.rejected = json.value("rejected", std::int64_t{0});
  load.sha256 = json.value("sha256", "");
  load.note_sha256 = json.value("note_sha256", "");
  load.contract_version = json.value("contract_version", "");
  load.contract_digest = json.value("contract_digest", "");
  load.rhythm_days = json.value("rhythm_days", std::int64_t{0});
  load.replaces = json.value("replaces", "");
  load.generation = json.value("generation", 1);
  const Json records = json.value("records", Json::object());
  for (const auto& [kind, rows] : records.items()) load.records[kind] = rows.get<std::int64_t>();
  const Json columns = json.value("columns", Json::array());
  for (const Json& column : columns) {
    load.columns.push_back(
        {column.value("name", ""), column.value("filled", std::int64_t{0}), column.value("bad", std::int64_t{0})});
  }
  if (load.id.empty() || load.source.empty() || load.file.empty()) return std::nullopt;
  return load;
}

}  // namespace

std::string json_of(const Load& load) {
  Json json;
  json["format"] = kLoadFormat;
  json["load"] = load.id;
  json["source"] = load.source;
  json["file"] = load.file;
  json["part"] = load.part;
  json["delivery"] = load.delivery.text();
  json["kind"] = load.delta ? "delta" : "full";
  json["bytes"] = load.bytes;
  json["rows"] = load.rows;
  json["accepted"] = load.accepted;
  json["rejected"] = load.rejected;
  json["sha256"] = load.sha256;
  if (!load.note_sha256.empty()) json["note_sha256"] = load.note_sha256;
  json["contract_version"] = load.contract_version;
  json["contract_digest"] = load.contract_digest;
  json["rhythm_days"] = load.rhythm_days;
  json["replaces"] = load.replaces;
  json["generation"] = load.generation;
  json["records"] = Json::object();
  for (const auto& [kind, rows] : load.records) json["records"][kind] = rows;
  json["columns"] = Json::array();
  for (const LoadColumn& column : load.columns)
    json["columns"].push_back({{"name", column.name}, {"filled", column.filled}, {"bad", column.bad}});
  return json.dump(1) + "\n";
}

Result<Load> read_load(const std::filesystem::path& folder) {
  std::ifstream stream(folder / "load.json", std::ios::binary);
  std::optional<Load> load;
  try {
    const Json json = Json::parse(stream, nullptr, false);
    if (json.is_object()) load = load_of(json);
  } catch (const Json::exception&) {  // a value of another type than its key promises
    load.reset();
  }
  if (!load) {
    return fail(refusal(folder / "load.json", "load.damaged",
                        {"批次的 load.json 缺失或损坏", "load.json of the load is missing or damaged"},
                        {"删除这个批次文件夹后重新 ingest", "remove that load's folder and ingest again"}));
  }
  load->folder = folder;
  return std::move(*load);
}

}  // namespace songtan::ingest::detail
