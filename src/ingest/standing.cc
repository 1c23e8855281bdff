#include "ingest/standing.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "base/durable.h"
#include "base/hash.h"
#include "base/text.h"
#include "ingest/detail/load_folder.h"
#include "ingest/detail/refusal.h"
#include "table/session.h"

namespace songtan::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigestDigits = 16;
constexpr std::size_t kCopiesKept = 3;  // of one source: this night's, and what explain may still read

// Later ones win where no order column decides.
bool delivered_before(const Load* left, const Load* right) {
  return std::tie(left->delivery, left->delta, left->file) < std::tie(right->delivery, right->delta, right->file);
}

// The loads of one source in the order of their delivery, and their copies.
class SourceStanding {
 public:
  SourceStanding(const fs::path& data, std::vector<Load*> loads) : loads_(std::move(loads)) {
    std::sort(loads_.begin(), loads_.end(), delivered_before);
    std::string list;
    for (const Load* load : loads_) list += load->id + " " + load->contract_digest + "\n";
    home_ = data / "standing" / loads_.front()->source;
    folder_ = home_ / sha256_hex(list).substr(0, kDigestDigits);
  }

  bool needed() const {
    return std::any_of(loads_.begin(), loads_.end(),
                       [](const Load* load) { return load->delta && !records_of({*load}, "keys").empty(); });
  }

  Result<void> settle(const StandingOptions& options) {
    if (!fs::exists(folder_)) TRY_VOID(build(options));
    for (std::size_t i = 0; i < loads_.size(); ++i) {
      const fs::path copy = folder_ / loads_[i]->id;
      if (fs::exists(copy)) loads_[i]->standing = copy;
    }
    if (options.sweep) sweep();
    return {};
  }

 private:
  Result<void> build(const StandingOptions& options);
  Result<void> find_taken(table::Session& session) const;
  Result<void> copy_load(table::Session& session, std::size_t place, const fs::path& to) const;
  void sweep() const;

  std::vector<Load*> loads_;
  fs::path home_;
  fs::path folder_;
};

// taken(place, row): rows with a newer row of their key in their part, where one of the two came in a delta.
Result<void> SourceStanding::find_taken(table::Session& session) const {
  std::vector<fs::path> files;
  std::string places;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    for (const fs::path& file : records_of({*loads_[i]}, "keys")) {
      places += fmt::format("{}({}, {}, {}, {})", places.empty() ? "" : ", ", sql_literal(file.string()), i,
                            sql_literal(loads_[i]->part), loads_[i]->delta);
      files.push_back(file);
    }
  }
  const std::string all = table::parquet_list(files);
  const std::string named = all.substr(0, all.size() - 1) + ", filename = true)";
  return session.run(fmt::format(
      "CREATE TABLE places(file VARCHAR, place INTEGER, part VARCHAR, delta BOOLEAN);"
      "INSERT INTO places VALUES {};"
      "CREATE VIEW named AS SELECT p.place, k.\"row\", k.key, p.part, p.delta,"
      "  {{'version': COALESCE(k.\"order\", -9223372036854775807), 'place': p.place, 'at': k.\"row\"}} AS age"
      "  FROM {} k JOIN places p ON p.file = k.filename WHERE k.key IS NOT NULL;"
      "CREATE TABLE touched AS SELECT * FROM named WHERE key IN (SELECT key FROM named WHERE delta);"
      "CREATE TABLE newest AS SELECT key, part, delta, max(age) AS age FROM touched GROUP BY key, part, delta;"
      "CREATE TABLE taken AS SELECT DISTINCT t.place, t.\"row\" FROM touched t JOIN newest n USING (key)"
      "  WHERE (n.part = '' OR t.part = '' OR n.part = t.part) AND (t.delta OR n.delta) AND n.age > t.age;",
      places, named));
}

// The files of a load without its taken rows, in the same order.
Result<void> SourceStanding::copy_load(table::Session& session, std::size_t place, const fs::path& to) const {
  TRY(const std::int64_t taken, session.integer(fmt::format("SELECT count(*) FROM taken WHERE place = {}", place)));
  if (taken == 0) return {};
  std::error_code code;
  fs::create_directories(to, code);
  for (const auto& entry : fs::directory_iterator(loads_[place]->folder, code)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".parquet" || name == "issues.parquet" || name.starts_with("keys-")) continue;
    TRY_VOID(session.write_parquet(
        fmt::format("SELECT * FROM {} WHERE \"row\" NOT IN (SELECT \"row\" FROM taken WHERE place = {})",
                    table::parquet_list({entry.path()}), place),
        to / name));
  }
  if (code) return fail(detail::environment_error(to, {"写入仍有效的记录", "write the records that still stand"}));
  return {};
}

Result<void> SourceStanding::build(const StandingOptions& options) {
  const fs::path unfinished =
      home_ / fmt::format("{}{}-{}", detail::kUnfinishedPrefix, folder_.filename().string(), ::getpid());
  std::error_code code;
  fs::remove_all(unfinished, code);
  TRY_VOID(make_private_folder(unfinished));
  {
    TRY(table::Session session, table::Session::open({.threads = options.threads,
                                                      .memory_bytes = options.memory_bytes,
                                                      .spill_folder = unfinished / "spill",
                                                      .locked = false}));
    TRY_VOID(find_taken(session));
    for (std::size_t i = 0; i < loads_.size(); ++i) TRY_VOID(copy_load(session, i, unfinished / loads_[i]->id));
  }
  fs::remove_all(unfinished / "spill", code);
  const auto placed = put_in_place(unfinished, folder_);
  if (placed) return {};
  fs::remove_all(unfinished, code);
  if (fs::exists(folder_)) return {};  // another reader was quicker, with the same bytes
  return placed;
}

void SourceStanding::sweep() const {
  std::error_code code;
  std::set<std::pair<fs::file_time_type, fs::path>> others;
  for (const auto& entry : fs::directory_iterator(home_, code)) {
    if (entry.path() == folder_) continue;
    if (entry.path().filename().string().starts_with(detail::kUnfinishedPrefix))
      fs::remove_all(entry.path(), code);
    else
      others.emplace(fs::last_write_time(entry.path(), code), entry.path());
  }
  while (others.size() >= kCopiesKept) {
    fs::remove_all(others.begin()->second, code);
    others.erase(others.begin());
  }
}

}  // namespace

Result<std::vector<Load>> settle(const fs::path& data, std::vector<Load> speaking, const StandingOptions& options) {
  std::map<std::string, std::vector<Load*>> by_source;
  for (Load& load : speaking) {
    load.standing = load.folder;
    by_source[load.source].push_back(&load);
  }
  for (auto& [source, loads] : by_source) {
    SourceStanding standing(data, std::move(loads));
    if (standing.needed()) TRY_VOID(standing.settle(options));
  }
  return speaking;
}

}  // namespace songtan::ingest
