// What a change of law does to a population. In: two packs and a population in files. Out: for every programme who enters,
// leaves, gains and loses, and what it costs a month; counts below the smallest cell are hidden.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"

namespace songtan::decide {

/// Counts under this are not told: they could point to a family.
inline constexpr std::int64_t kSmallestCell = 5;

/// One programme under the old and the new law. Amounts in fen a month; subjects to verify count as not receiving.
struct ImpactRow {
  std::string programme;
  std::int64_t receiving_before = 0;
  std::int64_t receiving_after = 0;
  std::int64_t enter = 0;
  std::int64_t leave = 0;
  std::int64_t gain = 0;  ///< receive before and after, and more
  std::int64_t lose = 0;
  std::int64_t to_verify_before = 0;
  std::int64_t to_verify_after = 0;
  std::int64_t cost_before = 0;
  std::int64_t cost_after = 0;
};

/// `population`: as for `songtan policy run` (docs/formats/policy-run.md). A programme that only one pack knows has zeros
/// on the other side. Cost: the files are read and decided once for each pack.
Result<std::vector<ImpactRow>> impact_on_files(const std::filesystem::path& before, const std::filesystem::path& after,
                                               const std::filesystem::path& population, Month month);

std::string impact_text(const std::vector<ImpactRow>& rows, std::string_view language);
std::string impact_json(const std::vector<ImpactRow>& rows);

}  // namespace songtan::decide
