// Dictionary of all values of all columns: equal texts have equal codes, whatever column they stand in. Code 0 is "no
// value". Texts are kept as letters: one byte a letter wherever the alphabet of all values has at most 255 letters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "link/kernel/text_distance.h"

namespace songtan::link {

using ValueCode = std::uint32_t;

/// What the hot loop wants to know of a value: 24 bytes.
struct ValueInfo {
  std::uint64_t bits = 0;        ///< Signature::bits
  std::uint32_t offset = 0;      ///< of its letters
  std::uint32_t first_four = 0;  ///< its first four letters, zero-padded
  std::uint16_t length = 0;      ///< letters
  std::uint8_t lost = 0;         ///< Signature::lost
  bool wide = false;             ///< some letter has no byte of its own: compare code points instead
};

class ValueBook {
 public:
  ValueBook() : ends_{0}, slots_(1024, 0) {}

  /// The code of a UTF-8 text; a new one if it was never seen. The empty text is a value like any other.
  ValueCode add(std::string_view utf8);
  std::size_t size() const { return ends_.size(); }

  /// Call once after the last add: assigns letters and signatures.
  void finish();

  std::string_view text(ValueCode code) const {
    const std::uint32_t from = code == 0 ? 0 : ends_[code - 1];
    return std::string_view(arena_).substr(from, ends_[code] - from);
  }
  const ValueInfo& info(ValueCode code) const { return infos_[code]; }
  std::string_view letters(ValueCode code) const {
    return std::string_view(arena_).substr(infos_[code].offset, infos_[code].length);
  }
  /// The value as a number; NaN if it is none. Parsed on first use by finish().
  double number(ValueCode code) const { return numbers_[code]; }
  /// Code points, made on each call: for slow comparators only.
  std::u32string points(ValueCode code) const;

 private:
  void grow();

  std::string arena_;                ///< all texts, then the letters of those that are not ASCII
  std::vector<std::uint32_t> ends_;  ///< per code, into the arena
  std::vector<ValueCode> slots_;     ///< open addressing by hash; 0 is free
  std::vector<ValueInfo> infos_;
  std::vector<double> numbers_;
};

/// Decodes well-formed UTF-8; ill-formed bytes become U+FFFD.
std::u32string points_of(std::string_view utf8);

}  // namespace songtan::link
