// Division codes: 12 digits (province 2, city 2, county 2, township 3, village 3), or a prefix of 2–12 digits.
#pragma once

#include <string>
#include <string_view>

namespace songtan {

/// True for 2 to 12 digits.
bool is_region_prefix(std::string_view code);

/// The code without its trailing zero levels: "510812000000" → "510812", "510000" → "51".
std::string_view significant_region(std::string_view code);

/// True if `code` lies in the region that `prefix` names (a full code with trailing zeros is read as its prefix).
bool lies_in(std::string_view code, std::string_view prefix);

/// The county's six digits, or empty if the code is shorter.
std::string_view county_of(std::string_view code);

}  // namespace songtan
