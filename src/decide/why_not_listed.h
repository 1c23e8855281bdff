// Why a family is not on the list: for every programme that was decided for it, the rule of docs/formats/findings.md that
// kept it off, in words. In: an explanation, the night's findings, enrolment and event records, the pack's ranking.
// Out: one line a decision. It reads what was published and decides nothing anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "decide/explain.h"

namespace songtan::decide {

struct WhyNotListedRequest {
  std::filesystem::path night;
  std::filesystem::path pack;
  Day as_of;
  // Parquet files of the night's records; may be empty.
  std::vector<std::filesystem::path> enrolment;
  std::vector<std::filesystem::path> event;
};

enum class OffList : std::uint8_t {
  listed,        ///< it is on the list
  withdrawn,     ///< it was, and is not any more
  in_order,      ///< entitled, on the roster
  not_entitled,  ///< not entitled under any value of what is unknown, not on a roster
  presumed_out,  ///< open; under the presumptions not entitled
  no_warning,    ///< open under the presumptions too, and no warning event lately
  kept_entry,    ///< on the roster, and nothing the registers show speaks against it
  other_family   ///< the law leaves this person out of every family
};

struct WhyNotListed {
  std::string programme;
  Text name;
  std::int64_t subject = 0;
  OffList reason = OffList::in_order;
  Text words;
  std::vector<Text> conditions;      ///< those that fail, or are to verify
  std::vector<std::string> missing;  ///< facts that would settle it, cheapest first
};

/// In the order of the explanation's decisions. Cost: filtered reads of four tables. Errors: those of reading.
Result<std::vector<WhyNotListed>> why_not_listed(const WhyNotListedRequest& request, const Explanation& explanation);

std::string why_not_listed_text(const std::vector<WhyNotListed>& reasons, std::string_view language);
std::string why_not_listed_json(const std::vector<WhyNotListed>& reasons);

}  // namespace songtan::decide
