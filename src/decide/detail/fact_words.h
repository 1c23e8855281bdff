// A stored value of a fact in words. In: the integer or word of a facts table. Out: "1,234.56" style yuan, a date, 是/否.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "profile/fact_catalogue.h"

namespace songtan::decide::detail {

/// Money in yuan with two to four decimals, booleans 是/否, dates YYYY-MM-DD, counts and words as they are.
std::string value_in_words(const profile::FactDefinition& fact, std::int64_t value, std::string_view word);

/// Fen as yuan with two decimals.
std::string yuan_of_fen(std::int64_t fen);

}  // namespace songtan::decide::detail
