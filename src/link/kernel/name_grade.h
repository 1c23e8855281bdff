// Comparison of Chinese personal names, character by character. In: two names in their coded form (code_of_name).
// Out: one grade. Names of two or three characters carry little for edit distances; what tells is how the characters
// that differ are related.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace songtan::link {

/// Best first; the order is the order of trust.
enum class NameGrade : std::uint8_t {
  same,
  variant,       ///< every differing character is a variant
  sound_tone,    ///< … sounds the same
  sound,         ///< … sounds the same but for the tone
  sound_merged,  ///< … sounds the same under regional mergers
  shape,         ///< … looks alike, or two neighbours are swapped
  unreadable,    ///< a placeholder, or a rare character left out
  truncated,     ///< one is the other cut at a separator or at its end (at least two characters kept)
  one_other,     ///< of three or more characters exactly one is unrelated, at least one the same
  other,
  missing
};

inline constexpr int kNameGrades = 11;

/// True for grades that say the two are one name, well or badly written.
constexpr bool names_agree_in_writing(NameGrade grade) { return grade <= NameGrade::truncated; }

NameGrade grade_of_names(std::u32string_view a, std::u32string_view b);

/// The form in which names are compared: blanks between Han characters dropped, all dots that separate parts of a
/// name written U+00B7, Latin letters lower-cased. `normalised` is NFKC.
std::u32string code_of_name(std::u32string_view normalised);

/// Hash of the name's sounds (mergers undone, separators dropped); equal for names that a clerk hears alike. 0 if a
/// character has no known reading.
std::uint64_t sound_key_of_name(std::u32string_view name);

}  // namespace songtan::link
