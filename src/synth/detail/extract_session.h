// Sessions in which the pack's SQL runs: DuckDB plus two functions that draw by hash. In: a seed. Out: a Session where
// draw('purpose', id) is uniform in [0, 1,000,000) and scatter('purpose', id) a non-negative 62-bit hash.
#pragma once

#include <string>
#include <string_view>

#include "synth/extracts.h"
#include "table/session.h"

namespace songtan::synth::detail {

Result<table::Session> open_extract_session(const ExtractPlan& plan, const ExtractResources& resources);

/// What one of `threads` tasks that run side by side, each with one thread, may use.
ExtractResources share_of(const ExtractResources& resources);

/// SQL text with $as_of, $delivery and the profile's $uncertified_death_ppm put in.
std::string with_parameters(std::string_view sql, const ExtractPlan& plan, Day delivery);

/// SQL of a whole number between five quantiles (0, 25, 50, 75, 100 %), for a uniform `draw` in [0, 1,000,000).
std::string between_quantiles(const std::vector<std::int64_t>& quantiles, std::string_view draw);

/// read_parquet of `path`: a file, or all Parquet files below a folder.
std::string parquet_at(const std::filesystem::path& path);

/// DATE '…'.
std::string sql_date(Day day);

/// An Error that names the pack's file section whose SQL failed.
std::unexpected<Error> in_section(Error error, std::string_view section);

/// Creates a folder that need not exist.
Result<void> make_folder(const std::filesystem::path& folder);

}  // namespace songtan::synth::detail
