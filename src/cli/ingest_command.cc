// songtan ingest, songtan load list | undo: what has been brought in.
#include <fmt/format.h>

#include "cli/terminal.h"
#include "ingest/ingest.h"
#include "ingest/loads.h"
#include "night/workspace.h"

namespace songtan::cli {
namespace {

struct IngestOptions {
  std::string pack;
  std::string in;
  std::string data;
  std::string id;
  std::string source;
  Resources resources;
};

std::string_view word_of(ingest::FileOutcome outcome) {
  switch (outcome) {
    case ingest::FileOutcome::loaded: return "loaded";
    case ingest::FileOutcome::known: return "known";
    case ingest::FileOutcome::replaced: return "replaced";
    case ingest::FileOutcome::refused: return "refused";
  }
  return "refused";
}

Result<int> run_ingest(const IngestOptions& options, const Context& context) {
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  TRY(const night::Workspace workspace, night::Workspace::open(options.data));
  TerminalProgress progress(context);
  TRY(const ingest::IngestReport report, ingest::ingest({.pack = options.pack,
                                                         .in = options.in,
                                                         .data = workspace.data(),
                                                         .threads = options.resources.thread_count(),
                                                         .memory_bytes = memory,
                                                         .limits = {}},
                                                        progress));
  for (const ingest::FileReport& file : report.files) {
    fmt::print("{:<9} {}/{} rows {} rejected {}\n", word_of(file.outcome), file.source, file.file, file.rows,
               file.rejected);
  }
  for (const Text& note : report.notes) fmt::print("{}\n", note.in(context.language));
  return 0;
}

Result<int> run_list(const IngestOptions& options) {
  TRY(const night::Workspace workspace, night::Workspace::read(options.data));
  TRY(const auto loads, ingest::list_loads(workspace.data()));
  for (const ingest::Load& load : loads) {
    fmt::print("{:<24} {:<36} {} rows {} accepted {} rejected {}\n", load.source, load.id, load.delivery.text(),
               load.rows, load.accepted, load.rejected);
  }
  return 0;
}

Result<int> run_undo(const IngestOptions& options) {
  TRY(const night::Workspace workspace, night::Workspace::open(options.data));
  TRY(const ingest::Load load, ingest::undo_load(workspace.data(), options.id, options.source));
  fmt::print("undone {} {}\n", load.source, load.id);
  return 0;
}

}  // namespace

void add_ingest_commands(CLI::App& app, Context& context) {
  auto options = std::make_shared<IngestOptions>();
  CLI::App* ingest = app.add_subcommand("ingest", "读入交付文件 / bring delivered files in");
  ingest->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  ingest->add_option("--in", options->in, "交付目录，内有 extracts / folder that holds extracts/")->required();
  ingest->add_option("--data", options->data, "数据目录 / data folder")->required();
  options->resources.add_to(*ingest);
  ingest->callback(
      [options, &context] { context.run = [options, &context] { return run_ingest(*options, context); }; });

  CLI::App* load = app.add_subcommand("load", "已装载的文件 / loads");
  load->require_subcommand(1);
  CLI::App* list = load->add_subcommand("list", "列出 / list them");
  list->add_option("--data", options->data, "数据目录 / data folder")->required();
  list->callback([options, &context] { context.run = [options] { return run_list(*options); }; });
  CLI::App* undo = load->add_subcommand("undo", "撤销一次装载 / take one away");
  undo->add_option("--data", options->data, "数据目录 / data folder")->required();
  undo->add_option("id", options->id, "装载编号 / the load's id")->required();
  undo->add_option("--source", options->source, "数据源 / its source, where the id is not enough");
  undo->callback([options, &context] { context.run = [options] { return run_undo(*options); }; });
}

}  // namespace songtan::cli
