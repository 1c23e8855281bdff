// songtan retention: what a data folder may no longer keep.
#include <fmt/format.h>

#include "cli/terminal.h"
#include "night/retention.h"

namespace songtan::cli {
namespace {

struct RetentionOptions {
  std::string data;
  std::string pack;
  std::string date;
  std::string ended;
  bool apply = false;
};

Result<int> run_retention(const RetentionOptions& options, const Context& context) {
  TRY(const Day date, parsed_date(options.date));
  TRY(const auto report, night::retain({.data = options.data,
                                        .pack = options.pack,
                                        .date = date,
                                        .ended_source = options.ended,
                                        .apply = options.apply}));
  fmt::print("{}", context.json ? night::retention_json(report) : night::retention_text(report, context.language));
  return 0;
}

}  // namespace

void add_retention_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<RetentionOptions>();
  CLI::App* command = app.add_subcommand(
      "retention", "到期数据的处置与使用记录 / dispose of what has reached its term, with a use record");
  command->add_option("--data", options->data, "数据目录 / data folder")->required();
  command->add_option("--pack", options->pack, "政策包，含 [retention] / the pack, with [retention]")->required();
  command->add_option("--date", options->date, "YYYY-MM-DD")->required();
  command->add_option("--ended", options->ended, "部门已终止共享的来源 / a source whose sharing has ended");
  command->add_flag("--apply", options->apply, "真的处置；否则只列出 / do it; otherwise only listed");
  command->callback(
      [options, &context] { context.run = [options, &context] { return run_retention(*options, context); }; });
}

}  // namespace songtan::cli
