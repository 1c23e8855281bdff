// songtan: translates words on the command line into calls of the rooms below, and their results into words and exit
// codes. It decides nothing.
#include <cstdio>

#include "cli/terminal.h"

int main(int argc, char** argv) {
  using namespace songtan;
  cli::Context context;
  context.language = cli::language_of_locale();
  CLI::App app{"Songtan 送炭: from departments' extracts to the families to visit first, with reasons", "songtan"};
  app.set_version_flag("--version", "songtan 0.1.0");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--lang", context.language, "zh | en")->check(CLI::IsMember({"zh", "en"}));
  app.add_flag("--json", context.json, "机器可读的输出 / output for machines");
  cli::add_synth_command(app, context);
  cli::add_ingest_commands(app, context);
  cli::add_source_commands(app, context);
  cli::add_night_commands(app, context);
  cli::add_reading_commands(app, context);
  cli::add_report_command(app, context);
  cli::add_retention_command(app, context);
  cli::add_explain_command(app, context);
  cli::add_link_commands(app, context);
  cli::add_policy_commands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // CLI11 speaks in exceptions; they end here
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(Outcome::usage);
  }
  auto result = context.run();
  return result ? *result : cli::tell(result.error(), context);
}
