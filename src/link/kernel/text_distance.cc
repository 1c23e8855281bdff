#include "link/kernel/text_distance.h"

#include <algorithm>
#include <bit>
#include <string>
#include <unordered_map>
#include <vector>

namespace songtan::link {
namespace {

constexpr double kPrefixWeight = 0.1;
constexpr double kBoostAbove = 0.7;
constexpr std::size_t kLongestPrefix = 4;

unsigned char byte_of(char c) { return static_cast<unsigned char>(c); }

std::uint64_t low_bits(std::size_t count) { return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1; }

double jaro_of(std::size_t common, std::size_t transposed, std::size_t length_a, std::size_t length_b) {
  const auto matches = static_cast<double>(common);
  double similarity = 0;
  similarity += matches / static_cast<double>(length_a);
  similarity += matches / static_cast<double>(length_b);
  similarity += static_cast<double>(common - transposed / 2) / matches;
  return similarity / 3.0;
}

double boosted(double similarity, int prefix) {
  if (similarity <= kBoostAbove) return similarity;
  return similarity + static_cast<double>(prefix) * kPrefixWeight * (1.0 - similarity);
}

std::size_t window_of(std::size_t a, std::size_t b) {
  const std::size_t half = std::max(a, b) / 2;
  return half > 0 ? half - 1 : 0;
}

// Compares the matched bytes of both texts in their order; unequal ones are transposed.
std::size_t transpositions(const Pattern& pattern, std::string_view text, std::uint64_t in_pattern,
                           std::uint64_t in_text) {
  std::size_t transposed = 0;
  while (in_text != 0) {
    const std::uint64_t place = in_pattern & -in_pattern;
    const char byte = text[static_cast<std::size_t>(std::countr_zero(in_text))];
    transposed += (pattern.positions(byte_of(byte)) & place) == 0 ? 1 : 0;
    in_text &= in_text - 1;
    in_pattern ^= place;
  }
  return transposed;
}

template <typename View>
int plain_levenshtein(View a, View b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <typename View>
double plain_jaro(View a, View b) {
  if (a.empty() || b.empty()) return 0.0;
  const std::size_t window = window_of(a.size(), b.size());
  std::vector<bool> taken(a.size(), false);
  std::basic_string<typename View::value_type> matched;
  for (std::size_t j = 0; j < b.size(); ++j) {
    const std::size_t to = std::min(a.size(), j + window + 1);
    for (std::size_t i = j > window ? j - window : 0; i < to; ++i) {
      if (taken[i] || a[i] != b[j]) continue;
      taken[i] = true;
      matched += b[j];
      break;
    }
  }
  if (matched.empty()) return 0.0;
  std::size_t transposed = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (taken[i] && a[i] != matched[at++]) ++transposed;
  }
  return jaro_of(matched.size(), transposed, a.size(), b.size());
}

// `last_row(c)` remembers the last row (1-based) of `a` that held the letter c.
template <typename View, typename LastRow>
int plain_damerau(View a, View b, LastRow&& last_row) {
  const std::size_t width = b.size() + 2;
  const auto infinity = static_cast<int>(a.size() + b.size());
  std::vector<int> table((a.size() + 2) * width, 0);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return table[i * width + j]; };
  for (std::size_t i = 0; i <= a.size() + 1; ++i) at(i, 0) = infinity;
  for (std::size_t j = 0; j <= b.size() + 1; ++j) at(0, j) = infinity;
  for (std::size_t i = 0; i <= a.size(); ++i) at(i + 1, 1) = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) at(1, j + 1) = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t last_column = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t row = last_row(b[j - 1]);
      const std::size_t column = last_column;
      const bool equal = a[i - 1] == b[j - 1];
      if (equal) last_column = j;
      const auto between = static_cast<int>((i - row - 1) + 1 + (j - column - 1));
      at(i + 1, j + 1) =
          std::min({at(i, j) + (equal ? 0 : 1), at(i + 1, j) + 1, at(i, j + 1) + 1, at(row, column) + between});
    }
    last_row(a[i - 1]) = i;
  }
  return at(a.size() + 1, b.size() + 1);
}

template <typename View>
int plain_prefix(View a, View b) {
  const std::size_t most = std::min({a.size(), b.size(), kLongestPrefix});
  std::size_t same = 0;
  while (same < most && a[same] == b[same]) ++same;
  return static_cast<int>(same);
}

}  // namespace

void Pattern::set(std::string_view text) {
  for (std::size_t i = 0; i < set_count_; ++i) positions_[byte_of(set_[i])] = 0;
  text_ = text;
  set_count_ = fits_a_word() ? text.size() : 0;
  std::uint64_t bit = 1;
  for (std::size_t i = 0; i < set_count_; ++i) {
    set_[i] = text[i];
    positions_[byte_of(text[i])] |= bit;
    bit <<= 1;
  }
}

