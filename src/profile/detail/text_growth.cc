#include "profile/detail/text_growth.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace songtan::profile::detail {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kColumn = 400;
constexpr std::int64_t kEndless = std::int64_t{1} << 40;

std::int64_t added(std::int64_t a, std::int64_t b) { return std::min(kEndless, a + b); }
std::int64_t times(std::int64_t a, std::int64_t b) { return b > 0 && a > kEndless / b ? kEndless : a * b; }

/// What is known where an expression stands: names of WITH and the longest column of FROM.
struct Scope {
  std::map<std::string, std::int64_t> names;
  std::int64_t column = kColumn;
};

std::int64_t bound(const Json& node, const Scope& scope);

std::int64_t longest(const Json& node, const Scope& scope) {
  std::int64_t most = 0;
  for (const auto& [key, child] : node.items()) {
    if (child.is_structured()) most = std::max(most, bound(child, scope));
  }
  return most;
}

std::int64_t of_function(const Json& node, const std::string& name, const Scope& scope) {
  const Json& children = node["children"];
  if (name == "replace" && children.size() == 3)
    return times(bound(children[0], scope), std::max<std::int64_t>(1, bound(children[2], scope)));
  if (name != "||" && name != "concat" && name != "list_value") return longest(node, scope);
  std::int64_t sum = 0;
  for (const Json& child : children) sum = added(sum, bound(child, scope));
  return sum;
}

// A query: its WITH names first, then what FROM offers, then everything else under both.
std::int64_t of_query(const Json& node, Scope scope) {
  for (const Json& entry : node["cte_map"]["map"])
    scope.names[entry["key"].get<std::string>()] = longest(entry["value"], scope);
  if (const auto from = node.find("from_table"); from != node.end())
    scope.column = std::max(scope.column, bound(*from, scope));
  std::int64_t most = 0;
  for (const auto& [key, child] : node.items()) {
    if (key != "cte_map" && child.is_structured()) most = std::max(most, bound(child, scope));
  }
  return most;
}

std::int64_t bound(const Json& node, const Scope& scope) {
  if (!node.is_object()) return node.is_structured() ? longest(node, scope) : 0;
  if (node.contains("cte_map")) return of_query(node, scope);
  const std::string kind = node.value("class", "");
  if (kind == "COLUMN_REF") return scope.column;
  if (kind == "CONSTANT") {
    const Json& value = node["value"];
    return value.contains("value") && value["value"].is_string()
               ? static_cast<std::int64_t>(value["value"].get_ref<const std::string&>().size())
               : 32;
  }
  if (node.contains("function_name")) return of_function(node, node["function_name"].get<std::string>(), scope);
  if (node.contains("table_name")) {
    const auto named = scope.names.find(node["table_name"].get<std::string>());
    return named == scope.names.end() ? kColumn : named->second;
  }
  return longest(node, scope);
}

}  // namespace

std::int64_t text_bound(std::string_view tree) {
  const Json json = Json::parse(tree, nullptr, false);
  return json.is_object() ? bound(json, {}) : kEndless;
}

}  // namespace songtan::profile::detail
