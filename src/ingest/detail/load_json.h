// load.json: the facts of one load, docs/formats/records.md.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "ingest/loads.h"

namespace songtan::ingest::detail {

inline constexpr int kLoadFormat = 1;

std::string json_of(const Load& load);

/// Errors: bad_data load.damaged with the folder.
Result<Load> read_load(const std::filesystem::path& folder);

}  // namespace songtan::ingest::detail
