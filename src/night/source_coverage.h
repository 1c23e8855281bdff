// What the absence of a row means on a day: contracts (what a source covers, its rhythm, its word for absence) joined
// with what was delivered.
#pragma once

#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "ingest/contract.h"
#include "ingest/loads.h"
#include "profile/coverage.h"
#include "synth/extracts.h"

namespace songtan::night {

/// One delivery that counts: its source, its part (a division code, or empty) and its day.
struct Delivery {
  std::string source;
  std::string part;
  Day day;
};

std::vector<Delivery> deliveries_of(const std::vector<ingest::Load>& loads);

/// Of files named <delivery-date>.<full|delta>[.part].<ext>.
Result<std::vector<Delivery>> deliveries_of(const std::vector<synth::ExtractFileCount>& files);

/// For each contract and region: the newest delivery. A source that comes in parts by division covers the divisions
/// that came; any other covers what its contract says.
std::vector<profile::SourceCoverage> coverage_of(const std::vector<ingest::Contract>& contracts,
                                                 const std::vector<Delivery>& deliveries);

}  // namespace songtan::night
