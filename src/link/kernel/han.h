// What is known of a Han character: variant class, readings, shape. In: code points. Out: small integers from a table
// generated from Unihan (tools/generate_han_table.py). Characters outside U+3400–U+9FFF have no readings and no shape.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace songtan::link {

/// How two characters of a name agree, best first. A grade says the strongest statement that holds.
enum class CharacterGrade : std::uint8_t {
  same,
  variant,       ///< traditional/simplified, semantic or z-variant
  sound_tone,    ///< one reading in common, tone included
  sound,         ///< one reading in common but for the tone
  sound_merged,  ///< in common for speakers who merge n/l, zh/z, ch/c, sh/s, in/ing, en/eng, h/f
  shape,         ///< alike to the eye: four-corner code, Cangjie, or the same phonetic part
  placeholder,   ///< '?', '*', '□' or '〇' stands for a character that a system could not write
  other
};

CharacterGrade grade_of_characters(char32_t a, char32_t b);

/// The representative of the character's variant class; the character itself if it has no variants.
char32_t representative_of(char32_t character);

/// First reading without tone, regional mergers undone: 1–511, or 0 where unknown.
std::uint16_t merged_sound_of(char32_t character);

/// First reading without tone as pinyin ("lv" for 吕), or empty.
std::string_view pinyin_of(char32_t character);

/// True if the character has a reading, i.e. is written in Han script and known to the table.
bool is_known_han(char32_t character);

/// True for the signs that stand for an unwritable character.
bool is_placeholder(char32_t character);

}  // namespace songtan::link
