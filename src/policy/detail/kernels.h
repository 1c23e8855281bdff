// Flat loops over columns, several machine versions each. In and out: arrays of n; no trouble, no bounds to check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/money.h"

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
/// Unsettled conditions choose the smaller (or larger) of both branches.
void select_least(I* out, const B* surely, const B* possibly, const I* a, const I* b, std::size_t n);
void select_most(I* out, const B* surely, const B* possibly, const I* a, const I* b, std::size_t n);
void select_least_bytes(B* out, const B* surely, const B* possibly, const B* a, const B* b, std::size_t n);
void select_most_bytes(B* out, const B* surely, const B* possibly, const B* a, const B* b, std::size_t n);
void known_or_column(I* out, const I* values, const B* known, const I* otherwise, std::size_t n);
void bytes_known_or(B* out, const I* values, const B* known, const B* otherwise, B constant, std::size_t n);
/// Products of intervals: the least and the largest of the four.
void multiply_ends(I* low, I* high, const I* al, const I* ah, const I* bl, const I* bh, std::size_t n);
void negative(I* out, const I* a, std::size_t n);
void absolute_least(I* out, const I* low, const I* high, std::size_t n);
void absolute_most(I* out, const I* low, const I* high, std::size_t n);
/// Equality of intervals: surely (each a single, equal value) or possibly (they meet).
void surely_equal(B* out, const I* al, const I* ah, const I* bl, const I* bh, std::size_t n);
void possibly_equal(B* out, const I* al, const I* ah, const I* bl, const I* bh, std::size_t n);
void or_surely_is(B* out, const I* low, const I* high, I member, std::size_t n);
void or_possibly_is(B* out, const I* low, const I* high, I member, std::size_t n);
/// Σ slices × rate, x below the first threshold gives 0. steps: how much each level adds to the rate above it.
void marginal(I* out, const I* x, const I* from, const I* steps, std::size_t levels, std::size_t n);
/// The same with many levels: base[k] + (x - from[k]) × rate[k] of the level found by halving.
void marginal_by_search(I* out, const I* x, const I* from, const I* base, const I* rate, std::size_t levels,
                        std::size_t n);
/// Value of the level that x lies in, 0 below the first; times x when `times`.
void level_of(I* out, const I* x, const I* from, const I* rate, std::size_t levels, bool times, std::size_t n);
/// Index of the class of each key: number of breaks ≤ key (0 … count).
void class_of(I* out, const I* keys, const I* breaks, std::size_t count, I size, std::size_t n);
void class_of_code(I* out, const I* keys, I codes, I size, std::size_t n);
bool all_set(const B* known, std::size_t n);
bool any_set(const B* flags, std::size_t n);
void is_role(B* out, const B* roles, B role, std::size_t n);
/// Least and largest of the known values (all, without `known`), 0 included.
std::pair<I, I> span(const I* values, const B* known, std::size_t n);
void ages(I* out, const I* births, I first, const std::int16_t* years, std::size_t count, B* outside, std::size_t n);

/// a·factor / divisor in multiples of grain, rounded; both positive, |a·factor| ≤ 2^62, divisor ≤ 2^62.
void divide_by(I* out, const I* a, I factor, I divisor, I grain, Rounding rounding, std::size_t n);
/// a·factor / (b·divisor); rows whose b is not positive are marked in `bad` and left 0.
void divide(I* out, const I* a, const I* b, I factor, I divisor, I grain, Rounding rounding, B* bad, std::size_t n);

/// Sums over ranges of rows [offsets[g] - first, offsets[g + 1] - first): differences of running sums, so that small
/// groups cost no branches. `running` holds rows + 1.
void sum_groups(I* out, const I* values, const B* in, const I* offsets, I first, std::size_t groups, I* running);
void count_groups(I* out, const B* in, const I* offsets, I first, std::size_t groups, std::int32_t* running);
/// 1 where some row of the group is set.
void any_groups(B* out, const B* in, const I* offsets, I first, std::size_t groups, std::int32_t* running);
/// Group of each row, from 0.
void groups_of_rows(std::int32_t* out, const I* offsets, I first, std::size_t groups);
void spread(I* out, const I* values, const std::int32_t* group, std::size_t n);
void spread_bytes(B* out, const B* values, const std::int32_t* group, std::size_t n);

}  // namespace songtan::policy::detail::kernels
