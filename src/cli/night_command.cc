// songtan night [list | release ID | discard ID], the batch from extracts to findings.
#include <fmt/format.h>

#include "cli/terminal.h"
#include "night/night.h"
#include "night/night_list.h"
#include "night/publication.h"
#include "night/workspace.h"

namespace songtan::cli {
namespace {

struct NightOptions {
  std::string pack;
  std::string in;
  std::string data;
  std::string date;
  std::string id;
  std::string reason;
  std::string day_inputs;
  std::int64_t partitions = 0;
  Resources resources;
};

Result<int> run(const NightOptions& options, const Context& context) {
  TRY(const Day date, parsed_date(options.date));
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  TerminalProgress progress(context);
  const night::NightRequest request{.pack = options.pack,
                                    .in = options.in,
                                    .data = options.data,
                                    .date = date,
                                    .resources = {.threads = options.resources.thread_count(),
                                                  .memory_bytes = memory,
                                                  .partitions = options.partitions},
                                    .day_inputs = options.day_inputs};
  TRY(const night::NightOutcome outcome, night::run_night(request, progress));
  fmt::print("{}", context.json ? night::outcome_json(outcome) : night::outcome_text(outcome, context.language));
  return outcome.held ? static_cast<int>(Outcome::refused) : 0;
}

Result<int> list(const NightOptions& options, const Context& context) {
  TRY(const auto nights, night::list_nights(options.data));
  fmt::print("{}", context.json ? night::nights_json(nights) : night::nights_text(nights, context.language));
  return 0;
}

Result<int> release(const NightOptions& options) {
  TRY(const night::Workspace workspace, night::Workspace::open(options.data));
  TRY_VOID(night::release(workspace, options.id, options.reason));
  fmt::print("{} published{}\n", options.id, workspace.current() == options.id ? " current" : "");
  return 0;
}

Result<int> discard(const NightOptions& options) {
  TRY(const night::Workspace workspace, night::Workspace::open(options.data));
  TRY_VOID(workspace.discard(options.id));
  return 0;
}

Error missing_option(const std::string& name) {
  return {.outcome = Outcome::usage,
          .code = "option.missing",
          .message = {"缺少选项 " + name, "the option " + name + " is missing"},
          .mend = {"见 songtan night --help", "see songtan night --help"}};
}

}  // namespace

void add_night_commands(CLI::App& app, Context& context) {
  auto options = std::make_shared<NightOptions>();
  CLI::App* night = app.add_subcommand("night", "运行一夜：交付文件 → 名单 / one night: extracts to findings");
  night->add_option("--pack", options->pack, "政策包目录 / the pack's folder");
  night->add_option("--in", options->in, "交付目录，内有 extracts / folder that holds extracts/");
  night->add_option("--data", options->data, "数据目录 / data folder");
  night->add_option("--date", options->date, "YYYY-MM-DD");
  night->add_option("--day-inputs", options->day_inputs,
                    "日间的决定、核实、结果、给付（Parquet）/ folder of what people decided in the day");
  night->add_option("--partitions", options->partitions, "分成几份决定，结果相同 / pieces to decide in; same result")
      ->check(CLI::Range(1, 100'000));
  options->resources.add_to(*night);
  CLI::App* list_nights = night->add_subcommand("list", "列出各次运行 / the nights of a data folder");
  CLI::App* discard_night = night->add_subcommand("discard", "丢弃未完成的一次运行 / drop an unfinished night");
  CLI::App* release_night =
      night->add_subcommand("release", "放行被扣留的一次运行 / publish a night that the gate held");
  for (CLI::App* command : {list_nights, discard_night, release_night})
    command->add_option("--data", options->data, "数据目录 / data folder")->required();
  for (CLI::App* command : {discard_night, release_night})
    command->add_option("id", options->id, "运行编号 / the night's id")->required();
  release_night->add_option("--reason", options->reason, "核实了什么 / what was verified")->required();

  night->callback([options, &context, list_nights, discard_night, release_night] {
    if (list_nights->parsed()) {
      context.run = [options, &context] { return list(*options, context); };
    } else if (release_night->parsed()) {
      context.run = [options] { return release(*options); };
    } else if (discard_night->parsed()) {
      context.run = [options] { return discard(*options); };
    } else {
      context.run = [options, &context]() -> Result<int> {
        for (const auto& [name, value] : {std::pair{"--pack", options->pack},
                                          {"--in", options->in},
                                          {"--data", options->data},
                                          {"--date", options->date}}) {
          if (value.empty()) return fail(missing_option(name));
        }
        return run(*options, context);
      };
    }
  });
}

}  // namespace songtan::cli
