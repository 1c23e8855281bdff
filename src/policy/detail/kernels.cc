#include "policy/detail/kernels.h"

// Machine versions are chosen when the program starts; sanitizers do not get along with that.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define FLAT __attribute__((optimize("O3"), target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FLAT
#endif

namespace songtan::policy::detail::kernels {

FLAT void add(I* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] + b[i];
}
FLAT void subtract(I* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] - b[i];
}
FLAT void multiply(I* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] * b[i];
}
FLAT void scale(I* __restrict out, const I* a, I factor, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] * factor;
}
FLAT void smaller(I* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? a[i] : b[i];
}
FLAT void larger(I* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] > b[i] ? a[i] : b[i];
}
FLAT void less(B* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? 1 : 0;
}
FLAT void less_equal(B* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] <= b[i] ? 1 : 0;
}
FLAT void equal(B* __restrict out, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] == b[i] ? 1 : 0;
}
FLAT void equal_bytes(B* __restrict out, const B* a, const B* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<B>((a[i] ^ b[i]) ^ 1);
}
FLAT void both(B* __restrict out, const B* a, const B* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] & b[i];
}
FLAT void either(B* __restrict out, const B* a, const B* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] | b[i];
}
FLAT void negation(B* __restrict out, const B* a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = a[i] ^ 1;
}
FLAT void select(I* __restrict out, const B* when, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = when[i] != 0 ? a[i] : b[i];
}
FLAT void select_bytes(B* __restrict out, const B* when, const B* a, const B* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = when[i] != 0 ? a[i] : b[i];
}
FLAT void bytes_of(B* __restrict out, const I* values, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = values[i] != 0 ? 1 : 0;
}
FLAT void known_or(I* __restrict out, const I* values, const B* known, I otherwise, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = known[i] != 0 ? values[i] : otherwise;
}

FLAT void select_least(I* __restrict out, const B* surely, const B* possibly, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const I least = a[i] < b[i] ? a[i] : b[i];
    out[i] = surely[i] != 0 ? a[i] : possibly[i] != 0 ? least : b[i];
  }
}
FLAT void select_most(I* __restrict out, const B* surely, const B* possibly, const I* a, const I* b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const I most = a[i] > b[i] ? a[i] : b[i];
    out[i] = surely[i] != 0 ? a[i] : possibly[i] != 0 ? most : b[i];
  }
}
FLAT void select_least_bytes(B* __restrict out, const B* surely, const B* possibly, const B* a, const B* b,
                             std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const B least = a[i] & b[i];
    out[i] = surely[i] != 0 ? a[i] : possibly[i] != 0 ? least : b[i];
  }
}
FLAT void select_most_bytes(B* __restrict out, const B* surely, const B* possibly, const B* a, const B* b,
                            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const B most = a[i] | b[i];
    out[i] = surely[i] != 0 ? a[i] : possibly[i] != 0 ? most : b[i];
  }
}
FLAT void known_or_column(I* __restrict out, const I* values, const B* known, const I* otherwise, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = known[i] != 0 ? values[i] : otherwise[i];
}
FLAT void bytes_known_or(B* __restrict out, const I* values, const B* known, const B* otherwise, B constant,
                         std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const B given = values[i] != 0 ? 1 : 0;
    const B stand_in = otherwise == nullptr ? constant : otherwise[i];
    out[i] = known[i] != 0 ? given : stand_in;
  }
}
FLAT void multiply_ends(I* __restrict low, I* __restrict high, const I* al, const I* ah, const I* bl, const I* bh,
                        std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const I p = al[i] * bl[i], q = al[i] * bh[i], r = ah[i] * bl[i], s = ah[i] * bh[i];
    const I least = p < q ? p : q, lesser = r < s ? r : s;
    const I most = p > q ? p : q, more = r > s ? r : s;
    low[i] = least < lesser ? least : lesser;
    high[i] = most > more ? most : more;
  }
}
FLAT void negative(I* __restrict out, const I* a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = -a[i];
}
FLAT void absolute_least(I* __restrict out, const I* low, const I* high, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const I nearest = low[i] > -high[i] ? low[i] : -high[i];
    out[i] = nearest > 0 ? nearest : 0;
  }
}
FLAT void absolute_most(I* __restrict out, const I* low, const I* high, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = -low[i] > high[i] ? -low[i] : high[i];
}
FLAT void surely_equal(B* __restrict out, const I* al, const I* ah, const I* bl, const I* bh, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = al[i] == ah[i] && bl[i] == bh[i] && al[i] == bl[i] ? 1 : 0;
}
FLAT void possibly_equal(B* __restrict out, const I* al, const I* ah, const I* bl, const I* bh, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = ah[i] >= bl[i] && bh[i] >= al[i] ? 1 : 0;
}
FLAT void or_surely_is(B* __restrict out, const I* low, const I* high, I member, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] |= low[i] == member && high[i] == member ? B{1} : B{0};
}
FLAT void or_possibly_is(B* __restrict out, const I* low, const I* high, I member, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] |= low[i] <= member && member <= high[i] ? B{1} : B{0};
}

