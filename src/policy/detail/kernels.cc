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

FLAT void marginal(I* __restrict out, const I* x, const I* from, const I* rate, std::size_t levels, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = 0;
  for (std::size_t k = 0; k < levels; ++k) {
    const I step = k == 0 ? rate[0] : rate[k] - rate[k - 1];  // each level adds to the rate above its threshold
    const I start = from[k];
    for (std::size_t i = 0; i < n; ++i) out[i] += x[i] > start ? (x[i] - start) * step : 0;
  }
}

FLAT bool all_set(const B* known, std::size_t n) {
  B all = 1;
  for (std::size_t i = 0; i < n; ++i) all &= known[i] != 0 ? B{1} : B{0};
  return all != 0;
}

FLAT bool within(const I* values, I bound, std::size_t n) {
  B outside = 0;
  for (std::size_t i = 0; i < n; ++i) outside |= values[i] > bound || values[i] < -bound ? B{1} : B{0};
  return outside == 0;
}

}  // namespace songtan::policy::detail::kernels
