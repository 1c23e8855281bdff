#include "profile/detail/place_key.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/text.h"

namespace songtan::profile::detail {
namespace {

constexpr std::u32string_view kUnits = U"组組社队隊号號栋棟幢座单單元层層楼樓室户戶弄巷排附";

// 〇 to 九; -1 for other characters.
int written_digit(char32_t c) {
  constexpr std::array<std::pair<char32_t, int>, 11> kDigits = {{{U'〇', 0},
                                                                 {U'零', 0},
                                                                 {U'一', 1},
                                                                 {U'二', 2},
                                                                 {U'三', 3},
                                                                 {U'四', 4},
                                                                 {U'五', 5},
                                                                 {U'六', 6},
                                                                 {U'七', 7},
                                                                 {U'八', 8},
                                                                 {U'九', 9}}};
  const auto found = std::ranges::find(kDigits, c, &std::pair<char32_t, int>::first);
  return found == kDigits.end() ? -1 : found->second;
}

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
// Typed or read for a zero.
bool looks_like_zero(char32_t c) { return c == U'O' || c == U'o'; }

// The number in digits that begins at `at`, which moves behind it; empty if there is none.
std::string plain_number(std::u32string_view text, std::size_t& at) {
  std::size_t to = at;
  bool any = false;
  while (to < text.size() && (is_digit(text[to]) || looks_like_zero(text[to]))) any = is_digit(text[to++]) || any;
  if (!any) return {};
  std::string number;
  for (; at < to; ++at) number += is_digit(text[at]) ? static_cast<char>('0' + (text[at] - U'0')) : '0';
  return number;
}

// 十二 is 12, 二十 20, 二十三 23, 一二 12.
std::string digits_of(std::u32string_view written) {
  std::string number;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != U'十') {
      number += static_cast<char>('0' + written_digit(written[i]));
      continue;
    }
    if (i == 0) number += '1';
    if (i + 1 == written.size()) number += '0';
  }
  return number;
}

// The same for one in characters, which must stand before a unit; 七一社区 is a name.
std::string written_number(std::u32string_view text, std::size_t& at) {
  std::size_t to = at;
  while (to < text.size() && (written_digit(text[to]) >= 0 || text[to] == U'十')) ++to;
  if (to == at || to == text.size() || kUnits.find(text[to]) == std::u32string_view::npos) return {};
  if (text.substr(to).starts_with(U"社区")) return {};
  const std::string number = digits_of(text.substr(at, to - at));
  at = to;
  return number;
}

std::string numbers_of(std::u32string_view text) {
  std::string numbers;
  for (std::size_t at = 0; at < text.size();) {
    std::string number = plain_number(text, at);
    if (number.empty()) number = written_number(text, at);
    if (number.empty()) {
      ++at;
      continue;
    }
    if (!numbers.empty()) numbers += '-';
    numbers += number;
  }
  return numbers;
}

// Full-width signs as plain ones, no spaces.
std::u32string narrowed(std::string_view utf8) {
  std::u32string text = code_points(utf8);
  std::erase_if(text, [](char32_t c) { return c == U' ' || c == U'\u3000' || c == U'\t'; });
  for (char32_t& c : text) {
    if (c >= U'\uFF01' && c <= U'\uFF5E') c -= 0xFEE0;
  }
  return text;
}

}  // namespace

std::int64_t place_key(std::string_view region, std::string_view text) {
  const std::u32string letters = narrowed(text);
  const std::string numbers = numbers_of(letters);
  const std::string place = std::string(region) + ' ' + (numbers.empty() ? utf8_of(letters) : numbers);
  return static_cast<std::int64_t>(hash64(place) >> 1 | 1U);
}

}  // namespace songtan::profile::detail
