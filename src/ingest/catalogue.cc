#include "ingest/catalogue.h"

#include <array>
#include <nlohmann/json.hpp>

namespace songtan::ingest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kFormats = {"csv", "parquet", "jsonl", "xlsx", "postgresql"};
constexpr std::array<std::string_view, 3> kEncodings = {"UTF-8", "GB18030", "UTF-8 / GB18030"};
constexpr std::array<std::string_view, 8> kTypes = {"text",    "number",  "date", "money",
                                                    "integer", "decimal", "code", "region"};
constexpr std::array<std::string_view, 4> kSensitivities = {"open", "internal", "personal", "sensitive"};

std::string_view sharing_in_chinese(const std::string& sharing) {
  if (sharing == "unconditional") return "无条件共享";
  return sharing == "withheld" ? "不予共享" : "有条件共享";
}

std::string format_of(const Contract& contract) {
  std::string format(kFormats[static_cast<std::size_t>(contract.format)]);
  if (contract.format == FileFormat::csv || contract.format == FileFormat::json_lines)
    format += " (" + std::string(kEncodings[static_cast<std::size_t>(contract.encoding)]) + ")";
  return format;
}

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : "、") + word;
  return list;
}

void add_cell(std::string& line, std::string_view text) {
  if (!line.empty()) line += ',';
  line += '"';
  for (const char c : text) line += c == '"' ? std::string("\"\"") : std::string(1, c);
  line += '"';
}

}  // namespace

std::string catalogue_csv(const std::vector<Contract>& contracts) {
  std::string text = "\xEF\xBB\xBF";
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells) add_cell(line, cell);
    text += line + "\r\n";
  };
  add_line({"目录编号", "数据目录名称", "数据项", "提供单位", "数据格式", "数据更新频率", "共享属性", "共享方式",
            "使用条件", "数据分类分级", "共享依据", "覆盖范围", "时段"});
  for (const Contract& contract : contracts) {
    std::vector<std::string> items;
    for (const ContractColumn& column : contract.columns) items.push_back(column.name);
    add_line({contract.id, contract.title.zh, joined(items), contract.department.zh, format_of(contract),
              "每 " + std::to_string(contract.rhythm_days) + " 日", std::string(sharing_in_chinese(contract.sharing)),
              contract.method, contract.conditions, contract.grade, joined(contract.basis), contract.population.zh,
              contract.period.zh});
  }
  return text;
}

std::string catalogue_json(const std::vector<Contract>& contracts) {
  const auto both = [](const Text& text) { return Json{{"zh", text.zh}, {"en", text.en}}; };
  Json sources = Json::array();
  for (const Contract& contract : contracts) {
    Json items = Json::array();
    for (const ContractColumn& column : contract.columns) {
      items.push_back({{"name", column.name},
                       {"type", kTypes[static_cast<std::size_t>(column.type)]},
                       {"sensitivity", kSensitivities[static_cast<std::size_t>(column.sensitivity)]},
                       {"required", column.required}});
    }
    sources.push_back({{"id", contract.id},
                       {"name", both(contract.title)},
                       {"department", both(contract.department)},
                       {"format", format_of(contract)},
                       {"rhythm_days", contract.rhythm_days},
                       {"sharing", contract.sharing},
                       {"method", contract.method},
                       {"conditions", contract.conditions},
                       {"grade", contract.grade},
                       {"basis", contract.basis},
                       {"regions", contract.regions},
                       {"population", both(contract.population)},
                       {"period", both(contract.period)},
                       {"items", items}});
  }
  return Json{{"format", 1}, {"sources", sources}}.dump(1) + "\n";
}

}  // namespace songtan::ingest
