#include "link/kernel/name_grade.h"

#include <algorithm>

#include "base/mix.h"
#include "link/kernel/han.h"

namespace songtan::link {
namespace {

constexpr char32_t kDot = U'·';

bool is_dot(char32_t c) {
  switch (c) {
    case U'·':
    case U'•':
    case U'・':
    case U'‧':
    case U'∙':
    case U'⋅':
    case U'.':
    case U'。':
    case U'．':
    case U'･': return true;
    default: return false;
  }
}

NameGrade name_grade(CharacterGrade grade) {
  switch (grade) {
    case CharacterGrade::same: return NameGrade::same;
    case CharacterGrade::variant: return NameGrade::variant;
    case CharacterGrade::sound_tone: return NameGrade::sound_tone;
    case CharacterGrade::sound: return NameGrade::sound;
    case CharacterGrade::sound_merged: return NameGrade::sound_merged;
    case CharacterGrade::shape: return NameGrade::shape;
    case CharacterGrade::placeholder: return NameGrade::unreadable;
    case CharacterGrade::other: return NameGrade::other;
  }
  return NameGrade::other;
}

// Two neighbouring characters of three or more exchanged: as alike to the eye as a likeness of shape.
bool one_swap_apart(std::u32string_view a, std::u32string_view b) {
  std::size_t at = 0;
  while (at < a.size() && a[at] == b[at]) ++at;
  return a.size() >= 3 && at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
         a.substr(at + 2) == b.substr(at + 2);
}

NameGrade grade_of_equal_lengths(std::u32string_view a, std::u32string_view b) {
  NameGrade worst = NameGrade::same;
  std::size_t unrelated = 0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const NameGrade grade = name_grade(grade_of_characters(a[i], b[i]));
    same += grade == NameGrade::same ? 1 : 0;
    if (grade == NameGrade::other)
      ++unrelated;
    else
      worst = std::max(worst, grade);
  }
  if (unrelated == 0) {
    // When every character differs, likeness of shape is chance; sounds and variants still say something.
    return worst >= NameGrade::shape && same == 0 ? NameGrade::other : worst;
  }
  if (one_swap_apart(a, b)) return NameGrade::shape;
  return unrelated == 1 && same >= 1 && a.size() >= 3 ? NameGrade::one_other : NameGrade::other;
}

// One name lacks characters of the other: cut short, cut at the separator, or a rare character dropped.
NameGrade grade_of_unequal_lengths(std::u32string_view shorter, std::u32string_view longer) {
  if (shorter.size() < 2) return NameGrade::other;
  if (longer.substr(0, shorter.size()) == shorter) return NameGrade::truncated;
  if (longer.find(kDot) != std::u32string_view::npos && longer.ends_with(shorter)) return NameGrade::truncated;
  if (shorter.size() + 1 != longer.size()) return NameGrade::other;
  std::size_t at = 0;
  while (at < shorter.size() && shorter[at] == longer[at]) ++at;
  return at > 0 && shorter.substr(at) == longer.substr(at + 1) ? NameGrade::unreadable : NameGrade::other;
}

std::u32string without_dots(std::u32string_view name) {
  std::u32string bare(name);
  std::erase(bare, kDot);
  return bare;
}

}  // namespace

NameGrade grade_of_names(std::u32string_view a, std::u32string_view b) {
  if (a.empty() || b.empty()) return NameGrade::missing;
  if (a == b) return NameGrade::same;
  if (a.size() == b.size()) return grade_of_equal_lengths(a, b);
  const bool dotted = a.find(kDot) != std::u32string_view::npos || b.find(kDot) != std::u32string_view::npos;
  if (dotted) {
    const std::u32string left = without_dots(a);
    const std::u32string right = without_dots(b);
    if (left == right) return NameGrade::variant;
    if (left.size() == right.size()) return grade_of_equal_lengths(left, right);
  }
  return a.size() < b.size() ? grade_of_unequal_lengths(a, b) : grade_of_unequal_lengths(b, a);
}

std::u32string code_of_name(std::u32string_view normalised) {
  std::u32string code;
  code.reserve(normalised.size());
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    const char32_t c = normalised[i];
    if (c == U' ' || c == U'\u3000') {
      const bool between_han =
          !code.empty() && code.back() >= 0x3400 && i + 1 < normalised.size() && normalised[i + 1] >= 0x3400;
      if (!between_han) code += U' ';
    } else if (is_dot(c)) {
      if (!code.empty() && code.back() != kDot) code += kDot;
    } else {
      code += c >= U'A' && c <= U'Z' ? c + 32 : c;
    }
  }
  while (!code.empty() && (code.back() == kDot || code.back() == U' ')) code.pop_back();
  return code;
}

std::uint64_t sound_key_of_name(std::u32string_view name) {
  std::uint64_t key = 0;
  for (const char32_t c : name) {
    if (c == kDot) continue;
    const std::uint16_t sound = merged_sound_of(c);
    if (sound == 0) return 0;
    key = mix64(key, sound);
  }
  return key;
}

}  // namespace songtan::link
