// Draws for the synthetic province: whole numbers only, each stream keyed by seed, subject and topic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/hash.h"

namespace songtan::synth {

/// What a stream is about; the number is part of its key, so never renumber.
enum class Topic : std::uint8_t {
  demography = 1,
  kin = 2,
  place = 3,
  name = 4,
  number = 5,
  life = 6,
  work = 7,
  health = 8,
  wealth = 9,
  household = 10,
};

class Draw {
 public:
  Draw(std::uint64_t seed, std::int64_t subject, Topic topic)
      : stream_(seed, static_cast<std::uint64_t>(subject), static_cast<std::uint64_t>(topic)) {}

  /// Uniform in [0, bound).
  int below(int bound) { return static_cast<int>(stream_.below(static_cast<std::uint64_t>(bound))); }
  /// Uniform in [low, high].
  int between(int low, int high) { return low + below(high - low + 1); }
  bool permille(int parts) { return below(1000) < parts; }
  bool ppm(int parts) { return below(1'000'000) < parts; }
  std::uint64_t bits() { return stream_.next(); }
  std::int64_t wide_below(std::int64_t bound) {
    return static_cast<std::int64_t>(stream_.below(static_cast<std::uint64_t>(bound)));
  }

  /// Index drawn in proportion to non-negative weights, whose sum is positive.
  template <typename Weights>
  std::size_t weighted(const Weights& weights) {
    std::int64_t sum = 0;
    for (const auto weight : weights) sum += weight;
    std::int64_t left = wide_below(sum);
    std::size_t index = 0;
    for (const auto weight : weights) {
      left -= weight;
      if (left < 0) return index;
      ++index;
    }
    return index - 1;
  }

  /// A bell-shaped integer around 0 (sum of four uniforms), within ±2·spread, standard deviation about 1.15 · spread.
  int bell(int spread) {
    int sum = 0;
    for (int i = 0; i < 4; ++i) sum += between(-spread, spread);
    return sum / 2;
  }

 private:
  RandomStream stream_;
};

}  // namespace songtan::synth