int levenshtein(const Pattern& pattern, std::string_view text) {
  const std::size_t length = pattern.text().size();
  if (!pattern.fits_a_word()) return levenshtein_plain(pattern.text(), text);
  if (length == 0) return static_cast<int>(text.size());
  std::uint64_t positive = ~std::uint64_t{0};
  std::uint64_t negative = 0;
  int distance = static_cast<int>(length);
  const auto last = static_cast<int>(length - 1);
  for (const char c : text) {
    const std::uint64_t match = pattern.positions(byte_of(c));
    const std::uint64_t diagonal = (((match & positive) + positive) ^ positive) | match | negative;
    const std::uint64_t up = negative | ~(diagonal | positive);
    const std::uint64_t down = diagonal & positive;
    distance += static_cast<int>(up >> last & 1U);
    distance -= static_cast<int>(down >> last & 1U);
    const std::uint64_t shifted = up << 1 | 1U;
    positive = down << 1 | ~(diagonal | shifted);
    negative = shifted & diagonal;
  }
  return distance;
}

double jaro(const Pattern& pattern, std::string_view text) {
  const std::string_view own = pattern.text();
  if (own.size() > 64 || text.size() > 64) return jaro_plain(own, text);
  if (own.empty() || text.empty()) return 0.0;
  const std::size_t window = window_of(own.size(), text.size());
  std::uint64_t in_pattern = 0;
  std::uint64_t in_text = 0;
  std::uint64_t bounds = low_bits(window + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint64_t match = pattern.positions(byte_of(text[i])) & bounds & ~in_pattern;
    in_pattern |= match & -match;
    in_text |= static_cast<std::uint64_t>(match != 0) << i;
    bounds = i < window ? bounds << 1 | 1U : bounds << 1;
  }
  if (in_pattern == 0) return 0.0;
  const auto common = static_cast<std::size_t>(std::popcount(in_pattern));
  return jaro_of(common, transpositions(pattern, text, in_pattern, in_text), own.size(), text.size());
}

double jaro_winkler(const Pattern& pattern, std::string_view text) {
  return winkler_of(jaro(pattern, text), pattern.text(), text);
}

double winkler_of(double jaro, std::string_view a, std::string_view b) { return boosted(jaro, common_prefix(a, b)); }

int damerau_levenshtein(std::string_view a, std::string_view b) {
  std::array<std::size_t, 256> last_row{};
  return plain_damerau(a, b, [&](char c) -> std::size_t& { return last_row[byte_of(c)]; });
}

int damerau_levenshtein(std::u32string_view a, std::u32string_view b) {
  std::unordered_map<char32_t, std::size_t> last_row;
  return plain_damerau(a, b, [&](char32_t c) -> std::size_t& { return last_row[c]; });
}

double jaccard(std::string_view a, std::string_view b) {
  std::array<std::uint8_t, 256> seen{};
  for (const char c : a) seen[byte_of(c)] |= 1U;
  for (const char c : b) seen[byte_of(c)] |= 2U;
  const auto both = std::count(seen.begin(), seen.end(), 3);
  const auto either = std::count_if(seen.begin(), seen.end(), [](std::uint8_t s) { return s != 0; });
  return either == 0 ? 0.0 : static_cast<double>(both) / static_cast<double>(either);
}

Signature signature_of(std::string_view text) {
  Signature signature;
  std::array<std::uint8_t, 256> times{};
  std::size_t lost = 0;
  for (const char c : text) {
    const unsigned byte = byte_of(c);
    const unsigned time = times[byte]++;
    // Letters take bits 0–25 for their first occurrence, 26–51 for their second; digits 0–9, 10–19 …: within one kind
    // of text hardly two fall together.
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    const bool digit = byte >= '0' && byte <= '9';
    const unsigned place = letter  ? (byte & 31U) - 1 + 26 * time
                           : digit ? byte - '0' + 10 * time
                                   : 52 + byte % 12 + 7 * time;
    const std::uint64_t bit = std::uint64_t{1} << (place % 64);
    lost += (signature.bits & bit) != 0 ? 1 : 0;
    signature.bits |= bit;
  }
  signature.length = static_cast<std::uint8_t>(std::min<std::size_t>(text.size(), 255));
  signature.lost = static_cast<std::uint8_t>(std::min<std::size_t>(lost, 255));
  return signature;
}

int common_prefix(std::string_view a, std::string_view b) { return plain_prefix(a, b); }

int levenshtein_plain(std::string_view a, std::string_view b) { return plain_levenshtein(a, b); }
int levenshtein_plain(std::u32string_view a, std::u32string_view b) { return plain_levenshtein(a, b); }
double jaro_plain(std::string_view a, std::string_view b) { return plain_jaro(a, b); }
double jaro_plain(std::u32string_view a, std::u32string_view b) { return plain_jaro(a, b); }
double jaro_winkler_plain(std::string_view a, std::string_view b) {
  return boosted(plain_jaro(a, b), plain_prefix(a, b));
}
double jaro_winkler_plain(std::u32string_view a, std::u32string_view b) {
  return boosted(plain_jaro(a, b), plain_prefix(a, b));
}

double jaro_winkler_at_most(int length_a, int length_b, int common, int prefix) {
  const int matches = std::min({common, length_a, length_b});
  if (matches <= 0) return 0.0;
  return boosted(jaro_of(static_cast<std::size_t>(matches), 0, static_cast<std::size_t>(length_a),
                         static_cast<std::size_t>(length_b)),
                 prefix);
}

}  // namespace songtan::link
