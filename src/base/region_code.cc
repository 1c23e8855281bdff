#include "base/region_code.h"

#include <algorithm>

namespace songtan {

bool is_region_prefix(std::string_view code) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return code.size() >= 2 && code.size() <= 12 && std::all_of(code.begin(), code.end(), digit);
}

std::string_view significant_region(std::string_view code) {
  for (const std::size_t cut : {9UL, 6UL, 4UL, 2UL}) {
    if (code.size() > cut && code.find_first_not_of('0', cut) == std::string_view::npos) code = code.substr(0, cut);
  }
  return code;
}

bool lies_in(std::string_view code, std::string_view prefix) { return code.starts_with(significant_region(prefix)); }

std::string_view county_of(std::string_view code) { return code.size() < 6 ? std::string_view{} : code.substr(0, 6); }

}  // namespace songtan
