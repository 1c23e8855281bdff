// How many people of each sex and year of age are still to be placed in a county. Drawing from it makes the census
// margins exact by construction.
#pragma once

#include <array>
#include <cstdint>

#include "synth/detail/draw.h"
#include "synth/detail/world.h"

namespace songtan::synth {

/// Splits `total` in proportion to weights by largest remainder, ties to the earlier; the parts sum to `total`.
/// Weights must not all be 0 unless total is 0.
std::vector<std::int64_t> shared_out(std::int64_t total, const std::vector<std::int64_t>& weights);

/// Ages that are allowed and the age that is likeliest.
struct AgeWindow {
  int low = 0;
  int high = kEldest;
  int centre = 30;
  int spread = 3;  ///< 0: every age alike
};

class Quota {
 public:
  /// n people with the county's sex and age structure.
  Quota(const County& county, std::int64_t n);

  /// Takes one person out; −1 if nobody of that sex is left in the window.
  int take(Draw& draw, Sex sex, const AgeWindow& window);
  /// Any sex, in proportion to what is left; {-1, …} if nobody is left.
  struct Taken {
    int age = -1;
    Sex sex = kMale;
  };
  Taken take_any(Draw& draw, int low, int high);
  std::int64_t left(int low, int high) const;
  std::int64_t left() const { return left(0, kEldest); }

 private:
  std::array<std::array<std::int32_t, kEldest + 1>, 2> counts_{};
};

}  // namespace songtan::synth
