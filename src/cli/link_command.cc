// songtan link: suggest, run, train and import-splink, for anyone who links tables.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/link_files.h"
#include "cli/terminal.h"
#include "link/verbs.h"

namespace songtan::cli {
namespace {

struct LinkCommandOptions {
  std::vector<std::string> in;
  std::string id;
  std::string model;
  std::string out;
  std::string pairs;
  std::string mode;
  std::string labels;
  bool one_to_one = false;
  decltype(link::RunOptions::threshold) threshold;
  std::uint64_t seed = 1;
  std::vector<std::string> ignore;
  decltype(link::SuggestOptions::budget) budget = 0;
  Resources resources;
};

link::PairMode mode_of(const std::string& word) {
  if (word == "both") return link::PairMode::both;
  return word == "link" ? link::PairMode::link : link::PairMode::dedupe;
}

void print_report(const link::RunReport& report, const Context& context) {
  if (context.json) {
    nlohmann::ordered_json out = {
        {"records", report.records}, {"pairs", report.pairs}, {"edges", report.edges}, {"persons", report.persons}};
    for (const link::RuleCount& rule : report.rules)
      out["rules"].push_back({{"rule", rule.rule}, {"pairs", rule.pairs}});
    for (const link::RuleCount& block : report.skipped)
      out["skipped"].push_back({{"rule", block.rule}, {"records", block.pairs}});
    fmt::print("{}\n", out.dump());
    return;
  }
  const bool zh = context.language == "zh";
  fmt::print(fmt::runtime(zh ? "记录 {}，比较对数 {}，达到阈值 {}，人 {}\n"
                             : "records {}, pairs compared {}, above the threshold {}, persons {}\n"),
             report.records, report.pairs, report.edges, report.persons);
  for (const link::RuleCount& rule : report.rules) fmt::print("  {:>14}  {}\n", rule.pairs, rule.rule);
  for (const link::RuleCount& block : report.skipped) {
    fmt::print(fmt::runtime(zh ? "  过大的块已跳过：{} 条记录，规则 {}\n"
                               : "  a block too large was skipped: {} records, rule {}\n"),
               block.pairs, block.rule);
  }
}

Result<int> run_link(const LinkCommandOptions& options, const Context& context) {
  link::RunOptions run;
  TRY(run.files, link_files(options.in, options.id, options.resources));
  run.model = options.model;
  run.out = options.out;
  run.pairs = options.pairs;
  if (!options.mode.empty()) run.mode = mode_of(options.mode);
  if (options.one_to_one) run.one_to_one = true;
  run.threshold = options.threshold;
  TerminalProgress progress(context);
  TRY(const link::RunReport report, link::link_run(run, progress));
  print_report(report, context);
  return 0;
}

void print_suggestion(const link::LinkModel& model, const Context& context) {
  const bool zh = context.language == "zh";
  for (const link::ModelComparison& comparison : model.comparisons)
    fmt::print(fmt::runtime(zh ? "比较 {}：{}\n" : "compare {}: {}\n"), comparison.name, comparison.why);
  for (const link::ModelBlockingRule& rule : model.blocking) {
    fmt::print(fmt::runtime(zh ? "分块 {}：约 {:.0f} 对，单独会漏 {:.1f} %\n"
                               : "block on {}: about {:.0f} pairs, alone it would lose {:.1f} %\n"),
               rule.why, rule.expected_pairs.value_or(0), 100 * rule.expected_loss.value_or(0));
  }
  for (const std::string& note : model.notes) fmt::print("{}\n", note);
}

Result<int> run_suggest(const LinkCommandOptions& options, const Context& context) {
  link::SuggestOptions suggest;
  TRY(suggest.files, link_files(options.in, options.id, options.resources));
  suggest.ignore = options.ignore;
  suggest.budget = options.budget;
  suggest.seed = options.seed;
  if (!options.mode.empty()) suggest.mode = mode_of(options.mode);
  TerminalProgress progress(context);
  TRY(const link::LinkModel model, link::link_suggest(suggest, progress));
  TRY_VOID(link::write_link_model(model, options.out));
  print_suggestion(model, context);
  return 0;
}

// Every level with its weight and how many matches taught it.
void print_training(const link::LinkModel& model, const Context& context) {
  const bool zh = context.language == "zh";
  for (const link::ModelComparison& comparison : model.comparisons) {
    fmt::print("{}\n", comparison.name);
    for (const link::ModelLevel& level : comparison.levels) {
      if (level.is_null || !level.m || !level.u) continue;
      fmt::print(fmt::runtime(zh ? "  {:<32} m {:.5f}  u {:.7f}  权重 {:+.1f}  匹配约 {:.0f}\n"
                                 : "  {:<32} m {:.5f}  u {:.7f}  weight {:+.1f}  taught by about {:.0f} matches\n"),
                 level.label, *level.m, *level.u, link::bayes_weight(level), level.seen.value_or(0));
    }
  }
  for (const std::string& note : model.notes) fmt::print("{}\n", note);
}

Result<int> run_train(const LinkCommandOptions& options, const Context& context) {
  link::TrainOptions train;
  TRY(train.files, link_files(options.in, options.id, options.resources));
  train.model = options.model;
  train.seed = options.seed;
  train.labels = options.labels;
  TerminalProgress progress(context);
  TRY(const link::LinkModel model, link::link_train(train, progress));
  TRY_VOID(link::write_link_model(model, options.out));
  print_training(model, context);
  return 0;
}

Result<int> run_import(const LinkCommandOptions& options) {
  TRY(const link::LinkModel model, link::import_splink(options.model));
  TRY_VOID(link::write_link_model(model, options.out));
  return 0;
}

void add_files(CLI::App& command, LinkCommandOptions& options) {
  command.add_option("--in", options.in, "CSV 或 Parquet 文件 / CSV or Parquet files")->required();
  command.add_option("--id", options.id, "标识列；不给则用行号 / id column; row numbers if absent");
  options.resources.add_to(command);
}

void add_inputs(CLI::App& command, LinkCommandOptions& options) {
  command.add_option("--model", options.model, "模型文件 / model file")->required();
  add_files(command, options);
}

void add_suggest(CLI::App& link, const std::shared_ptr<LinkCommandOptions>& options, Context& context) {
  CLI::App* suggest = link.add_subcommand("suggest", "由列值提出模型 / propose a model from the columns' values");
  add_files(*suggest, *options);
  suggest->add_option("--out", options->out, "模型文件 / model file")->required();
  suggest->add_option("--ignore", options->ignore, "不看的列 / columns not to look at");
  suggest->add_option("--mode", options->mode, "dedupe | link | both")
      ->check(CLI::IsMember({"dedupe", "link", "both"}));
  suggest->add_option("--budget", options->budget, "可比较的对数 / pairs that may be compared")
      ->check(CLI::NonNegativeNumber);
  suggest->add_option("--seed", options->seed, "抽样种子 / seed of the sample");
  suggest->callback(
      [options, &context] { context.run = [options, &context] { return run_suggest(*options, context); }; });
}

}  // namespace

void add_link_commands(CLI::App& app, Context& context) {
  auto options = std::make_shared<LinkCommandOptions>();
  CLI::App* link = app.add_subcommand("link", "关联任意表格 / link tables");
  link->require_subcommand(1);

  add_suggest(*link, options, context);

  CLI::App* run = link->add_subcommand("run", "按模型关联 / link by a model");
  add_inputs(*run, *options);
  run->add_option("--out", options->out, "人 / persons (Parquet)")->required();
  run->add_option("--pairs", options->pairs, "记录对 / pairs (Parquet)");
  run->add_option("--mode", options->mode, "dedupe | link | both")->check(CLI::IsMember({"dedupe", "link", "both"}));
  run->add_flag("--one-to-one", options->one_to_one, "每个来源至多一条 / at most one record of each source");
  run->add_option("--threshold", options->threshold, "概率阈值 / probability that joins");
  run->callback([options, &context] { context.run = [options, &context] { return run_link(*options, context); }; });

  CLI::App* train = link->add_subcommand("train", "学习 m、u 与先验 / learn m, u and the prior");
  add_inputs(*train, *options);
  train->add_option("--seed", options->seed, "抽样种子 / seed of the sample");
  train->add_option("--labels", options->labels, "人工判定的记录对 / pairs that people judged: id_l, id_r, match");
  train->add_option("--out", options->out, "训练后的模型 / trained model")->required();
  train->callback([options, &context] { context.run = [options, &context] { return run_train(*options, context); }; });

  CLI::App* import_splink = link->add_subcommand("import-splink", "读入 Splink 模型 / read a Splink model");
  import_splink->add_option("model", options->model, "Splink JSON")->required();
  import_splink->add_option("--out", options->out, "模型文件 / model file")->required();
  import_splink->callback([options, &context] { context.run = [options] { return run_import(*options); }; });

  add_link_study_commands(*link, context);
}

}  // namespace songtan::cli
