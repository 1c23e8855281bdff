// Splink's saved settings → a LinkModel whose pairs, levels and weights equal Splink's.
#include <fstream>
#include <nlohmann/json.hpp>

#include "link/detail/splink_condition.h"

namespace songtan::link {
namespace {

using nlohmann::json;

PairMode mode_of(const std::string& link_type) {
  if (link_type == "link_only") return PairMode::link;
  return link_type == "link_and_dedupe" ? PairMode::both : PairMode::dedupe;
}

std::string bare_name(std::string name) {
  if (name.size() > 2 && name.front() == '"' && name.back() == '"') return name.substr(1, name.size() - 2);
  return name;
}

Result<ModelLevel> level_of(const json& in, ExpressionColumns& columns) {
  ModelLevel level;
  const std::string sql = in.at("sql_condition");
  level.label = in.value("label_for_charts", sql);
  level.is_null = in.value("is_null_level", false);
  if (sql != "ELSE" && sql != "else") {
    TRY(level.alternatives, parse_level_condition(sql, columns));
  }
  if (in.contains("m_probability") && in.at("m_probability").is_number())
    level.m = in.at("m_probability").get<double>();
  if (in.contains("u_probability") && in.at("u_probability").is_number())
    level.u = in.at("u_probability").get<double>();
  if (in.contains("tf_adjustment_column") && in.at("tf_adjustment_column").is_string()) {
    level.frequency_column = bare_name(in.at("tf_adjustment_column"));
    level.frequency_weight = in.value("tf_adjustment_weight", 1.0);
    level.frequency_floor = in.value("tf_minimum_u_value", 0.0);
  }
  return level;
}

Result<LinkModel> model_of(const json& in) {
  LinkModel model;
  ExpressionColumns columns;
  model.mode = mode_of(in.value("link_type", "dedupe_only"));
  model.prior = in.value("probability_two_random_records_match", model.prior);
  for (const json& rule : in.at("blocking_rules_to_generate_predictions")) {
    const std::string sql = rule.is_string() ? rule.get<std::string>() : rule.at("blocking_rule").get<std::string>();
    ModelBlockingRule one;
    TRY(one.columns, parse_blocking_rule(sql, columns));
    model.blocking.push_back(std::move(one));
  }
  for (const json& comparison : in.at("comparisons")) {
    ModelComparison one;
    one.name = comparison.value("output_column_name", "comparison_" + std::to_string(model.comparisons.size() + 1));
    for (const json& level : comparison.at("comparison_levels")) {
      TRY(ModelLevel parsed, level_of(level, columns));
      one.levels.push_back(std::move(parsed));
    }
    // A ladder without ELSE leaves pairs out in Splink; here its rest is a level without weight.
    if (one.levels.empty() || !one.levels.back().alternatives.empty()) one.levels.emplace_back();
    model.comparisons.push_back(std::move(one));
  }
  model.columns = columns.columns();
  return model;
}

}  // namespace

Result<LinkModel> import_splink(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) {
    return fail(Outcome::usage, "link.model_unreadable", {"无法读取模型文件", "the model file cannot be read"},
                {"检查路径：" + file.string(), "check the path: " + file.string()});
  }
  try {
    return model_of(json::parse(in));
  } catch (const json::exception& trouble) {
    Error error;
    error.code = "link.splink_json";
    error.message = {std::string("不是 Splink 模型：") + trouble.what(),
                     std::string("not a Splink model: ") + trouble.what()};
    error.mend = {"用 linker.misc.save_model_to_json 保存模型", "save the model with linker.misc.save_model_to_json"};
    error.file = file.string();
    return fail(std::move(error));
  }
}

}  // namespace songtan::link
