#include "profile/detail/sql_tree.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "profile/detail/text_growth.h"

namespace songtan::profile::detail {
namespace {

using Json = nlohmann::json;

// Pure, exact and independent of the order of rows. Windows may order (row_number and its like) because a total order
// is the writer's duty there; an aggregate that depends on order is not offered at all.
constexpr std::array kFunctions = std::to_array<std::string_view>({
    "!~~",
    "!~~*",
    "%",
    "*",
    "+",
    "-",
    "//",
    "^@",
    "abs",
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "coalesce",
    "concat",
    "constant_or_null",
    "contains",
    "count",
    "count_if",
    "count_star",
    "date_diff",
    "date_part",
    "date_sub",
    "date_trunc",
    "datediff",
    "day",
    "dense_rank",
    "ends_with",
    "greatest",
    "if",
    "ifnull",
    "lag",
    "last_day",
    "lead",
    "least",
    "left",
    "len",
    "length",
    "list_contains",
    "list_value",
    "lower",
    "make_date",
    "max",
    "min",
    "month",
    "nullif",
    "prefix",
    "rank",
    "replace",
    "right",
    "row_number",
    "sign",
    "starts_with",
    "strip_accents",
    "substr",
    "substring",
    "suffix",
    "sum",
    "to_days",
    "to_months",
    "to_years",
    "trim",
    "trunc",
    "unnest",
    "upper",
    "year",
    "||",
    "~~",
    "~~*",
});
// As a source of rows only: as a value they would make one list as long as somebody likes, which no limit counts.
constexpr std::array kTableFunctions = std::to_array<std::string_view>({"generate_series", "range", "unnest"});
constexpr std::array kClocks =
    std::to_array<std::string_view>({"current_date", "current_time", "current_timestamp", "get_current_timestamp",
                                     "localtime", "localtimestamp", "now", "today", "transaction_timestamp"});
constexpr std::array kTableKinds =
    std::to_array<std::string_view>({"BASE_TABLE", "EMPTY", "EXPRESSION_LIST", "JOIN", "SUBQUERY", "TABLE_FUNCTION"});

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

std::string text_at(const Json& node, const char* key) {
  const auto found = node.find(key);
  return found != node.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// SQL names know no case; the parser keeps that of bare words such as CURRENT_DATE.
std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool is_floating(const std::string& type) { return type == "DOUBLE" || type == "FLOAT"; }

class Walk {
 public:
  TreeReport report;

  void visit(const Json& node) {
    if (report.offence) return;
    if (node.is_array()) {
      for (const Json& child : node) visit(child);
      return;
    }
    if (!node.is_object()) return;
    const auto with = names_of(node);
    names_.insert(names_.end(), with.begin(), with.end());
    judge(node);
    if (text_at(node, "type") == "TABLE_FUNCTION" && node.contains("function")) {
      visit(node["function"]["children"]);
    } else if (!is_interval_count(node)) {
      for (const auto& [key, child] : node.items()) visit(child);
    }
    names_.resize(names_.size() - with.size());
  }

 private:
  // Names that a WITH brings; they are visible in the whole node, and a pack relation of the same name is hidden by it.
  static std::vector<std::string> names_of(const Json& node) {
    std::vector<std::string> names;
    const auto with = node.find("cte_map");
    if (with == node.end()) return names;
    for (const Json& entry : (*with)["map"]) names.push_back(text_at(entry, "key"));
    return names;
  }

  // DuckDB's parser turns INTERVAL 18 YEAR into to_years(CAST(trunc(CAST(18 AS DOUBLE)) AS INTEGER)): the one DOUBLE
  // that no writer can avoid, and it holds a whole number.
  static bool is_interval_count(const Json& node) {
    if (text_at(node, "function_name") != "trunc" || node["children"].size() != 1) return false;
    const Json& cast = node["children"][0];
    return text_at(cast, "class") == "CAST" && text_at(cast["child"], "class") == "CONSTANT";
  }

  void judge(const Json& node) {
    const std::string kind = text_at(node, "class");
    if (node.contains("function_name")) judge_function(node, lower_case(text_at(node, "function_name")));
    if (kind == "COLUMN_REF") judge_column(node);
    if (kind == "PARAMETER")
      refuse(node, "pack.sql_parameter", {"只有参数 $as_of", "$as_of is the only parameter"},
             {"删去其他参数", "remove the other parameter"});
    if (kind == "CAST" || kind == "CONSTANT") judge_type(node);
    if (kind.empty()) judge_table(node);
    judge_modifiers(node);
    if (text_at(node, "type") == "RECURSIVE_CTE_NODE") {
      refuse(node, "pack.sql_recursion", {"不允许 WITH RECURSIVE", "WITH RECURSIVE is not allowed"},
             {"用 range 生成有限的行", "make a bounded number of rows with range"});
    }
  }

  void judge_function(const Json& node, const std::string& name) {
    if (is_interval_count(node)) return;
    if (contains(kClocks, name)) return refuse_clock(node, name);
    if (name == "/") {
      return refuse(node, "pack.sql_float", {"除法 / 得到浮点数", "division by / yields DOUBLE"},
                    {"用整除 //", "divide with //"});
    }
    const std::string schema = text_at(node, "schema");  // the parser itself writes "main" for [a, b]
    if (!contains(kFunctions, name) || !(schema.empty() || schema == "main")) {
      refuse(node, "pack.sql_function", {"不允许使用函数 " + name, "function '" + name + "' is not allowed in a pack"},
             {"只能用 docs/formats/facts.md 列出的函数", "use the functions listed in docs/formats/facts.md"});
    }
  }

  void judge_column(const Json& node) {
    const auto& names = node["column_names"];
    const std::string name = names.size() == 1 ? lower_case(names[0].get<std::string>()) : std::string();
    if (contains(kClocks, name)) refuse_clock(node, name);
  }

  void judge_type(const Json& node) {
    const Json& type = node.contains("cast_type") ? node["cast_type"] : node["value"]["type"];
    if (is_floating(text_at(type, "id"))) {
      refuse(node, "pack.sql_float", {"不允许浮点数（FLOAT、DOUBLE）", "FLOAT and DOUBLE are not allowed"},
             {"用 BIGINT 或 DECIMAL", "use BIGINT or DECIMAL"});
    }
  }

  void judge_table(const Json& node) {
    const std::string type = text_at(node, "type");
    if (type == "BASE_TABLE") return judge_relation(node);
    if (type == "TABLE_FUNCTION") {
      const std::string name = text_at(node["function"], "function_name");
      if (!contains(kTableFunctions, name)) {
        refuse(node, "pack.sql_file", {"不允许读取 " + name, "reading from '" + name + "' is not allowed"},
               {"只能读交给它的关系", "read the relations that are handed in"});
      }
    }
    const std::string join = text_at(node, "ref_type");
    if (type == "JOIN" && (join == "POSITIONAL" || join == "ASOF" || join == "NATURAL")) {
      refuse(node, "pack.sql_order", {"不允许的连接 " + join, "a join of kind " + join + " is not allowed"},
             {"用 ON 写明条件", "write the condition with ON"});
    }
    const bool is_table = node.contains("column_name_alias") || node.contains("table_name");
    if (is_table && !contains(kTableKinds, type)) {
      refuse(node, "pack.sql_relation", {"不允许的来源类型 " + type, "a source of kind " + type + " is not allowed"},
             {});
    }
  }

  void judge_relation(const Json& node) {
    const std::string name = text_at(node, "table_name");
    const bool qualified = !text_at(node, "schema_name").empty() || !text_at(node, "catalog_name").empty();
    if (qualified) {
      return refuse(node, "pack.sql_relation", {"关系名不能带库名", "a relation is named without a schema"},
                    {"只写关系名", "write its bare name"});
    }
    if (!contains(names_, name)) report.relations.insert(name);
  }

  void judge_modifiers(const Json& node) {
    if (text_at(node, "type") == "LIMIT_MODIFIER" || text_at(node, "type") == "LIMIT_PERCENT_MODIFIER") {
      refuse(node, "pack.sql_order", {"不允许 LIMIT", "LIMIT is not allowed"},
             {"用 row_number() 和全序", "use row_number() over a total order"});
    }
    if (node.contains("distinct_on_targets") && !node["distinct_on_targets"].empty()) {
      refuse(node, "pack.sql_order", {"不允许 DISTINCT ON", "DISTINCT ON is not allowed"},
             {"用 row_number() 和全序", "use row_number() over a total order"});
    }
    if (node.contains("sample") && !node["sample"].is_null()) {
      refuse(node, "pack.sql_order", {"不允许抽样", "SAMPLE is not allowed"},
             {"删去 USING SAMPLE", "remove USING SAMPLE"});
    }
  }

  void refuse_clock(const Json& node, const std::string& name) {
    refuse(node, "pack.sql_clock", {"不允许读时钟：" + name, "the clock may not be read: " + name},
           {"用 $as_of", "use $as_of"});
  }

  void refuse(const Json& node, std::string code, Text message, Text mend) {
    if (report.offence) return;
    Offence offence{std::move(code), std::move(message), std::move(mend)};
    const auto at = node.find("query_location");
    if (at != node.end() && at->is_number_unsigned() && at->get<std::uint64_t>() < (1ULL << 32)) {
      offence.offset = static_cast<std::int64_t>(at->get<std::uint64_t>());
    }
    report.offence = std::move(offence);
  }

  std::vector<std::string> names_;
};

}  // namespace

TreeReport inspect_tree(std::string_view tree) {
  const Json json = Json::parse(tree, nullptr, false);
  CHECK_PROMISE(!json.is_discarded());
  Walk walk;
  if (json["error"].get<bool>()) {
    walk.report.offence = Offence{"pack.sql_statement",
                                  {"须是一条 SELECT：" + text_at(json, "error_message"),
                                   "one SELECT is wanted: " + text_at(json, "error_message")},
                                  {"一个文件只写一条 SELECT", "write exactly one SELECT in a file"}};
    return std::move(walk.report);
  }
  if (json["statements"].size() != 1) {
    walk.report.offence = Offence{"pack.sql_statement",
                                  {"文件中有多条语句", "the file holds several statements"},
                                  {"一个文件只写一条 SELECT", "write exactly one SELECT in a file"}};
    return std::move(walk.report);
  }
  walk.visit(json["statements"][0]);
  if (!walk.report.offence && text_bound(tree) > kLongestText) {
    walk.report.offence = Offence{"pack.sql_size",
                                  {"拼接出的文本可能超过 1 MiB", "the texts that it joins may grow beyond 1 MiB"},
                                  {"减少 ||、concat、replace 的嵌套", "nest ||, concat and replace less"}};
  }
  return std::move(walk.report);
}

}  // namespace songtan::profile::detail
