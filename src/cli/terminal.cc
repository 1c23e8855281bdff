#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/tasks.h"

namespace songtan::cli {
namespace {

std::atomic<bool> stop_wished{false};

void wish_to_stop(int) { stop_wished.store(true); }

}  // namespace

void Resources::add_to(CLI::App& command) {
  command.add_option("--threads", threads, "线程数，0 为全部核 / threads, 0 = all cores")->check(CLI::Range(0, 1024));
  command.add_option("--memory", memory, "内存上限，如 4GiB / memory limit, e.g. 4GiB");
}

int Resources::thread_count() const { return threads > 0 ? threads : hardware_threads(); }

Result<std::int64_t> Resources::memory_bytes() const {
  std::size_t used = 0;
  std::int64_t value = 0;
  for (; used < memory.size() && used < 7 && memory[used] >= '0' && memory[used] <= '9'; ++used)
    value = value * 10 + (memory[used] - '0');
  const std::string unit = memory.substr(used);
  std::int64_t bytes = -1;
  if (used > 0 && unit == "GiB") bytes = value << 30;
  if (used > 0 && unit == "MiB") bytes = value << 20;
  if (bytes >= (std::int64_t{64} << 20) && bytes <= (std::int64_t{64} << 30)) return bytes;
  return fail(Outcome::usage, "memory.unreadable",
              {"无法理解 --memory " + memory, "--memory " + memory + " cannot be read"},
              {"写成 512MiB 或 4GiB，介于 64MiB 与 64GiB 之间", "write 512MiB or 4GiB, between 64MiB and 64GiB"});
}

Result<Day> parsed_date(const std::string& text) {
  const auto day = Day::parse(text);
  if (day) return *day;
  return fail(Outcome::usage, "date.unreadable", {"没有这一天：" + text, "there is no such day: " + text},
              {"写成 YYYY-MM-DD", "write YYYY-MM-DD"});
}

int tell(const Error& error, const Context& context) {
  if (context.json) {
    nlohmann::ordered_json json = {{"code", error.code},
                                   {"file", error.file},
                                   {"line", error.line},
                                   {"column", error.column},
                                   {"row", error.row},
                                   {"offset", error.offset},
                                   {"message", error.message.in(context.language)},
                                   {"mend", error.mend.in(context.language)}};
    if (!error.proposal.empty()) json["proposal"] = error.proposal;
    std::fprintf(stderr, "%s\n", json.dump().c_str());
  } else {
    std::fprintf(stderr, "songtan: %s\n", describe(error, context.language).c_str());
    if (!error.proposal.empty()) std::fprintf(stderr, "\n%s", error.proposal.c_str());
  }
  return static_cast<int>(error.outcome);
}

struct TerminalProgress::State {
  std::mutex mutex;
  bool terminal = false;
  bool zh = false;
  std::string stage;
  std::chrono::steady_clock::time_point began;
  std::chrono::steady_clock::time_point shown;
};

TerminalProgress::TerminalProgress(const Context& context) : state_(std::make_unique<State>()) {
  state_->terminal = ::isatty(STDERR_FILENO) == 1;
  state_->zh = context.language == "zh";
  std::signal(SIGINT, wish_to_stop);
  std::signal(SIGTERM, wish_to_stop);
}

TerminalProgress::~TerminalProgress() {
  if (state_->terminal && !state_->stage.empty()) std::fprintf(stderr, "\n");
}

void TerminalProgress::report(std::string_view stage, std::int64_t done, std::int64_t total) {
  const std::lock_guard guard(state_->mutex);
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = stage != state_->stage;
  if (fresh) {
    if (state_->terminal && !state_->stage.empty()) std::fprintf(stderr, "\n");
    state_->stage = stage;
    state_->began = now;
  }
  const bool finished = total > 0 && done >= total;
  const auto pause = state_->terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(2000);
  if (!fresh && !finished && now - state_->shown < pause) return;
  state_->shown = now;
  const double seconds = std::chrono::duration<double>(now - state_->began).count();
  const std::string share = total > 1 ? fmt::format(" {}/{}", done, total) : std::string();
  if (state_->terminal) {
    constexpr int kWidth = 24;
    const int filled = total > 0 ? static_cast<int>(done * kWidth / total) : 0;
    const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                            std::string(static_cast<std::size_t>(kWidth - filled), '.');
    std::fprintf(stderr, "\r\033[K%-12s [%s]%s %.1fs", state_->stage.c_str(), bar.c_str(), share.c_str(), seconds);
    std::fflush(stderr);
    return;
  }
  std::fprintf(stderr, "songtan: %s%s %.1fs\n", state_->stage.c_str(), share.c_str(), seconds);
}

bool TerminalProgress::interrupted() const { return stop_wished.load(); }

std::string language_of_locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || value[0] == '\0') continue;
    return std::string_view(value).starts_with("zh") ? "zh" : "en";
  }
  return "en";
}

}  // namespace songtan::cli
