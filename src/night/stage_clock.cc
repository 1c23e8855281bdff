#include "night/stage_clock.h"

#include <sys/resource.h>

#include <fstream>
#include <tuple>
#include <utility>

namespace songtan::night {
namespace {

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// {bytes read, bytes written} so far; zeros where the system does not tell.
std::pair<std::int64_t, std::int64_t> bytes_moved() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::int64_t read = 0;
  std::int64_t written = 0;
  for (std::int64_t value = 0; io >> name >> value;) {
    if (name == "rchar:") read = value;
    if (name == "wchar:") written = value;
  }
  return {read, written};
}

}  // namespace

StageClock::StageClock() : started_(std::chrono::steady_clock::now()), cpu_seconds_(cpu_seconds()) {
  std::tie(read_bytes_, written_bytes_) = bytes_moved();
}

StageTime StageClock::stop(std::string stage) const {
  const auto [read, written] = bytes_moved();
  return {.stage = std::move(stage),
          .wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(),
          .cpu_seconds = cpu_seconds() - cpu_seconds_,
          .read_bytes = read - read_bytes_,
          .written_bytes = written - written_bytes_};
}

}  // namespace songtan::night
