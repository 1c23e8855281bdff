// songtan report: one self-contained page of a published night for the director.
#include <fmt/format.h>

#include <fstream>

#include "base/durable.h"
#include "cli/terminal.h"
#include "night/director_inputs.h"
#include "night/reading.h"
#include "report/director_page.h"

namespace songtan::cli {
namespace {

struct ReportOptions {
  std::string data;
  std::string night;
  std::string out;
  Resources resources;
};

Result<int> run_report(const ReportOptions& options, const Context& context) {
  TRY(const auto night, night::published_night(options.data, options.night));
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  TRY(table::Session session,
      table::Session::open({.threads = options.resources.thread_count(), .memory_bytes = memory, .spill_folder = {}}));
  TRY(report::DirectorInputs inputs, night::director_inputs(session, night));
  inputs.language = context.language;
  TRY(const std::string page, report::director_page(session, inputs));
  TRY_VOID(write_file_atomically(options.out, page));
  fmt::print("{}\n", options.out);
  return 0;
}

}  // namespace

void add_report_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "一夜一页，给负责人看 / one page of a night, for the director");
  command->add_option("--data", options->data, "数据目录 / data folder")->required();
  command->add_option("--night", options->night, "运行编号，默认当前 / a night's id, default the current one");
  command->add_option("--out", options->out, "写出的 HTML / the HTML file to write")->required();
  options->resources.add_to(*command);
  command->callback(
      [options, &context] { context.run = [options, &context] { return run_report(*options, context); }; });
}

}  // namespace songtan::cli