FLAT void marginal(I* __restrict out, const I* x, const I* from, const I* steps, std::size_t levels, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = 0;
  for (std::size_t k = 0; k < levels; ++k) {
    const I start = from[k];
    const I step = steps[k];
    for (std::size_t i = 0; i < n; ++i) out[i] += x[i] > start ? (x[i] - start) * step : 0;
  }
}

namespace {

constexpr std::size_t kTile = 64;

/// The last level whose threshold is ≤ x, level 0 where x lies below all: a tile of rows at a time, each halving as one
/// loop over the tile.
FLAT void search_tile(I* __restrict at, const I* x, const I* from, std::size_t levels, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) at[i] = 0;
  for (std::size_t left = levels; left > 1;) {
    const auto half = static_cast<I>(left / 2);
    for (std::size_t i = 0; i < n; ++i) at[i] += from[at[i] + half] <= x[i] ? half : 0;
    left -= left / 2;
  }
}

/// Division of values ≥ 0 by a constant: multiplication by its reciprocal (Granlund and Montgomery 1994).
class Divisor {
 public:
  explicit Divisor(std::uint64_t d) : d_(d) {
    while ((std::uint64_t{1} << shift_) < d && shift_ < 63) ++shift_;
    const auto top = static_cast<Wide>(1) << (63 + shift_);
    reciprocal_ = static_cast<std::uint64_t>((top + d - 1) / d);
  }
  /// x / d for x < 2^63, d ≤ 2^62.
  std::uint64_t operator()(std::uint64_t x) const {
    return static_cast<std::uint64_t>((static_cast<Wide>(x) * reciprocal_) >> 64) >> (shift_ - 1);
  }
  bool is_one() const { return d_ == 1; }

 private:
  __extension__ using Wide = unsigned __int128;
  std::uint64_t d_ = 1;
  int shift_ = 0;
  std::uint64_t reciprocal_ = 0;
};

/// Floor of a / d for any sign.
I floor_by(const Divisor& by, I a) {
  const auto below = static_cast<I>(a < 0);  // a < 0: -1 - ((-1 - a) / d)
  const I folded = a ^ -below;
  return static_cast<I>(by(static_cast<std::uint64_t>(folded))) ^ -below;
}

I divide_row(I a, I b, Rounding rounding) {
  I quotient = a / b;
  I rest = a % b;
  if (rest < 0) {
    rest += b;
    --quotient;
  }
  switch (rounding) {
    case Rounding::down: return quotient;
    case Rounding::up: return quotient + (rest != 0 ? 1 : 0);
    case Rounding::half_up: return quotient + (rest > b - rest || (rest == b - rest && a > 0) ? 1 : 0);
    case Rounding::half_even: return quotient + (rest > b - rest || (rest == b - rest && (quotient & 1) != 0) ? 1 : 0);
  }
  return quotient;
}

}  // namespace

