// Loads: what has been brought in. One load is one delivered file: a folder DATA/loads/<source>/<load id>/ with a
// Parquet part or more per record kind, issues.parquet and load.json. A load is there whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"

namespace songtan::ingest {

/// Counts of one delivered column, for scorecards.
struct LoadColumn {
  std::string name;
  std::int64_t filled = 0;
  std::int64_t bad = 0;
};

struct Load {
  std::filesystem::path folder;
  std::filesystem::path standing;  ///< where the records lie that speak: `folder`, or less of it (ingest/standing.h)
  std::string id;                  ///< <delivery>.<full|delta>[.part].<12 hex of the file's sha256>
  std::string source;
  std::string file;  ///< name below extracts/<source>/
  std::string part;  ///< empty, or e.g. a county's code
  Day delivery;
  bool delta = false;
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::string sha256;
  std::string note_sha256;  ///< of a PostgreSQL source: of the note that asked for the copy; `sha256` is of the copy
  std::string contract_version;
  std::string contract_digest;
  std::int64_t rhythm_days = 0;  ///< as the contract had it
  std::string replaces;          ///< an earlier load of the same file name, kept as <id>.replaced.<its generation>
  int generation = 1;            ///< counts the loads of one file name
  std::map<std::string, std::int64_t> records;  ///< rows by record kind
  std::vector<LoadColumn> columns;
};

/// All loads of a DATA folder, by source and id. None yet is no error. Errors: bad_data load.damaged; environment.
Result<std::vector<Load>> list_loads(const std::filesystem::path& data);

/// The loads that speak on day `as_of`: of every source and part the newest full one delivered by then, and the deltas
/// of that day or later. A full without part ends every earlier load of its source; the first full of a part ends the
/// earlier fulls without part (docs/formats/source-contract.md). Order as given.
std::vector<Load> loads_on(const std::vector<Load>& loads, Day as_of);

/// Parquet files of one record kind (or "issues", "keys") in the canonical order: source, load, first row. May be empty.
/// Records come from where they stand, so that rows which later deliveries took away are not among them.
std::vector<std::filesystem::path> records_of(const std::vector<Load>& loads, std::string_view kind);

/// Takes a load away; one that it had replaced comes back, and with it exactly what spoke before. The delivered file is
/// not touched, and is loaded again by the next ingest that finds it. A kill leaves the load there or gone. Errors: usage load.unknown, load.ambiguous; environment.
Result<Load> undo_load(const std::filesystem::path& data, std::string_view id, std::string_view source = {});

}  // namespace songtan::ingest
