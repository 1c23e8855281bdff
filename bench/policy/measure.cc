#include "measure.h"

#include <sched.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>

namespace songtan::bench {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::int64_t peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM")) return std::strtol(line.c_str() + 6, nullptr, 10) / 1024;
  }
  return 0;
}

void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  sched_setaffinity(0, sizeof set, &set);
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench/policy: %s\n", why.c_str());
  std::exit(1);
}

nlohmann::json run_and_read(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) give_up("cannot run " + command);
  std::string text;
  char buffer[4096];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  if (pclose(pipe) != 0) give_up("failed: " + command);
  const std::size_t at = text.rfind("\n{");
  return nlohmann::json::parse(at == std::string::npos ? text : text.substr(at + 1));
}

}  // namespace songtan::bench
