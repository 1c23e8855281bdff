#include <nlohmann/json.hpp>

#include "base/result.h"
#include "model/schema.h"

namespace songtan::model {
namespace {

nlohmann::ordered_json type_of(std::string_view sql_type) {
  if (sql_type == "VARCHAR") return {{"type", {"string", "null"}}};
  if (sql_type == "DATE") return {{"type", {"string", "null"}}, {"format", "date"}};
  if (sql_type == "BOOLEAN") return {{"type", {"boolean", "null"}}};
  CHECK_PROMISE(sql_type == "BIGINT" || sql_type == "INTEGER" || sql_type == "TINYINT");
  return {{"type", {"integer", "null"}}};
}

}  // namespace

std::string json_schema(const TableSchema& schema) {
  nlohmann::ordered_json properties;
  nlohmann::ordered_json required = nlohmann::ordered_json::array();
  for (const Column& column : schema.columns) {
    properties[std::string(column.name)] = type_of(column.sql_type);
    properties[std::string(column.name)]["x-sql-type"] = column.sql_type;
    required.push_back(column.name);
  }
  const nlohmann::ordered_json json = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                       {"title", schema.name},
                                       {"x-version", schema.version},
                                       {"x-key", schema.key},
                                       {"type", "object"},
                                       {"properties", properties},
                                       {"required", required},
                                       {"additionalProperties", false}};
  return json.dump(2) + "\n";
}

}  // namespace songtan::model
