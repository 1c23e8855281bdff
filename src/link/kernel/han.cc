#include "link/kernel/han.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace songtan::link {
namespace {

#include "link/kernel/han_table.inc"

constexpr int kReadings = 3;

const HanWords* words_of(char32_t character) {
  const std::size_t at = static_cast<std::size_t>(character) - kHanFirst;
  return character >= kHanFirst && at < std::size(kHan) ? &kHan[at] : nullptr;
}

// A reading is syllable << 3 | tone.
std::uint16_t reading(const HanWords& words, int place) {
  return static_cast<std::uint16_t>(words.sound >> (16 + 12 * place) & 0xFFF);
}

std::uint16_t merged(std::uint16_t one_reading) { return kSyllables[one_reading >> 3].merged; }

CharacterGrade sound_grade(const HanWords& a, const HanWords& b) {
  CharacterGrade best = CharacterGrade::other;
  for (int i = 0; i < kReadings; ++i) {
    const std::uint16_t left = reading(a, i);
    if (left == 0) break;
    for (int j = 0; j < kReadings; ++j) {
      const std::uint16_t right = reading(b, j);
      if (right == 0) break;
      if (left == right) return CharacterGrade::sound_tone;
      if (left >> 3 == right >> 3)
        best = std::min(best, CharacterGrade::sound);
      else if (merged(left) == merged(right))
        best = std::min(best, CharacterGrade::sound_merged);
    }
  }
  return best;
}

struct Cangjie {
  std::array<std::uint8_t, 5> letters{};
  int length = 0;
};

Cangjie cangjie_of(const HanWords& words) {
  Cangjie code;
  for (int i = 0; i < 5; ++i) {
    const auto letter = static_cast<std::uint8_t>(words.shape >> (20 - 5 * i) & 31U);
    if (letter == 0) break;
    code.letters[static_cast<std::size_t>(code.length++)] = letter;
  }
  return code;
}

// Length of the longest common subsequence of two codes of at most five letters.
int common_letters(const Cangjie& a, const Cangjie& b) {
  std::array<int, 6> row{};
  for (int i = 0; i < a.length; ++i) {
    int diagonal = 0;
    for (int j = 0; j < b.length; ++j) {
      const auto at = static_cast<std::size_t>(j) + 1;
      const int above = row[at];
      const bool equal = a.letters[static_cast<std::size_t>(i)] == b.letters[static_cast<std::size_t>(j)];
      row[at] = equal ? diagonal + 1 : std::max(above, row[at - 1]);
      diagonal = above;
    }
  }
  return row[static_cast<std::size_t>(b.length)];
}

int equal_corners(std::uint64_t a, std::uint64_t b) {
  int equal = 0;
  a /= 10;  // the fifth digit is often absent
  b /= 10;
  for (int i = 0; i < 4; ++i, a /= 10, b /= 10) equal += a % 10 == b % 10 ? 1 : 0;
  return equal;
}

bool alike_in_shape(const HanWords& a, const HanWords& b) {
  const std::uint64_t phonetic_a = a.shape >> 42 & 0x7FF;
  if (phonetic_a != 0 && phonetic_a == (b.shape >> 42 & 0x7FF)) return true;
  const std::uint64_t corner_a = a.shape >> 25 & 0x1FFFF;
  const std::uint64_t corner_b = b.shape >> 25 & 0x1FFFF;
  const int corners = corner_a != 0 && corner_b != 0 ? equal_corners(corner_a - 1, corner_b - 1) : 0;
  if (corners == 4) return true;
  const Cangjie left = cangjie_of(a);
  const Cangjie right = cangjie_of(b);
  const int longest = std::max(left.length, right.length);
  const int common = common_letters(left, right);
  if (longest >= 3 && common >= longest - 1) return true;
  return corners == 3 && common >= 2;
}

}  // namespace

bool is_placeholder(char32_t character) {
  return character == U'?' || character == U'*' || character == U'□' || character == U'〇' || character == U'\uFFFD' ||
         character == U'_';
}

char32_t representative_of(char32_t character) {
  if (const HanWords* words = words_of(character)) return static_cast<char32_t>(words->sound & 0xFFFF);
  const auto* const end = std::end(kOutsideVariants);
  const auto* const found = std::lower_bound(std::begin(kOutsideVariants), end, character,
                                             [](const OutsideVariant& v, char32_t c) { return v.character < c; });
  return found != end && found->character == character ? found->representative : character;
}

std::uint16_t merged_sound_of(char32_t character) {
  const HanWords* words = words_of(character);
  return words == nullptr ? std::uint16_t{0} : merged(reading(*words, 0));
}

std::string_view pinyin_of(char32_t character) {
  const HanWords* words = words_of(character);
  return words == nullptr ? "" : kSyllables[reading(*words, 0) >> 3].text;
}

bool is_known_han(char32_t character) {
  const HanWords* words = words_of(character);
  return words != nullptr && reading(*words, 0) != 0;
}

CharacterGrade grade_of_characters(char32_t a, char32_t b) {
  if (a == b) return CharacterGrade::same;
  if (representative_of(a) == representative_of(b)) return CharacterGrade::variant;
  if (is_placeholder(a) || is_placeholder(b)) return CharacterGrade::placeholder;
  const HanWords* left = words_of(a);
  const HanWords* right = words_of(b);
  if (left == nullptr || right == nullptr) return CharacterGrade::other;
  const CharacterGrade sound = sound_grade(*left, *right);
  if (sound != CharacterGrade::other) return sound;
  return alike_in_shape(*left, *right) ? CharacterGrade::shape : CharacterGrade::other;
}

}  // namespace songtan::link
