// What a plan looks up, laid out for loops over columns. In: parameters, scales, days, columns. Out: dense tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "policy/detail/plan.h"

namespace songtan::policy::detail {

/// A keyed parameter's rows in force as an array; nothing where it would have more than 4,000,000 cells.
std::optional<DenseTable> dense_table(const Law& law, const Parameter& parameter,
                                      std::span<const ParameterRow* const> rows);
AgeTable age_table(std::int64_t day);
ScaleTable scale_table(const ScaleVersion& scale, Op op);
/// Least and largest known value of a column, 0 included. Cost: one pass, in parallel.
std::pair<std::int64_t, std::int64_t> span_of(const InputColumn& column, int threads);

}  // namespace songtan::policy::detail
