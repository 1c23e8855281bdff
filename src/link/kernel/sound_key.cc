#include "link/kernel/sound_key.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "link/kernel/han.h"
#include "link/kernel/value_book.h"

namespace songtan::link {
namespace {

// Base letters of U+00C0–U+017F; '?' where there is none.
constexpr std::string_view kBaseOfLatin =
    "AAAAAAACEEEEIIIIDNOOOOO?OUUUUYTsaaaaaaaceeeeiiiidnooooo?ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static_assert(kBaseOfLatin.size() == 0x180 - 0xC0);

char32_t base_letter(char32_t c) {
  if (c >= 0xC0 && c <= 0x17F && kBaseOfLatin[c - 0xC0] != '?') c = static_cast<unsigned char>(kBaseOfLatin[c - 0xC0]);
  return c >= U'A' && c <= U'Z' ? c + 32 : c;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

bool is_vowel(char c) { return std::string_view("aeiouyhw").find(c) != std::string_view::npos; }

// The sound of the letter at `at`, and how many letters it takes.
std::pair<char, std::size_t> sound_at(std::string_view word, std::size_t at) {
  const std::string_view two = word.substr(at, 2);
  if (two == "th") return {'T', 2};
  if (two == "sh" || two == "ch") return {'x', 2};
  if (two == "ph") return {'f', 2};
  if (two == "ck") return {'k', 2};
  if (two == "gh") return {'g', 2};
  if (two == "kn" || two == "gn") return {'n', at == 0 ? 2U : 1U};
  if (two == "wr") return {'r', 2};
  const char c = word[at];
  const char next = at + 1 < word.size() ? word[at + 1] : ' ';
  switch (c) {
    case 'c': return {next == 'e' || next == 'i' || next == 'y' ? 's' : 'k', 1};
    case 'q':
    case 'k': return {'k', 1};
    case 'x':
    case 'z':
    case 's': return {'s', 1};
    case 'd':
    case 't': return {'t', 1};
    case 'b':
    case 'p': return {'p', 1};
    case 'v':
    case 'f': return {'f', 1};
    case 'g':
    case 'j': return {'g', 1};
    case 'm':
    case 'n': return {c, 1};
    default: return {c, 1};
  }
}

std::string latin_key(std::string_view word) {
  std::string key;
  for (std::size_t at = 0; at < word.size();) {
    const auto [sound, length] = sound_at(word, at);
    const bool vowel = is_vowel(sound);
    if (!vowel && (key.empty() || key.back() != sound)) key += sound;
    if (vowel && at == 0) key += 'a';
    at += length;
  }
  return key;
}

}  // namespace

std::string folded(std::string_view normalised) {
  std::string out;
  for (const char32_t raw : points_of(normalised)) {
    const char32_t c = base_letter(raw);
    const bool letter = (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || c >= 0xC0;
    if (letter)
      append_utf8(out, c);
    else if (c == U'\'')
      continue;  // o'brien = obrien
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string sorted_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t start = text.find_first_not_of(' ', from);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(text.find(' ', start), text.size());
    words.push_back(text.substr(start, end - start));
    from = end;
  }
  std::sort(words.begin(), words.end());
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::string sound_key(std::string_view utf8) {
  std::string out;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    if (!out.empty()) out += ' ';
    out += latin_key(word);
    word.clear();
  };
  for (const char32_t raw : points_of(utf8)) {
    const char32_t c = base_letter(raw);
    if (c >= U'a' && c <= U'z') {
      word += static_cast<char>(c);
    } else if (merged_sound_of(c) != 0) {
      end_word();
      out += '#' + std::to_string(merged_sound_of(c));
    } else if (c != U'\'') {
      end_word();
    }
  }
  end_word();
  return out;
}

}  // namespace songtan::link
