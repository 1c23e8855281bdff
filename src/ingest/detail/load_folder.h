// The folder of one load while it is made: written under a name that no reader looks at, then flushed and renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "ingest/loads.h"

namespace songtan::ingest::detail {

inline constexpr std::string_view kUnfinishedPrefix = ".unfinished-";
inline constexpr std::string_view kReplacedMark = ".replaced.";

/// Where a replaced load waits for the undo: the same bytes may be replaced more than once.
std::filesystem::path aside_folder(const std::filesystem::path& source, const std::string& load, int generation);

std::filesystem::path unfinished_folder(const std::filesystem::path& data, const std::string& source,
                                        const std::string& load);

/// Creates the folder empty, mode 0700 like all of DATA.
Result<void> begin_load(const std::filesystem::path& folder);

/// Writes load.json into `folder`, flushes every file to the disk and puts the folder in place under its id. An older
/// load that it replaces is set aside first.
Result<void> finish_load(const std::filesystem::path& folder, Load& load);

/// Removes what killed runs left of a DATA folder.
Result<void> sweep_unfinished(const std::filesystem::path& data);

/// Holds DATA/loads against a second ingest; released when it goes.
class LoadsLock {
 public:
  static Result<LoadsLock> take(const std::filesystem::path& data);
  LoadsLock(LoadsLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  LoadsLock& operator=(LoadsLock&&) = delete;
  ~LoadsLock();

 private:
  explicit LoadsLock(int file) : file_(file) {}
  int file_;
};

}  // namespace songtan::ingest::detail
