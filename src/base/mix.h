// Mixing and counter-based random numbers, without files: what kernels may include. In: integers or bytes. Out: integers
// that are the same on every machine, at any thread count; the only randomness in the house is a hash of a seed and ids.
#pragma once

#include <cstdint>
#include <string_view>

namespace songtan {

/// Finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection on 64 bits.
constexpr std::uint64_t mix64(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

constexpr std::uint64_t mix64(std::uint64_t a, std::uint64_t b) { return mix64(mix64(a) ^ b); }

/// XXH3 of the bytes.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

/// A stream of pseudo-random numbers that depends on its key alone; draw n is a pure function of (key, n).
/// 128-bit product without a pedantic warning.
__extension__ using Wide = unsigned __int128;

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t key) : key_(mix64(key)) {}
  RandomStream(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0) : key_(mix64(mix64(seed, a), b)) {}

  std::uint64_t next() { return mix64(key_ + 0x9e3779b97f4a7c15ULL * ++count_); }
  /// Uniform in [0, bound); bound > 0. Multiply-shift; the bias is below 2^-32 for bounds under 2^32.
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
  }
  /// True with probability parts_per_million / 1,000,000.
  bool chance_ppm(std::uint64_t parts_per_million) { return below(1'000'000) < parts_per_million; }

 private:
  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

}  // namespace songtan
