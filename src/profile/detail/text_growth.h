// How long a text can become that a pack's SELECT builds. DuckDB's memory limit does not count the bytes of one text or
// list, so what multiplies texts is bounded before anything runs.
#pragma once

#include <cstdint>
#include <string_view>

namespace songtan::profile::detail {

/// Bytes that one value of the statement can reach at most, a column of a relation counting as 400; `tree` is what
/// json_serialize_sql yields. Saturates far above any limit.
std::int64_t text_bound(std::string_view tree);

inline constexpr std::int64_t kLongestText = std::int64_t{1} << 20;

}  // namespace songtan::profile::detail
