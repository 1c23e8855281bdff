// Flat loops over columns, several machine versions each. In and out: arrays of n; no trouble, no bounds to check.
#pragma once

#include <cstddef>
#include <cstdint>

namespace songtan::policy::detail::kernels {

using I = std::int64_t;
using B = std::uint8_t;

void add(I* out, const I* a, const I* b, std::size_t n);
void subtract(I* out, const I* a, const I* b, std::size_t n);
void multiply(I* out, const I* a, const I* b, std::size_t n);
void scale(I* out, const I* a, I factor, std::size_t n);
void smaller(I* out, const I* a, const I* b, std::size_t n);
void larger(I* out, const I* a, const I* b, std::size_t n);
void less(B* out, const I* a, const I* b, std::size_t n);
void less_equal(B* out, const I* a, const I* b, std::size_t n);
void equal(B* out, const I* a, const I* b, std::size_t n);
void equal_bytes(B* out, const B* a, const B* b, std::size_t n);
void both(B* out, const B* a, const B* b, std::size_t n);
void either(B* out, const B* a, const B* b, std::size_t n);
void negation(B* out, const B* a, std::size_t n);
void select(I* out, const B* when, const I* a, const I* b, std::size_t n);
void select_bytes(B* out, const B* when, const B* a, const B* b, std::size_t n);
void bytes_of(B* out, const I* values, std::size_t n);
void known_or(I* out, const I* values, const B* known, I otherwise, std::size_t n);
/// Σ slices × rate, x below the first threshold gives 0.
void marginal(I* out, const I* x, const I* from, const I* rate, std::size_t levels, std::size_t n);
bool all_set(const B* known, std::size_t n);
bool within(const I* values, I bound, std::size_t n);

}  // namespace songtan::policy::detail::kernels
