// Citizen numbers (公民身份号码, GB 11643-1999): region 6, birth date 8, sequence 3 (odd = male), check digit by ISO 7064
// MOD 11-2. There is deliberately no printer: a number never reaches a log, an error or a URL.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"

namespace songtan {

enum class NumberState : std::uint8_t { valid, invalid, missing, fifteen };

/// The word that record tables use for a state.
std::string_view word_of(NumberState state);

/// Check digit ('0'–'9' or 'X') of 17 digits.
char check_digit(std::string_view seventeen);

/// Full-width digits, lower-case x, blanks and separators mended; letters O and l read as 0 and 1. Nothing is judged.
std::string cleaned_number(std::string_view raw);

/// valid: 18 characters, an existing birth date not before 1850, right check digit. Regions are judged elsewhere,
/// against current and retired codes.
NumberState state_of_number(std::string_view cleaned);

/// Parts of a valid 18-character number, or of a 15-digit one (born 19xx).
struct NumberParts {
  std::string_view region;
  Day birth;
  bool male = false;
};
std::optional<NumberParts> parts_of_number(std::string_view cleaned);

/// The 18-character number of a 15-digit one (19 inserted, check digit added); empty if it has no existing date.
std::string eighteen_of_fifteen(std::string_view fifteen);

/// All valid numbers one substitution or one adjacent swap away from an invalid 18-character text: each position has
/// at most one repairing digit, so the list has at most about 35 entries.
std::vector<std::string> repairs_of_number(std::string_view invalid);

}  // namespace songtan
