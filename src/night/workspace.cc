#include "night/workspace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <tuple>

#include "base/durable.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> folders_in(const fs::path& parent) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(parent, code)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && !name.starts_with(".")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Its place among all publications of the folder; 0 if the record is damaged.
std::int64_t sequence_of(const fs::path& night) {
  std::ifstream in(night / kPublicationRecord);
  const auto record = nlohmann::json::parse(in, nullptr, false);
  if (!record.is_object() || !record.contains("sequence") || !record["sequence"].is_number_integer()) return 0;
  return record["sequence"].get<std::int64_t>();
}

constexpr std::size_t kDateDigits = 10;  // ids begin with the date

}  // namespace

Result<Workspace> Workspace::open(const fs::path& data) {
  for (const fs::path& folder : {data, data / "nights", data / "work", data / "loads"})
    TRY_VOID(make_private_folder(folder));
  Workspace workspace(data);
  workspace.lock_ = ::open((data / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (workspace.lock_ < 0) return disk_error(data / "lock", errno);
  if (::flock(workspace.lock_, LOCK_EX | LOCK_NB) == 0) return workspace;
  if (errno != EWOULDBLOCK) return disk_error(data / "lock", errno);
  return fail(
      Outcome::environment, "data.locked",
      {"另一个进程正在使用数据目录 " + data.string(), "another process works in the data folder " + data.string()},
      {"等它结束后再运行", "run again when it has ended"});
}

Result<Workspace> Workspace::read(const fs::path& data) {
  std::error_code code;
  if (fs::is_directory(data, code)) return Workspace(data);
  return fail(Outcome::usage, "data.absent",
              {"数据目录不存在：" + data.string(), "there is no data folder " + data.string()},
              {"先运行 songtan night，或改正 --data", "run songtan night first, or correct --data"});
}

Workspace::Workspace(Workspace&& other) noexcept
    : data_(std::move(other.data_)), lock_(std::exchange(other.lock_, -1)) {}

Workspace& Workspace::operator=(Workspace&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(lock_, other.lock_);
  return *this;
}

Workspace::~Workspace() {
  if (lock_ >= 0) ::close(lock_);
}

bool Workspace::is_finished(const std::string& id) const { return fs::exists(night(id) / "run.json"); }
bool Workspace::is_published(const std::string& id) const {
  return is_finished(id) && fs::exists(night(id) / kPublicationRecord);
}

std::vector<std::string> Workspace::unfinished() const { return folders_in(data_ / "work"); }

std::vector<std::string> Workspace::finished() const {
  std::vector<std::string> ids = folders_in(data_ / "nights");
  std::erase_if(ids, [this](const std::string& id) { return !is_finished(id); });
  return ids;
}

std::vector<std::string> Workspace::published() const {
  std::vector<std::tuple<std::string, std::int64_t, std::string>> nights;
  for (const std::string& id : finished()) {
    if (is_published(id)) nights.emplace_back(id.substr(0, kDateDigits), sequence_of(night(id)), id);
  }
  std::sort(nights.begin(), nights.end());
  std::vector<std::string> ids;
  for (const auto& [date, sequence, id] : nights) ids.push_back(id);
  return ids;
}

std::optional<std::string> Workspace::last_published(std::string_view latest) const {
  std::optional<std::string> last;
  for (const std::string& id : published()) {
    if (std::string_view(id).substr(0, kDateDigits) <= latest) last = id;
  }
  return last;
}

std::int64_t Workspace::next_sequence() const {
  std::int64_t last = 0;
  for (const std::string& id : published()) last = std::max(last, sequence_of(night(id)));
  return last + 1;
}

std::optional<std::string> Workspace::current() const {
  std::error_code code;
  const fs::path target = fs::read_symlink(data_ / "current", code);
  if (code) return std::nullopt;
  return target.filename().string();
}

Result<void> Workspace::set_current(const std::string& id) const {
  const fs::path link = data_ / ".current.new";
  std::error_code code;
  fs::remove(link, code);
  fs::create_directory_symlink(fs::path("nights") / id, link, code);
  if (code) return disk_error(link, code.value());
  fs::rename(link, data_ / "current", code);
  if (code) return disk_error(data_ / "current", code.value());
  return sync_to_disk(data_);
}

Result<void> Workspace::discard(const std::string& id) const {
  const auto ids = unfinished();
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    return fail(Outcome::usage, "night.unknown", {"没有未完成的运行 " + id, "there is no unfinished night " + id},
                {"用 songtan night list 查看", "see songtan night list"});
  }
  std::error_code code;
  fs::remove_all(work(id), code);
  if (code) return disk_error(work(id), code.value());
  return {};
}

}  // namespace songtan::night
