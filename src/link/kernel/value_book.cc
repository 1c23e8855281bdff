#include "link/kernel/value_book.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/mix.h"

namespace songtan::link {
namespace {

constexpr std::size_t kLetters = 255;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Letters by how often they occur, so that an overfull alphabet leaves the rarest without a byte.
std::unordered_map<char32_t, char> alphabet_of(const ValueBook& book) {
  std::unordered_map<char32_t, std::int64_t> counts;
  for (ValueCode code = 1; code < book.size(); ++code) {
    if (is_ascii(book.text(code))) continue;
    for (const char32_t c : points_of(book.text(code))) {
      if (c >= 0x80) ++counts[c];
    }
  }
  std::vector<std::pair<std::int64_t, char32_t>> order;
  for (const auto& [letter, count] : counts) order.emplace_back(-count, letter);
  std::sort(order.begin(), order.end());
  std::unordered_map<char32_t, char> alphabet;
  for (std::size_t i = 0; i < order.size() && i + 0x80 < kLetters; ++i)
    alphabet[order[i].second] = static_cast<char>(0x80 + i);
  return alphabet;
}

double number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? value : std::numeric_limits<double>::quiet_NaN();
}

std::uint32_t first_four(std::string_view letters) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, letters.size()); ++i) {
    word |= static_cast<std::uint32_t>(static_cast<unsigned char>(letters[i])) << (8 * i);
  }
  return word;
}

}  // namespace

ValueCode ValueBook::add(std::string_view utf8) {
  if (ends_.size() * 2 > slots_.size()) grow();
  std::size_t at = hash64(utf8) & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (text(slots_[at]) == utf8) return slots_[at];
  }
  arena_ += utf8;
  ends_.push_back(static_cast<std::uint32_t>(arena_.size()));
  return slots_[at] = static_cast<ValueCode>(ends_.size() - 1);
}

void ValueBook::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (ValueCode code = 1; code < ends_.size(); ++code) {
    std::size_t at = hash64(text(code)) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = code;
  }
}

void ValueBook::finish() {
  const auto alphabet = alphabet_of(*this);
  infos_.assign(ends_.size(), {});
  numbers_.resize(ends_.size());
  for (ValueCode code = 0; code < ends_.size(); ++code) {
    ValueInfo& info = infos_[code];
    const bool ascii = is_ascii(text(code));
    info.offset = static_cast<std::uint32_t>(ascii ? (code == 0 ? 0 : ends_[code - 1]) : arena_.size());
    std::size_t length = text(code).size();
    if (!ascii) {
      const std::u32string points = points_of(text(code));
      length = points.size();
      for (const char32_t c : points) {
        const auto found = c < 0x80 ? alphabet.end() : alphabet.find(c);
        info.wide = info.wide || (c >= 0x80 && found == alphabet.end());
        arena_ += c < 0x80 ? static_cast<char>(c) : found == alphabet.end() ? '\xFF' : found->second;
      }
    }
    info.length = static_cast<std::uint16_t>(std::min<std::size_t>(length, 0xFFFF));
    const Signature signature = signature_of(letters(code));
    info.bits = signature.bits;
    info.lost = signature.lost;
    info.first_four = first_four(letters(code));
    numbers_[code] = number_of(text(code));
  }
}

std::u32string ValueBook::points(ValueCode code) const { return points_of(text(code)); }

std::u32string points_of(std::string_view utf8) {
  std::u32string points;
  points.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || at + length > utf8.size()) {
      points += U'\uFFFD';
      ++at;
      continue;
    }
    char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(utf8[at + i]) & 0x3FU);
    points += point;
    at += length;
  }
  return points;
}

}  // namespace songtan::link
