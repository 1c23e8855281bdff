// What changed between two states of a pack. In: two packs. Out: the difference in meaning: parameters by key and day,
// conditions, rules, facts, awards; the order of files and of words does not count.
#pragma once

#include <string>
#include <vector>

#include "policy/program.h"

namespace songtan::policy {

struct Change {
  enum class What : std::uint8_t { parameter, condition, rule, fact, award, stacking, scale, scenario };
  What what = What::rule;
  std::string subject;  ///< "低保标准 510107 农村", "家庭·整户低保 收入"
  std::string before;   ///< empty: added
  std::string after;    ///< empty: removed
  std::string dates;    ///< "自 2027-01-01"
  std::string article;  ///< document number or article of the new state, of the old one where it was removed
};

/// Errors: a pack that does not check. Cost: both packs are checked once.
Result<std::vector<Change>> difference(const PackText& before, const PackText& after);

/// "低保标准 510107 农村 500元/月 → 550元/月 自 2027-01-01（甲〔2026〕1号）".
Text words_of(const Change& change);

}  // namespace songtan::policy
