// Made-up people for the linkage benchmark: names from syllables, errors as clerks make them. Nobody in it exists.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace songtan::bench {

/// Writes `count` records (unique_id, first_name, surname, dob, city, postcode, occupation) of about 0.7·count people.
/// The same bytes for the same count and seed.
Result<void> write_bench_records(std::int64_t count, std::uint64_t seed, const std::filesystem::path& file);

}  // namespace songtan::bench
