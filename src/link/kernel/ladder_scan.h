// One value against the values of many records: which are equal, which are missing, and of the others which are alike
// enough, by length, prefix and signature, that a distance is worth computing. In: codes and signatures of a block's
// records in block order. Out: what each level adds to each pair's pattern, and the positions still open.
//
// Two bodies, chosen when first called: AVX-512 (sixteen pairs a step) where the processor has VPOPCNTDQ, plain loops
// elsewhere. Both touch integers only and give the same.
#pragma once

#include <cstddef>
#include <cstdint>

#include "link/kernel/value_book.h"

namespace songtan::link {

inline constexpr int kBoundedLengths = 32;          ///< signatures bound texts shorter than this
inline constexpr int kPrefixes = 5;                 ///< common prefixes of 0 to 4 letters
inline constexpr std::uint16_t kWideText = 0x7FFF;  ///< the length given to values without trustworthy letters

/// What the levels that codes decide add to a pattern: radix × level.
struct LadderShares {
  ValueCode own = 0;
  std::uint32_t equal = 0;
  std::uint32_t missing = 0;
  std::uint32_t other = 0;
};

/// Signatures of the other records' values, by position.
struct TextView {
  const std::uint64_t* bits;
  const std::uint32_t* first_four;
  const std::uint16_t* length;
  const std::uint8_t* lost;
};

/// The own value's signature and what the tests ask for.
struct TextBounds {
  std::uint64_t bits = 0;
  std::uint32_t first_four = 0;
  int length = 0;
  int lost = 0;
  int most_edits = -1;  ///< −1: no edit distance is asked for
  const std::uint8_t* need =
      nullptr;  ///< [length][prefix] least common letters, 3 bytes readable beyond; null: no Jaro
};

/// patterns[j] += share of the pair (own, codes[j]) for j in [from, to).
void add_code_levels(const LadderShares& shares, const ValueCode* codes, std::size_t from, std::size_t to,
                     std::uint32_t* patterns);

/// As add_code_levels; also writes the positions of present, unequal values that the bounds allow to `survivors`
/// (room for to − from + 16) and returns their number.
std::size_t add_text_levels(const LadderShares& shares, const TextBounds& bounds, const ValueCode* codes,
                            const TextView& texts, std::size_t from, std::size_t to, std::uint32_t* patterns,
                            std::uint32_t* survivors);

/// The plain twin.
std::size_t add_text_levels_plain(const LadderShares& shares, const TextBounds& bounds, const ValueCode* codes,
                                  const TextView& texts, std::size_t from, std::size_t to, std::uint32_t* patterns,
                                  std::uint32_t* survivors);

}  // namespace songtan::link
