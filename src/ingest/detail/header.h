// The delivered header against the contract. Out: which delivered cell belongs to which column, or a refusal that says
// what changed and what to write into the contract if the change is meant (drift is never adopted by itself).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/contract.h"
#include "ingest/detail/drift.h"

namespace songtan::ingest::detail {

/// positions[i]: delivered position of contract column i, or -1 for an optional column that is not there.
struct HeaderMap {
  std::vector<int> positions;
  bool reordered = false;
};

/// Reads some rows when the header has drifted, so that columns can be judged by their values.
using SampleMaker = std::function<DeliveredSample()>;

/// Errors: bad_data header.delimiter, header.absent, header.duplicated, header.empty_name; with a proposal
/// header.renamed, header.missing, header.unknown.
Result<HeaderMap> match_header(const Contract& contract, const std::vector<std::string>& delivered,
                               const std::filesystem::path& file, const SampleMaker& sample);

}  // namespace songtan::ingest::detail
