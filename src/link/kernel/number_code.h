// Citizen numbers as integers. A valid number is its first 17 digits (the check digit follows from them), below 10^17;
// 0 means none. In memory only: a code never reaches a log or an error.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/citizen_number.h"
#include "base/day.h"

namespace songtan::link {

using NumberCode = std::uint64_t;

/// Code of a valid 18-character number or of a 15-digit one (written with 19 and its check digit); 0 for others.
inline NumberCode code_of_number(std::string_view cleaned, NumberState state) {
  if (state == NumberState::valid) {
    NumberCode code = 0;
    for (const char c : cleaned.substr(0, 17)) code = code * 10 + static_cast<NumberCode>(c - '0');
    return code;
  }
  if (state != NumberState::fifteen) return 0;
  const NumberState full_state = NumberState::valid;
  return code_of_number(eighteen_of_fifteen(cleaned), full_state);
}

constexpr NumberCode kStandIns = NumberCode{100'000} * 1'000'000 * 1'000'000;  // 10^17

/// A person whom no register knows by a valid number gets a stand-in: birth date and sex where a number has them, above
/// 10^17 so that it equals none. `index` tells such persons apart. In memory only; it changes from night to night.
inline NumberCode stand_in_code(Day birth, std::uint8_t sex, std::uint64_t index) {
  const auto date = static_cast<NumberCode>(birth.year() * 10000 + birth.month() * 100 + birth.day());
  return (1'000'000 + index / 500) * 100'000'000'000 + date * 1000 + index % 500 * 2 + (sex == 1 ? 1 : 0);
}
inline bool is_stand_in(NumberCode code) { return code >= kStandIns; }

/// Birth date within the number; the code must be of a valid number (CHECK in Day).
inline Day birth_of_code(NumberCode code) {
  const auto date = static_cast<int>(code / 1000 % 100'000'000);
  return Day::from_civil(date / 10000, date / 100 % 100, date % 100);
}

/// 1 male, 2 female.
inline std::uint8_t sex_of_code(NumberCode code) { return code % 2 == 1 ? 1 : 2; }

}  // namespace songtan::link
