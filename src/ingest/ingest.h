// Ingest: delivered files + contracts → standard records with lineage, and quality issues. In: --in DIR with
// extracts/<source>/<delivery>.<full|delta>[.part].<ext>. Out: DATA/loads/. Nothing else is read and nothing assumed.
// Cost: the bytes of a file three times (digest, scan, cut), its records once as Parquet; memory is one block a thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "ingest/contract.h"
#include "ingest/loads.h"

namespace songtan::ingest {

struct IngestLimits {
  std::int64_t row_bytes = std::int64_t{1} << 20;  ///< a longer row refuses the file
  std::int64_t header_cells = 4'096;
  std::int64_t block_bytes = std::int64_t{32} << 20;  ///< what one thread holds of a file
  std::int64_t block_rows = 245'760;
};

struct IngestRequest {
  std::filesystem::path pack;
  std::filesystem::path in;
  std::filesystem::path data;
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  IngestLimits limits = {};
};

enum class FileOutcome : std::uint8_t { loaded, known, replaced, refused };

struct FileReport {
  std::string source;
  std::string file;
  FileOutcome outcome = FileOutcome::loaded;
  std::string load;
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
  std::int64_t rejected = 0;
};

struct IngestReport {
  std::vector<FileReport> files;  ///< by source and file
  std::vector<Text> notes;        ///< e.g. folders under extracts/ that no contract names
};

/// Brings in every file that is not loaded yet. A file whose bytes and contract are known changes nothing; one whose
/// contract changed is loaded anew; a file name that comes with other bytes replaces its load (which undo brings back).
/// Files are independent: one that is refused leaves nothing, the others stay loaded, and the refusal is returned, the
/// first by source and file. Same bytes in DATA at any number of threads.
/// Errors: usage (no --in, no pack), bad_data (a required source without file, a refused file, a broken contract),
/// environment, interrupted (files finished so far stay).
Result<IngestReport> ingest(const IngestRequest& request, Progress& progress);

}  // namespace songtan::ingest
