// Refusals of a file or a contract: an Error with its place, built in one line.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "base/result.h"

namespace songtan::ingest::detail {

/// A bad_data error about one file.
inline Error refusal(const std::filesystem::path& file, std::string code, Text message, Text mend) {
  Error error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.mend = std::move(mend);
  error.file = file.string();
  return error;
}

/// A person wished to stop; what is finished stays.
inline Error interruption() {
  Error error;
  error.outcome = Outcome::interrupted;
  error.code = "interrupted";
  error.message = {"已中断，可继续", "interrupted; it can be resumed"};
  error.mend = {"再次运行同一命令", "run the same command again"};
  return error;
}

/// The machine said no (disk, rights); `doing` names the act.
inline Error environment_error(const std::filesystem::path& file, const Text& doing) {
  Error error = refusal(file, "file.access", {doing.zh + "失败", "cannot " + doing.en},
                        {"检查路径、磁盘空间与权限", "check the path, the disk's space and the rights"});
  error.outcome = Outcome::environment;
  return error;
}

}  // namespace songtan::ingest::detail
