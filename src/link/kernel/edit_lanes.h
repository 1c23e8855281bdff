// Levenshtein distances of one text to up to 32 others at once, bit-parallel in 16-bit lanes (Hyyrö 2003): texts of at
// most sixteen letters, which dates, postcodes, numbers and most names are. In: a Pattern and texts. Out: distances,
// equal to levenshtein().
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "link/kernel/text_distance.h"

namespace songtan::link {

class EditLanes {
 public:
  static constexpr std::size_t kLanes = 32;
  static constexpr std::size_t kLongest = 16;

  /// True if the pattern's text has a lane's width.
  static bool fits(const Pattern& pattern) { return !pattern.text().empty() && pattern.text().size() <= kLongest; }

  /// Puts a text of at most kLongest letters into the next lane. At most kLanes between two calls of distances().
  void add(const Pattern& pattern, std::string_view text);
  std::size_t count() const { return count_; }
  /// Distances of the texts added since the last call, in their order. ~20 cycles a text.
  const std::uint16_t* distances(const Pattern& pattern);

 private:
  alignas(64) std::array<std::array<std::uint16_t, kLanes>, kLongest> matches_{};  ///< [letter][lane] positions of it
  alignas(64) std::array<std::uint16_t, kLanes> length_{};
  alignas(64) std::array<std::uint16_t, kLanes> distance_{};
  std::size_t count_ = 0;
  std::size_t longest_ = 0;
};

}  // namespace songtan::link
