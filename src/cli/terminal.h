// What every command shares: the language, the way errors and progress are told, and the wish to stop.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"

namespace songtan::cli {

/// State of one run of the program.
struct Context {
  std::string language;  ///< "zh" or "en", from --lang or the locale
  bool json = false;
  /// What the chosen command does; the return value is the exit code.
  std::function<Result<int>()> run;
};

/// --threads and --memory of every batch command.
struct Resources {
  int threads = 0;  ///< 0: all cores
  std::string memory = "4GiB";

  void add_to(CLI::App& command);
  int thread_count() const;
  /// Outcome::usage unless it reads like "512MiB" or "4GiB" and lies between 64 MiB and 64 GiB.
  Result<std::int64_t> memory_bytes() const;
};

/// An existing day written YYYY-MM-DD, or Outcome::usage.
Result<Day> parsed_date(const std::string& text);

/// Prints the error (words on stderr, or JSON with --json) and returns its exit code.
int tell(const Error& error, const Context& context);

/// Shows stages and progress on stderr: a bar on a terminal, lines elsewhere. Knows SIGINT and SIGTERM.
class TerminalProgress final : public Progress {
 public:
  explicit TerminalProgress(const Context& context);
  ~TerminalProgress() override;
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;
  void report(std::string_view stage, std::int64_t done, std::int64_t total) override;
  bool interrupted() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "zh" if the locale says Chinese or nothing, else "en".
std::string language_of_locale();

/// Each command adds itself; its options live as long as the App.
void add_synth_command(CLI::App& app, Context& context);
void add_ingest_commands(CLI::App& app, Context& context);
void add_source_commands(CLI::App& app, Context& context);
void add_night_commands(CLI::App& app, Context& context);
void add_reading_commands(CLI::App& app, Context& context);
void add_report_command(CLI::App& app, Context& context);
void add_retention_command(CLI::App& app, Context& context);
void add_explain_command(CLI::App& app, Context& context);
void add_link_commands(CLI::App& app, Context& context);
void add_link_study_commands(CLI::App& link, Context& context);
void add_policy_commands(CLI::App& app, Context& context);

}  // namespace songtan::cli
