// songtan source scorecard | catalogue: how good the deliveries are, and what may be shared.
#include <fmt/format.h>

#include "cli/terminal.h"
#include "ingest/catalogue.h"
#include "night/source_scorecard.h"

namespace songtan::cli {
namespace {

struct SourceOptions {
  std::string data;
  std::string pack;
};

Result<int> run_scorecard(const SourceOptions& options, const Context& context) {
  TRY(const auto deliveries, night::source_scorecard(options.data));
  fmt::print("{}",
             context.json ? night::scorecard_json(deliveries) : night::scorecard_text(deliveries, context.language));
  return 0;
}

Result<int> run_catalogue(const SourceOptions& options, const Context& context) {
  TRY(const auto contracts, ingest::read_contracts(options.pack));
  fmt::print("{}", context.json ? ingest::catalogue_json(contracts) : ingest::catalogue_csv(contracts));
  return 0;
}

}  // namespace

void add_source_commands(CLI::App& app, Context& context) {
  auto options = std::make_shared<SourceOptions>();
  CLI::App* source = app.add_subcommand("source", "数据来源 / sources");
  source->require_subcommand(1);
  CLI::App* scorecard = source->add_subcommand("scorecard", "质量评分 / how good each delivery is");
  scorecard->add_option("--data", options->data, "数据目录 / data folder")->required();
  scorecard->callback(
      [options, &context] { context.run = [options, &context] { return run_scorecard(*options, context); }; });
  CLI::App* catalogue = source->add_subcommand("catalogue", "数据目录 / the catalogue of 第十三条");
  catalogue->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  catalogue->callback(
      [options, &context] { context.run = [options, &context] { return run_catalogue(*options, context); }; });
}

}  // namespace songtan::cli
