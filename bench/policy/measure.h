// What every run of bench/policy measures: time on one pinned core, and memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/result.h"

namespace songtan::bench {

double cpu_seconds();
double wall_seconds();
std::int64_t peak_mib();
void pin_to(int core);

[[noreturn]] void give_up(const std::string& why);

template <typename T>
T need(Result<T> result) {
  if (!result) give_up(describe(result.error(), "en"));
  return std::move(*result);
}

/// Runs a command and reads the last line that it prints as JSON.
nlohmann::json run_and_read(const std::string& command);

/// Our side in a process of its own. `out` receives low and high of the three outputs; may be empty.
nlohmann::json run_country(const std::filesystem::path& pack, const std::filesystem::path& folder,
                           std::uint64_t unknown_ppm, const std::filesystem::path& out);

/// Laws and populations that are known to hurt: what each costs beside its plain twin. Returns one entry a trap.
nlohmann::json run_traps(const std::filesystem::path& pack, std::int64_t persons);

/// Every programme of a pack over random families: persons/s, ns a condition, memory; then one family explained.
nlohmann::json run_pack(const std::filesystem::path& pack, std::int64_t persons);

}  // namespace songtan::bench
