// The publication gate: is tonight so unlike the last published night that a person must look before anyone acts on it?
// In: limits of the pack ([gate] in pack.toml), tables of tonight and of the last published night, rhythms of the
// sources. Out: what went beyond its limit. One missing extract would otherwise accuse thousands (docs/formats/gate.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "table/session.h"

namespace songtan::report {

/// Limits by key; a key that the pack does not name is not checked.
class GateLimits {
 public:
  /// Reads [gate] of <pack>/pack.toml. Errors: bad_data gate.key, gate.value with file and line. No [gate]: no limits.
  static Result<GateLimits> read(const std::filesystem::path& pack);

  std::optional<std::int64_t> of(const std::string& key) const;
  std::int64_t floor_of(const std::string& key) const { return of(key).value_or(0); }

 private:
  std::map<std::string, std::int64_t> limits_;
};

/// What the gate must know of a source's contract.
struct GateSource {
  std::string id;
  bool required = true;
  std::int64_t rhythm_days = 0;  ///< 0: none
};

/// Parquet files of one night's tables.
struct GateNight {
  Day date;
  std::vector<std::filesystem::path> measures;
  std::vector<std::filesystem::path> loads;
  std::vector<std::filesystem::path> findings;
  std::vector<std::filesystem::path> persons;
};

struct Breach {
  std::string check;    ///< the key of the limit
  std::string subject;  ///< source, source/part, source/column, or a class of findings
  std::int64_t before = 0;
  std::int64_t now = 0;
  std::int64_t limit = 0;
  Text words;
};

/// Breaches by check and subject; empty: publish. Cost: reads tables of some thousand rows, and counts findings.
Result<std::vector<Breach>> judge(table::Session& session, const GateLimits& limits,
                                  const std::vector<GateSource>& sources, const GateNight& tonight,
                                  const std::optional<GateNight>& last);

}  // namespace songtan::report
