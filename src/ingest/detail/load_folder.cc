#include "ingest/detail/load_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <vector>

#include "base/durable.h"
#include "ingest/detail/load_json.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {

namespace fs = std::filesystem;

fs::path unfinished_folder(const fs::path& data, const std::string& source, const std::string& load) {
  return data / "loads" / source / (std::string(kUnfinishedPrefix) + load);
}

fs::path aside_folder(const fs::path& source, const std::string& load, int generation) {
  return source / (load + std::string(kReplacedMark) + std::to_string(generation));
}

Result<void> begin_load(const fs::path& folder) {
  std::error_code code;
  fs::remove_all(folder, code);
  if (code) return fail(environment_error(folder, {"清除旧文件夹", "remove the old folder"}));
  return make_private_folder(folder);
}

namespace {

// The same file under a changed contract meets its older load: the two folders change places in one step.
Result<void> put_in_place(const fs::path& folder, const fs::path& target) {
  if (::rename(folder.c_str(), target.c_str()) == 0) return {};
  std::error_code code;
  if (::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) != 0) {
    // File systems without exchange: a kill in between loses only what the delivered file gives again.
    const fs::path old = folder.string() + ".old";
    fs::remove_all(old, code);
    fs::rename(target, old, code);
    if (!code) fs::rename(folder, target, code);
    if (code) return fail(environment_error(target, {"放置批次", "put the load in place"}));
    fs::remove_all(old, code);
    return {};
  }
  fs::remove_all(folder, code);
  return {};
}

}  // namespace

Result<void> finish_load(const fs::path& folder, Load& load) {
  {
    std::ofstream stream(folder / "load.json", std::ios::binary | std::ios::trunc);
    stream << json_of(load);
    stream.flush();
    if (!stream) return fail(environment_error(folder / "load.json", {"写入文件", "write the file"}));
  }
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) TRY_VOID(sync_to_disk(entry.path()));
  TRY_VOID(sync_to_disk(folder));
  const fs::path parent = folder.parent_path();
  const fs::path target = parent / load.id;
  TRY_VOID(put_in_place(folder, target));
  // Until this rename both loads are there; list_loads already passes over the one that is replaced.
  if (!load.replaces.empty() && fs::exists(parent / load.replaces, code)) {
    const fs::path aside = aside_folder(parent, load.replaces, load.generation - 1);
    fs::remove_all(aside, code);
    fs::rename(parent / load.replaces, aside, code);
    if (code) return fail(environment_error(aside, {"搁置旧批次", "set the older load aside"}));
  }
  TRY_VOID(sync_to_disk(parent));
  load.folder = target;
  return {};
}

Result<void> sweep_unfinished(const fs::path& data) {
  std::error_code code;
  std::vector<fs::path> left;
  for (const auto& source : fs::directory_iterator(data / "loads", code)) {
    if (!source.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(source.path(), code)) {
      if (entry.path().filename().string().starts_with(kUnfinishedPrefix)) left.push_back(entry.path());
    }
  }
  for (const fs::path& folder : left) {
    fs::remove_all(folder, code);
    if (code) return fail(environment_error(folder, {"删除未完成的批次", "remove an unfinished load"}));
  }
  return {};
}

Result<LoadsLock> LoadsLock::take(const fs::path& data) {
  const fs::path folder = data / "loads";
  TRY_VOID(make_private_folder(folder));
  std::error_code code;
  fs::permissions(data, fs::perms::owner_all, code);
  if (code) return fail(environment_error(data, {"收紧权限", "restrict the rights"}));
  const fs::path path = folder / ".lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(environment_error(path, {"打开 DATA 文件夹", "open the DATA folder"}));
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return LoadsLock(file);
  const bool held = errno == EWOULDBLOCK;
  ::close(file);
  if (!held) return fail(environment_error(path, {"锁定 DATA 文件夹", "lock the DATA folder"}));
  Error error =
      refusal(path, "data.locked", {"另一个进程正在向这个 DATA 导入", "another process is loading into this DATA"},
              {"等它结束，或换一个 --data", "wait until it ends, or name another --data"});
  error.outcome = Outcome::environment;
  return fail(std::move(error));
}

LoadsLock::~LoadsLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace songtan::ingest::detail
