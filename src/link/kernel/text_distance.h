// Distances between short texts, letter by letter (the ValueBook gives each letter one byte), bit-parallel for patterns of at most 64
// bytes: Hyyrö 2003 for Levenshtein, the flag method of Bachmann's jaro_winkler for Jaro. Each has a plain twin below
// it, which also serves longer texts. Costs are per pair for names and dates of 6–12 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace songtan::link {

/// The positions of each byte in one text, made once and compared with many. Longer texts than 64 bytes keep no
/// positions; the distances then take the plain way.
class Pattern {
 public:
  Pattern() : positions_{} {}
  /// `text` must live as long as it is compared with. Cost: one write a byte.
  void set(std::string_view text);
  std::string_view text() const { return text_; }
  std::uint64_t positions(unsigned char byte) const { return positions_[byte]; }
  bool fits_a_word() const { return text_.size() <= 64; }

 private:
  std::array<std::uint64_t, 256> positions_;
  std::array<char, 64> set_{};  ///< the bytes whose positions are set: the text itself may be gone by the next set()
  std::size_t set_count_ = 0;
  std::string_view text_;
};

/// Insertions, deletions and substitutions. ~30 ns.
int levenshtein(const Pattern& pattern, std::string_view text);
/// Jaro similarity in [0, 1]. ~20 ns.
double jaro(const Pattern& pattern, std::string_view text);
/// Jaro–Winkler with prefix weight 0.1 on at most 4 bytes, applied above a Jaro similarity of 0.7.
double jaro_winkler(const Pattern& pattern, std::string_view text);
/// Jaro–Winkler from a Jaro similarity already known.
double winkler_of(double jaro, std::string_view a, std::string_view b);
/// Levenshtein with adjacent swaps, unrestricted (Lowrance & Wagner 1975). Plain only.
int damerau_levenshtein(std::string_view a, std::string_view b);
/// Share of the distinct bytes of either text that both have.
double jaccard(std::string_view a, std::string_view b);

// The twins: quadratic, without bit tricks.
int levenshtein_plain(std::string_view a, std::string_view b);
double jaro_plain(std::string_view a, std::string_view b);
double jaro_winkler_plain(std::string_view a, std::string_view b);

// By code point, for texts of scripts that do not fit an alphabet of 255 letters.
int levenshtein_plain(std::u32string_view a, std::u32string_view b);
double jaro_plain(std::u32string_view a, std::u32string_view b);
double jaro_winkler_plain(std::u32string_view a, std::u32string_view b);
int damerau_levenshtein(std::u32string_view a, std::u32string_view b);

/// A text's bytes as a set of at most 64 bits, for bounds: `bytes_in_common_at_most` of two signatures never lies below
/// the number of bytes that the texts have in common (as multisets).
struct Signature {
  std::uint64_t bits = 0;
  std::uint8_t length = 0;  ///< capped at 255
  std::uint8_t lost = 0;    ///< bytes that fell on a bit already set
};

Signature signature_of(std::string_view text);

inline int bytes_in_common_at_most(const Signature& a, const Signature& b) {
  return __builtin_popcountll(a.bits & b.bits) + (a.lost < b.lost ? a.lost : b.lost);
}

/// Length of the common prefix of two texts, at most 4.
int common_prefix(std::string_view a, std::string_view b);

/// The highest Jaro–Winkler similarity that two texts of these lengths, common prefix and common bytes can reach.
double jaro_winkler_at_most(int length_a, int length_b, int common, int prefix);

}  // namespace songtan::link
