#include "base/durable.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace songtan {
namespace fs = std::filesystem;
namespace {

// `--out DIR` may be a bare name.
fs::path parent_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

}  // namespace

std::unexpected<Error> disk_error(const fs::path& path, int code) {
  Error error;
  error.outcome = Outcome::environment;
  error.code = "disk";
  error.file = path.string();
  error.message = {fmt::format("磁盘操作失败（{}）", std::strerror(code)),
                   fmt::format("the disk refused ({})", std::strerror(code))};
  error.mend = {"检查磁盘空间与读写权限", "check disk space and permissions"};
  return std::unexpected<Error>(std::move(error));
}

Result<void> make_private_folder(const fs::path& folder) {
  std::error_code code;
  if (fs::is_directory(folder, code)) return {};
  TRY_VOID(make_private_folder(parent_of(folder)));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return disk_error(folder, errno);
  return sync_to_disk(parent_of(folder));
}

Result<void> sync_to_disk(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return disk_error(path, errno);
  const int done = ::fsync(file);
  const int code = errno;
  ::close(file);
  if (done != 0) return disk_error(path, code);
  return {};
}

Result<void> put_in_place(const fs::path& folder, const fs::path& target) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) TRY_VOID(sync_to_disk(entry.path()));
  TRY_VOID(sync_to_disk(folder));
  const fs::path parent = parent_of(target);
  TRY_VOID(make_private_folder(parent));
  std::error_code code;
  fs::rename(folder, target, code);
  if (code) return disk_error(target, code.value());
  return sync_to_disk(parent);
}

Result<void> write_file_atomically(const fs::path& file, const std::string& content) {
  const fs::path partial = file.string() + ".part";
  const int handle = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (handle < 0) return disk_error(partial, errno);
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t count = ::write(handle, content.data() + written, content.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  const bool whole = written == content.size() && ::fsync(handle) == 0;
  const int code = errno;
  ::close(handle);
  if (!whole) return disk_error(partial, code);
  std::error_code renamed;
  fs::rename(partial, file, renamed);
  if (renamed) return disk_error(file, renamed.value());
  return sync_to_disk(parent_of(file));
}

}  // namespace songtan
