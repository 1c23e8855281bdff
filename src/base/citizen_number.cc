#include "base/citizen_number.h"

#include <algorithm>

namespace songtan {
namespace {

constexpr std::size_t kLength = 18;
constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
constexpr std::string_view kCheckDigits = "10X98765432";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::optional<Day> birth_of(std::string_view eight) {
  const auto day = Day::from_civil_checked(number_of(eight.substr(0, 4)), number_of(eight.substr(4, 2)),
                                           number_of(eight.substr(6, 2)));
  if (!day || day->year() < 1850) return std::nullopt;
  return day;
}

// Full-width ASCII (U+FF01–U+FF5E) is three bytes EF BC xx / EF BD xx in UTF-8.
char half_width(std::string_view raw, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(raw[i]); };
  if (byte(at) == 0xEF && at + 2 < raw.size() && (byte(at + 1) == 0xBC || byte(at + 1) == 0xBD)) {
    const int code = ((byte(at + 1) & 0x3F) << 6) + (byte(at + 2) & 0x3F);
    at += 2;
    return static_cast<char>(code - 0xF00 + 0x20);
  }
  return raw[at];
}

}  // namespace

std::string_view word_of(NumberState state) {
  switch (state) {
    case NumberState::valid: return "valid";
    case NumberState::invalid: return "invalid";
    case NumberState::missing: return "missing";
    case NumberState::fifteen: return "fifteen";
  }
  return "missing";
}

char check_digit(std::string_view seventeen) {
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += (seventeen[i] - '0') * kWeights[i];
  return kCheckDigits[static_cast<std::size_t>(sum % 11)];
}

std::string cleaned_number(std::string_view raw) {
  std::string clean;
  clean.reserve(kLength);
  for (std::size_t at = 0; at < raw.size(); ++at) {
    char c = half_width(raw, at);
    if (c == 'x') c = 'X';
    if (c == 'O' || c == 'o') c = '0';
    if (c == 'l' || c == 'I') c = '1';
    if (c == ' ' || c == '\t' || c == '-' || c == '\'' || c == '"') continue;
    clean += c;
  }
  return clean;
}

NumberState state_of_number(std::string_view cleaned) {
  if (cleaned.empty()) return NumberState::missing;
  if (cleaned.size() == 15 && all_digits(cleaned)) {
    return eighteen_of_fifteen(cleaned).empty() ? NumberState::invalid : NumberState::fifteen;
  }
  if (cleaned.size() != kLength || !all_digits(cleaned.substr(0, 17))) return NumberState::invalid;
  if (cleaned[0] == '0' || !birth_of(cleaned.substr(6, 8))) return NumberState::invalid;
  return check_digit(cleaned.substr(0, 17)) == cleaned[17] ? NumberState::valid : NumberState::invalid;
}

std::optional<NumberParts> parts_of_number(std::string_view cleaned) {
  const NumberState state = state_of_number(cleaned);
  if (state == NumberState::valid) {
    return NumberParts{cleaned.substr(0, 6), *birth_of(cleaned.substr(6, 8)), (cleaned[16] - '0') % 2 == 1};
  }
  if (state != NumberState::fifteen) return std::nullopt;
  const std::string full = eighteen_of_fifteen(cleaned);
  return NumberParts{cleaned.substr(0, 6), *birth_of(std::string_view(full).substr(6, 8)),
                     (cleaned[14] - '0') % 2 == 1};
}

std::string eighteen_of_fifteen(std::string_view fifteen) {
  if (fifteen.size() != 15 || !all_digits(fifteen)) return {};
  std::string full = std::string(fifteen.substr(0, 6)) + "19" + std::string(fifteen.substr(6));
  if (!birth_of(std::string_view(full).substr(6, 8))) return {};
  full += check_digit(full);
  return full;
}

std::vector<std::string> repairs_of_number(std::string_view invalid) {
  std::vector<std::string> repairs;
  if (invalid.size() != kLength) return repairs;
  const auto keep_if_valid = [&](const std::string& candidate) {
    if (state_of_number(candidate) == NumberState::valid) repairs.push_back(candidate);
  };
  std::string candidate(invalid);
  for (std::size_t i = 0; i < kLength; ++i) {
    const char kept = candidate[i];
    for (const char digit : std::string_view("0123456789X")) {
      if (digit == kept || (digit == 'X' && i + 1 != kLength)) continue;
      candidate[i] = digit;
      keep_if_valid(candidate);
    }
    candidate[i] = kept;
  }
  for (std::size_t i = 0; i + 1 < kLength; ++i) {
    if (candidate[i] == candidate[i + 1]) continue;
    std::swap(candidate[i], candidate[i + 1]);
    keep_if_valid(candidate);
    std::swap(candidate[i], candidate[i + 1]);
  }
  std::sort(repairs.begin(), repairs.end());
  repairs.erase(std::unique(repairs.begin(), repairs.end()), repairs.end());
  return repairs;
}

}  // namespace songtan
