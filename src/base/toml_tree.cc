#include "base/toml_tree.h"

#include <toml++/toml.h>

#include <fstream>
#include <sstream>

namespace songtan {
namespace {

constexpr std::size_t kLargestFile = 1U << 20U;

TomlValue value_of(const toml::node& node) {
  TomlValue value;
  value.line = node.source().begin.line;
  value.character = node.source().begin.column;
  if (const auto* table = node.as_table()) {
    value.kind = TomlValue::Kind::table;
    for (const auto& [key, child] : *table) {
      TomlValue field = value_of(child);
      if (field.line == 0) field.line = key.source().begin.line;
      value.fields.push_back({std::string(key.str()), std::move(field)});
    }
  } else if (const auto* array = node.as_array()) {
    value.kind = TomlValue::Kind::array;
    for (const auto& child : *array) value.items.push_back(value_of(child));
  } else if (const auto* text = node.as_string()) {
    value.kind = TomlValue::Kind::text;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = TomlValue::Kind::integer;
    value.integer = integer->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.kind = TomlValue::Kind::boolean;
    value.boolean = boolean->get();
  }
  return value;
}

Error error_about(const std::filesystem::path& file, Outcome outcome, std::string code, Text message, Text mend) {
  Error error;
  error.outcome = outcome;
  error.code = std::move(code);
  error.message = std::move(message);
  error.mend = std::move(mend);
  error.file = file.string();
  return error;
}

}  // namespace

const TomlValue* TomlValue::find(std::string_view key) const {
  for (const auto& [name, value] : fields) {
    if (name == key) return &value;
  }
  return nullptr;
}

Result<TomlValue> read_toml_tree(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  if (!stream) {
    return fail(error_about(file, Outcome::environment, "file.access", {"打开文件失败", "cannot open the file"},
                            {"检查路径与读取权限", "check the path and the right to read it"}));
  }
  const std::string text = content.str();
  if (text.size() > kLargestFile) {
    return fail(error_about(file, Outcome::bad_data, "toml.size", {"文件超过 1 MiB", "the file is larger than 1 MiB"},
                            {"契约和配置只写结构，不放数据", "such files hold structure, not data"}));
  }
  const toml::parse_result parsed = toml::parse(text, file.string());
  if (!parsed) {
    const auto& error = parsed.error();
    const std::string words(error.description());
    Error told =
        error_about(file, Outcome::bad_data, "toml.syntax", {"TOML 语法错误：" + words, "TOML syntax error: " + words},
                    {"按 TOML 1.0 改正这一行", "mend this line by TOML 1.0"});
    told.line = static_cast<std::int64_t>(error.source().begin.line);
    told.column = std::to_string(error.source().begin.column);
    return fail(std::move(told));
  }
  return value_of(parsed.table());
}

}  // namespace songtan
