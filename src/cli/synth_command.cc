// songtan synth: a synthetic province with its truth.
#include <fmt/format.h>

#include "cli/terminal.h"
#include "night/make_province.h"

namespace songtan::cli {
namespace {

struct SynthOptions {
  std::string pack;
  std::string region;
  std::int64_t persons = 0;
  std::uint64_t seed = 1;
  std::string dirt = "realistic";
  std::string date;
  std::string previous;
  std::string out;
  Resources resources;
};

Result<int> run(const SynthOptions& options, const Context& context) {
  TRY(const Day date, parsed_date(options.date));
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  TerminalProgress progress(context);
  TRY(const night::ProvinceReport report,
      night::make_province({.pack = options.pack,
                            .region = options.region,
                            .persons = options.persons,
                            .seed = options.seed,
                            .dirt = options.dirt,
                            .date = date,
                            .previous = options.previous,
                            .out = options.out,
                            .resources = {.threads = options.resources.thread_count(), .memory_bytes = memory}},
                           progress));
  if (context.json) {
    fmt::print("{{\"persons\": {}, \"files\": {}, \"rows\": {}}}\n", report.persons, report.files, report.rows);
  } else if (context.language == "zh") {
    fmt::print("合成 {} 人：{} 个交付文件，{} 行\n", report.persons, report.files, report.rows);
  } else {
    fmt::print("{} people: {} delivered files, {} rows\n", report.persons, report.files, report.rows);
  }
  return 0;
}

}  // namespace

void add_synth_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<SynthOptions>();
  CLI::App* synth = app.add_subcommand("synth", "合成一个带真值的省 / a synthetic province with its truth");
  synth->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  synth->add_option("--region", options->region, "区划代码或前缀 / division code or prefix")->required();
  synth->add_option("--persons", options->persons, "人数 / people")->required()->check(CLI::Range(1L, 1'000'000'000L));
  synth->add_option("--seed", options->seed, "种子 / seed");
  synth->add_option("--dirt", options->dirt, "none | realistic | harsh | FILE.toml");
  synth->add_option("--date", options->date, "YYYY-MM-DD")->required();
  synth->add_option("--previous", options->previous,
                    "上一次交付的 --out，接着往下过 / the --out of the delivery before, to go on from");
  synth->add_option("--out", options->out, "输出目录 / output folder")->required();
  options->resources.add_to(*synth);
  synth->callback([options, &context] { context.run = [options, &context] { return run(*options, context); }; });
}

}  // namespace songtan::cli