FLAT void marginal_by_search(I* __restrict out, const I* x, const I* from, const I* base, const I* rate,
                             std::size_t levels, std::size_t n) {
  I at[kTile];
  for (std::size_t begin = 0; begin < n; begin += kTile) {
    const std::size_t rows = n - begin < kTile ? n - begin : kTile;
    search_tile(at, x + begin, from, levels, rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const I above = x[begin + i] - from[at[i]];
      out[begin + i] = above > 0 ? base[at[i]] + above * rate[at[i]] : 0;
    }
  }
}

FLAT void level_of(I* __restrict out, const I* x, const I* from, const I* rate, std::size_t levels, bool times,
                   std::size_t n) {
  I at[kTile];
  for (std::size_t begin = 0; begin < n; begin += kTile) {
    const std::size_t rows = n - begin < kTile ? n - begin : kTile;
    search_tile(at, x + begin, from, levels, rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const I value = x[begin + i] >= from[at[i]] ? rate[at[i]] : 0;
      out[begin + i] = times ? x[begin + i] * value : value;
    }
  }
}

FLAT void class_of(I* __restrict out, const I* keys, const I* breaks, std::size_t count, I size, std::size_t n) {
  I at[kTile];
  for (std::size_t begin = 0; begin < n; begin += kTile) {
    const std::size_t rows = n - begin < kTile ? n - begin : kTile;
    if (count > 0) search_tile(at, keys + begin, breaks, count, rows);
    for (std::size_t i = 0; i < rows; ++i) {
      const I place = count == 0 ? 0 : at[i] + (breaks[at[i]] <= keys[begin + i] ? 1 : 0);
      out[begin + i] = out[begin + i] * size + place;
    }
  }
}
FLAT void class_of_code(I* __restrict out, const I* keys, I codes, I size, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = out[i] * size + (keys[i] >= 0 && keys[i] < codes ? keys[i] : codes);
}

FLAT bool all_set(const B* known, std::size_t n) {
  B all = 1;
  for (std::size_t i = 0; i < n; ++i) all &= known[i] != 0 ? B{1} : B{0};
  return all != 0;
}
FLAT bool any_set(const B* flags, std::size_t n) {
  B any = 0;
  for (std::size_t i = 0; i < n; ++i) any |= flags[i];
  return any != 0;
}
FLAT void is_role(B* __restrict out, const B* roles, B role, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = roles[i] == role ? 1 : 0;
}

FLAT std::pair<I, I> span(const I* values, const B* known, std::size_t n) {
  I least = 0, most = 0;
  if (known == nullptr) {
    for (std::size_t i = 0; i < n; ++i) {
      least = values[i] < least ? values[i] : least;
      most = values[i] > most ? values[i] : most;
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      const I value = known[i] != 0 ? values[i] : 0;
      least = value < least ? value : least;
      most = value > most ? value : most;
    }
  }
  return {least, most};
}

FLAT void ages(I* __restrict out, const I* births, I first, const std::int16_t* years, std::size_t count,
               B* __restrict outside, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::uint64_t>(births[i] - first);
    outside[i] = at < count ? 0 : 1;
    out[i] = years[at < count ? at : 0];
  }
}

