// Facts → decisions. In: a profile (families, kin, facts), a pack, a day. Out: for every programme in force in the
// day's month one row per family or person: yes, no or to verify, the amount, the reasons, what is missing.
// The same function serves the night, the lawful and the true world of a synthetic province.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"
#include "policy/program.h"
#include "watch/findings.h"

namespace songtan::decide {

struct DecideInputs {
  std::filesystem::path profile;  ///< folder that profile::build_profile filled
  std::filesystem::path pack;
  Day as_of;                          ///< ages and states on this day; decisions for its month
  std::vector<std::string> scenario;  ///< 情景 blocks over the law
};

struct DecideLimits {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::filesystem::path spill_folder;
  std::int64_t persons_of_piece = 0;  ///< 0: as many as the memory holds
};

struct DecideCounts {
  std::int64_t decisions = 0;
  std::map<std::string, std::int64_t> yes;        ///< by programme
  std::map<std::string, std::int64_t> to_verify;  ///< by programme
};

/// Writes `out`/decisions/part-000.parquet, sorted by programme, subject; of an early warning only the rows in which
/// it sounds, for certain or under the presumptions. Families in pieces that fit the memory; the
/// result depends neither on the pieces nor on threads.
/// Errors: bad_data for a pack that does not check or asks for undeclared facts; usage without a profile; interrupted.
/// Cost: one read of the facts a piece; about 1.4 KiB of columns a person.
Result<DecideCounts> decide(const DecideInputs& inputs, const DecideLimits& limits, const std::filesystem::path& out,
                            Progress& progress);

/// Loads the policies of a pack, with scenarios over the law.
Result<policy::Program> load_pack_program(const std::filesystem::path& pack,
                                          const std::vector<std::string>& scenario = {});

/// The programmes of a pack as watch wants to know them: a condition goes by its 原因, or else by its label.
Result<std::vector<watch::Programme>> programmes_of(const std::filesystem::path& pack);

}  // namespace songtan::decide
