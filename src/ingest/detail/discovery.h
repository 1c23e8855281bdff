// Which delivered files are there, and whose are they? In: --in and the contracts. Out: one entry per file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "ingest/contract.h"
#include "ingest/loads.h"

namespace songtan::ingest::detail {

struct DeliveredFile {
  const Contract* contract = nullptr;
  std::filesystem::path path;
  std::string name;
  Day delivery;
  bool delta = false;
  std::string part;
};

struct Delivery {
  std::vector<DeliveredFile> files;  ///< by source and name
  std::vector<Text> notes;
};

/// `loads`: what DATA holds already; a required source may rest on it. Errors: usage in.absent, in.no_extracts;
/// bad_data source.absent, file.name, file.unexpected, file.delivery_kind, file.key_clash.
Result<Delivery> find_deliveries(const std::filesystem::path& in, const std::vector<Contract>& contracts,
                                 const std::vector<Load>& loads);

}  // namespace songtan::ingest::detail