void divide_by(I* __restrict out, const I* a, I factor, I divisor, I grain, Rounding rounding, std::size_t n) {
  if (divisor == 1) {
    for (std::size_t i = 0; i < n; ++i) out[i] = a[i] * factor * grain;
    return;
  }
  const Divisor by(static_cast<std::uint64_t>(divisor));
  const I half = divisor / 2, below_half = (divisor - 1) / 2;
  switch (rounding) {
    case Rounding::down:
      for (std::size_t i = 0; i < n; ++i) out[i] = floor_by(by, a[i] * factor) * grain;
      return;
    case Rounding::up:
      for (std::size_t i = 0; i < n; ++i) out[i] = -floor_by(by, -(a[i] * factor)) * grain;
      return;
    case Rounding::half_up:
      for (std::size_t i = 0; i < n; ++i) {
        const I top = a[i] * factor;
        out[i] = floor_by(by, top + (top > 0 ? half : below_half)) * grain;
      }
      return;
    case Rounding::half_even:
      for (std::size_t i = 0; i < n; ++i) {
        const I top = a[i] * factor;
        const I quotient = floor_by(by, top + half);
        const bool tie = half * 2 == divisor && quotient * divisor - top == half;
        out[i] = (quotient - (tie ? quotient & 1 : 0)) * grain;
      }
      return;
  }
}

void divide(I* __restrict out, const I* a, const I* b, I factor, I divisor, I grain, Rounding rounding, B* bad,
            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    bad[i] = b[i] > 0 ? 0 : 1;
    out[i] = bad[i] != 0 ? 0 : divide_row(a[i] * factor, b[i] * divisor, rounding) * grain;
  }
}

void sum_groups(I* __restrict out, const I* values, const B* in, const I* offsets, I first, std::size_t groups,
                I* __restrict running) {
  const auto rows = static_cast<std::size_t>(offsets[groups] - offsets[0]);
  std::uint64_t sum = 0;  // may wrap on the way; each difference is right
  running[0] = 0;
  if (in == nullptr) {
    for (std::size_t i = 0; i < rows; ++i)
      running[i + 1] = static_cast<I>(sum += static_cast<std::uint64_t>(values[i]));
  } else {
    for (std::size_t i = 0; i < rows; ++i)
      running[i + 1] = static_cast<I>(sum += static_cast<std::uint64_t>(in[i] != 0 ? values[i] : 0));
  }
  const I* from = running - first;
  for (std::size_t g = 0; g < groups; ++g)
    out[g] =
        static_cast<I>(static_cast<std::uint64_t>(from[offsets[g + 1]]) - static_cast<std::uint64_t>(from[offsets[g]]));
}

namespace {

void run_up(const B* in, std::size_t rows, std::int32_t* __restrict running) {
  std::int32_t count = 0;
  running[0] = 0;
  for (std::size_t i = 0; i < rows; ++i) running[i + 1] = count += in[i];
}

}  // namespace

void count_groups(I* __restrict out, const B* in, const I* offsets, I first, std::size_t groups,
                  std::int32_t* __restrict running) {
  if (in == nullptr) {
    for (std::size_t g = 0; g < groups; ++g) out[g] = offsets[g + 1] - offsets[g];
    return;
  }
  run_up(in, static_cast<std::size_t>(offsets[groups] - offsets[0]), running);
  for (std::size_t g = 0; g < groups; ++g) out[g] = running[offsets[g + 1] - first] - running[offsets[g] - first];
}

void any_groups(B* __restrict out, const B* in, const I* offsets, I first, std::size_t groups,
                std::int32_t* __restrict running) {
  run_up(in, static_cast<std::size_t>(offsets[groups] - offsets[0]), running);
  for (std::size_t g = 0; g < groups; ++g)
    out[g] = running[offsets[g + 1] - first] != running[offsets[g] - first] ? 1 : 0;
}

void groups_of_rows(std::int32_t* __restrict out, const I* offsets, I first, std::size_t groups) {
  for (std::size_t g = 0; g < groups; ++g) {
    for (I row = offsets[g] - first; row < offsets[g + 1] - first; ++row) out[row] = static_cast<std::int32_t>(g);
  }
}
FLAT void spread(I* __restrict out, const I* values, const std::int32_t* group, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = values[group[i]];
}
FLAT void spread_bytes(B* __restrict out, const B* values, const std::int32_t* group, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = values[group[i]];
}

}  // namespace songtan::policy::detail::kernels
