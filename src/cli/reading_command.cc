// Commands that read a published night: digest, evaluate, worklist. (explain has a file of its own.)
#include <fmt/format.h>

#include <cstdio>

#include "cli/terminal.h"
#include "night/digest.h"
#include "night/reading.h"
#include "report/evaluation.h"
#include "report/worklist.h"

namespace songtan::cli {
namespace {

struct ReadingOptions {
  std::string data;
  std::string night;
  std::string truth;
  std::string region;
  std::int64_t top = 50;
  bool csv = false;
  Resources resources;
};

Result<table::Session> session_of(const ReadingOptions& options) {
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  return table::Session::open(
      {.threads = options.resources.thread_count(), .memory_bytes = memory, .spill_folder = {}});
}

Result<int> run_digest(const ReadingOptions& options) {
  TRY(const auto night, night::published_night(options.data, options.night));
  TRY(table::Session session, session_of(options));
  TRY(const night::NightDigest digest, night::digest_of_night(session, night.folder));
  for (const auto& [table, hex] : digest.tables) fmt::print("{} {}\n", table, hex);
  fmt::print("total {}\n", digest.total);
  return 0;
}

Result<int> run_evaluate(const ReadingOptions& options, const Context& context) {
  TRY(const auto night, night::published_night(options.data, options.night));
  TRY(const auto inputs, night::evaluation_inputs(night, options.truth));
  TRY(table::Session session, session_of(options));
  TRY(const report::Evaluation evaluation, report::evaluate(session, inputs));
  fmt::print("{}\n", context.json ? report::evaluation_json(evaluation)
                                  : report::evaluation_text(evaluation, context.language));
  const auto gaps = report::group_gaps(evaluation);
  fmt::print(stderr, "{}", report::gaps_text(gaps, context.language));
  return gaps.empty() ? 0 : 1;
}

Result<int> run_worklist(const ReadingOptions& options, const Context& context) {
  TRY(const auto night, night::published_night(options.data, options.night));
  TRY(table::Session session, session_of(options));
  TRY(const auto rows, report::worklist(session, night.folder, {.region = options.region, .top = options.top}));
  if (context.json)
    fmt::print("{}\n", report::worklist_json(rows));
  else if (options.csv)
    fmt::print("{}", report::worklist_csv(rows, context.language));
  else
    fmt::print("{}", report::worklist_text(rows, context.language));
  return 0;
}

void add_data(CLI::App& command, ReadingOptions& options) {
  command.add_option("--data", options.data, "数据目录 / data folder")->required();
  command.add_option("--night", options.night, "运行编号，默认当前 / a night's id, default the current one");
  options.resources.add_to(command);
}

}  // namespace

void add_reading_commands(CLI::App& app, Context& context) {
  auto options = std::make_shared<ReadingOptions>();
  CLI::App* digest = app.add_subcommand("digest", "各发布表的摘要 / digests of the published tables");
  add_data(*digest, *options);
  digest->callback([options, &context] { context.run = [options] { return run_digest(*options); }; });

  CLI::App* evaluate = app.add_subcommand("evaluate", "与真值对照 / figures against the truth");
  add_data(*evaluate, *options);
  evaluate->add_option("--truth", options->truth, "真值目录 / truth folder")->required();
  evaluate->callback(
      [options, &context] { context.run = [options, &context] { return run_evaluate(*options, context); }; });

  CLI::App* worklist = app.add_subcommand("worklist", "先走访哪些家庭 / the families to visit first");
  add_data(*worklist, *options);
  worklist->add_option("--region", options->region, "区划代码或前缀 / division code or prefix");
  worklist->add_option("--top", options->top, "最多几行 / rows at most")->check(CLI::Range(1, 10'000'000));
  worklist->add_flag("--csv", options->csv, "CSV");
  worklist->callback(
      [options, &context] { context.run = [options, &context] { return run_worklist(*options, context); }; });
}

}  // namespace songtan::cli
