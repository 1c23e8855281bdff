// The digest of a published night: one SHA-256 a table over its rows in key order, and one over these.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::night {

struct NightDigest {
  std::vector<std::pair<std::string, std::string>> tables;  ///< name, hex; in the order of the schemas
  std::string total;
};

/// Digest of the tables below `night` (a published or complete night folder). It depends on the rows alone: not on the
/// Parquet layout, the threads or the number of parts. Cost: one sequential read of every table.
Result<NightDigest> digest_of_night(table::Session& session, const std::filesystem::path& night);

/// Digest of the rows of one query, in the order given. Column names and types are part of it.
Result<std::string> digest_of_rows(table::Session& session, const std::string& select);

}  // namespace songtan::night
