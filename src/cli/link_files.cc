#include "cli/link_files.h"

#include <cstdint>

namespace songtan::cli {

Result<link::LinkFiles> link_files(const std::vector<std::string>& in, const std::string& id,
                                   const Resources& resources) {
  TRY(const std::int64_t memory, resources.memory_bytes());
  link::LinkFiles files;
  files.in.assign(in.begin(), in.end());
  files.id_column = id;
  files.threads = resources.thread_count();
  files.memory_bytes = memory;
  return files;
}

}  // namespace songtan::cli
