// songtan link explain and link report: one pair, or the whole linking, made plain.
#include <fmt/format.h>

#include "base/durable.h"
#include "cli/link_files.h"
#include "cli/terminal.h"
#include "link/night_study.h"
#include "link/pair_explanation.h"
#include "link/study.h"
#include "night/reading.h"

namespace songtan::cli {
namespace {

struct StudyCommandOptions {
  std::vector<std::string> in;
  std::string id;
  std::string model;
  std::vector<std::string> pair;
  std::string truth;
  std::string reviewed;
  std::string out;
  std::string data;
  std::string night;
  Resources resources;
};

Result<int> run_explain(const StudyCommandOptions& options, const Context& context) {
  TRY(auto files, link_files(options.in, options.id, options.resources));
  TRY(const auto explanation,
      link::explain_pair(
          {.files = std::move(files), .model = options.model, .left = options.pair[0], .right = options.pair[1]}));
  fmt::print("{}", context.json ? link::pair_explanation_json(explanation)
                                : link::pair_explanation_text(explanation, context.language));
  return 0;
}

Result<int> run_night_report(const StudyCommandOptions& options, const Context& context) {
  TRY(const auto night, night::published_night(options.data, options.night));
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  TRY(table::Session session,
      table::Session::open({.threads = options.resources.thread_count(), .memory_bytes = memory, .spill_folder = {}}));
  TRY(const auto study, link::study_night(session, night.folder));
  TRY_VOID(write_file_atomically(options.out, link::night_study_page(study, context.language)));
  fmt::print("{}\n", options.out);
  return 0;
}

Result<int> run_report(const StudyCommandOptions& options, const Context& context) {
  if (!options.data.empty()) return run_night_report(options, context);
  if (options.model.empty() || options.in.empty()) {
    return fail(Outcome::usage, "option.missing",
                {"缺少 --data，或 --model 与 --in", "--data, or --model with --in, is missing"},
                {"见 songtan link report --help", "see songtan link report --help"});
  }
  TRY(auto files, link_files(options.in, options.id, options.resources));
  TerminalProgress progress(context);
  TRY(const auto study, link::study_linking({.files = std::move(files),
                                             .model = options.model,
                                             .truth_column = options.truth,
                                             .reviewed = options.reviewed},
                                            progress));
  TRY_VOID(write_file_atomically(options.out, link::study_page(study, context.language)));
  fmt::print("{}\n", options.out);
  return 0;
}

/// Both are needed unless something else may stand for them.
struct Inputs {
  CLI::Option* model;
  CLI::Option* in;
};

Inputs add_inputs(CLI::App& command, StudyCommandOptions& options) {
  const Inputs inputs{command.add_option("--model", options.model, "模型文件 / model file"),
                      command.add_option("--in", options.in, "CSV 或 Parquet 文件 / CSV or Parquet files")};
  command.add_option("--id", options.id, "标识列；不给则用行号 / id column; row numbers if absent");
  options.resources.add_to(command);
  return inputs;
}

}  // namespace

void add_link_study_commands(CLI::App& link, Context& context) {
  auto options = std::make_shared<StudyCommandOptions>();
  CLI::App* explain =
      link.add_subcommand("explain", "两条记录为何是或不是同一人 / why two records are one person, or not");
  const Inputs inputs = add_inputs(*explain, *options);
  inputs.model->required();
  inputs.in->required();
  explain->add_option("pair", options->pair, "两个标识，或 来源/标识 / two ids, or source/id")->required()->expected(2);
  explain->callback(
      [options, &context] { context.run = [options, &context] { return run_explain(*options, context); }; });

  CLI::App* report = link.add_subcommand("report", "整次关联的一页 / one page about a linking");
  const Inputs report_inputs = add_inputs(*report, *options);
  report->add_option("--data", options->data, "数据目录：一夜的关联 / data folder: the linking of a night")
      ->excludes(report_inputs.model)
      ->excludes(report_inputs.in);
  report->add_option("--night", options->night, "运行编号，默认当前 / a night's id, default the current one");
  report->add_option("--truth", options->truth, "真值列：值相同的是同一人 / column of truth");
  report->add_option("--reviewed", options->reviewed, "看过的对：source_l,id_l,source_r,id_r,same / reviewed pairs");
  report->add_option("--out", options->out, "写出的 HTML / the HTML file to write")->required();
  report->callback(
      [options, &context] { context.run = [options, &context] { return run_report(*options, context); }; });
}

}  // namespace songtan::cli
