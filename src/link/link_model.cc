#include "link/link_model.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace songtan::link {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string_view word_of(PairMode mode) {
  switch (mode) {
    case PairMode::dedupe: return "dedupe";
    case PairMode::link: return "link";
    case PairMode::both: return "both";
  }
  return "dedupe";
}

ordered_json json_of_test(const ModelTest& test) {
  ordered_json out;
  out["is"] = link::word_of(test.operation);
  if (test.left == test.right)
    out["column"] = test.left;
  else
    out["left"] = test.left, out["right"] = test.right;
  if (test.operation == Operator::exact || test.operation == Operator::is_null) return out;
  const std::string bound =
      is_similarity(test.operation) ? (test.strict ? "above" : "at_least") : (test.strict ? "below" : "at_most");
  out[bound] = test.bound;
  return out;
}

ordered_json json_of_level(const ModelLevel& level) {
  ordered_json out;
  out["label"] = level.label;
  if (level.alternatives.empty())
    out["otherwise"] = true;
  else {
    out["any"] = ordered_json::array();
    for (const auto& tests : level.alternatives) {
      ordered_json all = ordered_json::array();
      for (const ModelTest& test : tests) all.push_back(json_of_test(test));
      out["any"].push_back(all);
    }
  }
  if (level.is_null) out["null"] = true;
  if (level.m) out["m"] = *level.m;
  if (level.u) out["u"] = *level.u;
  if (level.seen) out["seen"] = *level.seen;
  if (!level.frequency_column.empty()) {
    out["term_frequency"] = {
        {"column", level.frequency_column}, {"weight", level.frequency_weight}, {"floor", level.frequency_floor}};
  }
  return out;
}

ordered_json document_of(const LinkModel& model) {
  ordered_json out;
  out["format"] = "songtan-link-model";
  out["version"] = LinkModel::kVersion;
  out["mode"] = word_of(model.mode);
  out["prior"] = model.prior;
  out["threshold"] = model.threshold;
  out["one_to_one"] = model.one_to_one;
  out["clusters"] = model.clusters == Clusters::average ? "average" : "single";
  out["most_in_block"] = model.most_in_block;
  out["columns"] = ordered_json::array();
  for (const ModelColumn& column : model.columns)
    out["columns"].push_back({{"name", column.name}, {"sql", column.sql}});
  out["blocking"] = ordered_json::array();
  for (const ModelBlockingRule& rule : model.blocking) {
    ordered_json one;
    one["columns"] = rule.columns;
    if (rule.expected_pairs) one["expected_pairs"] = *rule.expected_pairs;
    if (rule.expected_loss) one["expected_loss"] = *rule.expected_loss;
    if (!rule.why.empty()) one["why"] = rule.why;
    out["blocking"].push_back(one);
  }
  out["comparisons"] = ordered_json::array();
  for (const ModelComparison& comparison : model.comparisons) {
    ordered_json one;
    one["name"] = comparison.name;
    if (!comparison.why.empty()) one["why"] = comparison.why;
    one["levels"] = ordered_json::array();
    for (const ModelLevel& level : comparison.levels) one["levels"].push_back(json_of_level(level));
    out["comparisons"].push_back(one);
  }
  out["notes"] = model.notes;
  return out;
}

// Reads the document; the first thing that is wrong throws json::exception or Wrong, caught in read_link_model.
struct Wrong {
  Text message;
};

ModelTest test_of(const json& in) {
  ModelTest test;
  const std::string word = in.at("is");
  if (!parse_operator(word, test.operation)) throw Wrong{{"未知的比较方法：" + word, "unknown operator: " + word}};
  test.left = in.contains("column") ? in.at("column") : in.at("left");
  test.right = in.contains("column") ? in.at("column") : in.at("right");
  for (const char* bound : {"at_least", "at_most", "above", "below"}) {
    if (!in.contains(bound)) continue;
    test.bound = in.at(bound);
    test.strict = std::string(bound) == "above" || std::string(bound) == "below";
  }
  return test;
}

ModelLevel level_of(const json& in) {
  ModelLevel level;
  level.label = in.value("label", "");
  if (!in.value("otherwise", false)) {
    for (const json& all : in.at("any")) {
      level.alternatives.emplace_back();
      for (const json& test : all) level.alternatives.back().push_back(test_of(test));
    }
  }
  level.is_null = in.value("null", false);
  if (in.contains("m")) level.m = in.at("m").get<double>();
  if (in.contains("u")) level.u = in.at("u").get<double>();
  if (in.contains("seen")) level.seen = in.at("seen").get<double>();
  for (const auto& share : {level.m, level.u}) {
    if (share && (*share < 0 || *share > 1)) throw Wrong{{"m 与 u 须在 0 与 1 之间", "m and u lie between 0 and 1"}};
  }
  if (in.contains("term_frequency")) {
    const json& frequency = in.at("term_frequency");
    level.frequency_column = frequency.at("column");
    level.frequency_weight = frequency.value("weight", 1.0);
    level.frequency_floor = frequency.value("floor", 0.0);
  }
  return level;
}

PairMode mode_of(const std::string& word) {
  if (word == "dedupe") return PairMode::dedupe;
  if (word == "link") return PairMode::link;
  if (word == "both") return PairMode::both;
  throw Wrong{{"mode 应为 dedupe、link 或 both", "mode is dedupe, link or both"}};
}

LinkModel model_of(const json& in) {
  if (in.value("format", "") != "songtan-link-model") {
    throw Wrong{{"这不是关联模型文件；Splink 模型请先用 link import-splink 转换",
                 "this is no link model; convert a Splink model with `link import-splink`"}};
  }
  if (in.value("version", 0) != LinkModel::kVersion) throw Wrong{{"不支持的模型版本", "unsupported model version"}};
  LinkModel model;
  model.mode = mode_of(in.value("mode", "dedupe"));
  model.prior = in.at("prior");
  if (!(model.prior > 0 && model.prior < 1)) throw Wrong{{"prior 须在 0 与 1 之间", "prior lies between 0 and 1"}};
  model.threshold = in.value("threshold", model.threshold);
  model.one_to_one = in.value("one_to_one", false);
  const std::string clusters = in.value("clusters", "single");
  if (clusters != "single" && clusters != "average")
    throw Wrong{{"clusters 应为 single 或 average", "clusters is single or average"}};
  model.clusters = clusters == "average" ? Clusters::average : Clusters::single;
  model.most_in_block = in.value("most_in_block", 0U);
  for (const json& column : in.value("columns", json::array()))
    model.columns.push_back({column.at("name"), column.at("sql")});
  for (const json& rule : in.at("blocking")) {
    ModelBlockingRule one;
    one.columns = rule.at("columns").get<std::vector<std::string>>();
    if (one.columns.empty()) throw Wrong{{"分块规则没有列", "a blocking rule has no columns"}};
    one.why = rule.value("why", "");
    if (rule.contains("expected_pairs")) one.expected_pairs = rule.at("expected_pairs").get<double>();
    if (rule.contains("expected_loss")) one.expected_loss = rule.at("expected_loss").get<double>();
    model.blocking.push_back(std::move(one));
  }
  for (const json& comparison : in.at("comparisons")) {
    ModelComparison one;
    one.name = comparison.at("name");
    one.why = comparison.value("why", "");
    for (const json& level : comparison.at("levels")) one.levels.push_back(level_of(level));
    if (one.levels.empty() || !one.levels.back().alternatives.empty()) {
      throw Wrong{{"比较 " + one.name + " 的最后一级应为 otherwise",
                   "the last level of comparison " + one.name + " is not otherwise"}};
    }
    model.comparisons.push_back(std::move(one));
  }
  if (model.comparisons.empty()) throw Wrong{{"模型没有比较", "the model has no comparisons"}};
  model.notes = in.value("notes", std::vector<std::string>{});
  return model;
}

std::unexpected<Error> wrong_model(const std::filesystem::path& file, Text message) {
  Error error;
  error.code = "link.model";
  error.message = std::move(message);
  error.mend = {"见 docs/formats/link-model.md", "see docs/formats/link-model.md"};
  error.file = file.string();
  return fail(std::move(error));
}

}  // namespace

double bayes_weight(const ModelLevel& level) {
  if (level.is_null || !level.m || !level.u || *level.m <= 0 || *level.u <= 0) return 0;
  return std::log2(*level.m / *level.u);
}

std::string json_of(const LinkModel& model) { return document_of(model).dump(2) + "\n"; }

Result<LinkModel> read_link_model(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) {
    return fail(Outcome::usage, "link.model_unreadable", {"无法读取模型文件", "the model file cannot be read"},
                {"检查路径：" + file.string(), "check the path: " + file.string()});
  }
  try {
    return model_of(json::parse(in));
  } catch (const Wrong& wrong) {
    return wrong_model(file, wrong.message);
  } catch (const json::exception& trouble) {
    return wrong_model(file, {std::string("JSON 有误：") + trouble.what(), std::string("bad JSON: ") + trouble.what()});
  }
}

Result<void> write_link_model(const LinkModel& model, const std::filesystem::path& file) {
  std::ofstream out(file);
  out << json_of(model);
  out.close();
  if (!out) {
    return fail(Outcome::environment, "link.model_unwritable", {"无法写入模型文件", "the model file cannot be written"},
                {"检查磁盘空间与权限：" + file.string(), "check disk space and rights: " + file.string()});
  }
  return {};
}

}  // namespace songtan::link
