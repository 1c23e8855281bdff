// The folder of nights. DATA: lock, loads (one folder a source and load), work (one folder an unfinished night and stage),
// nights (one folder a night and table), current (a link to the published night). One process at a time works in it;
// everything is put in place by a rename.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan::night {

/// In the folder of a published night: {"sequence": its place among all publications, "reason": why a held one was
/// released, else null}. A finished night without it is held.
inline constexpr const char* kPublicationRecord = "publication.json";

class Workspace {
 public:
  /// Opens DATA (made, mode 0700, if it is not there) and takes its lock; Outcome::environment if another process
  /// holds it. The lock ends with the object or the process.
  static Result<Workspace> open(const std::filesystem::path& data);

  /// Opens DATA for reading only: no lock. Outcome::usage if it is not there.
  static Result<Workspace> read(const std::filesystem::path& data);

  Workspace(Workspace&& other) noexcept;
  Workspace& operator=(Workspace&& other) noexcept;
  ~Workspace();

  const std::filesystem::path& data() const { return data_; }
  std::filesystem::path night(const std::string& id) const { return data_ / "nights" / id; }
  std::filesystem::path work(const std::string& id) const { return data_ / "work" / id; }

  /// Its tables are in place: published, or held by the gate.
  bool is_finished(const std::string& id) const;
  bool is_published(const std::string& id) const;
  /// Ids of nights that were begun and not finished, in order.
  std::vector<std::string> unfinished() const;
  /// Ids of finished nights, held ones among them, in order.
  std::vector<std::string> finished() const;
  /// Ids of published nights by date, those of one date in the order of their publication.
  std::vector<std::string> published() const;
  /// The last published night of a date up to `latest` ("YYYY-MM-DD").
  std::optional<std::string> last_published(std::string_view latest) const;
  /// The number that the next publication gets.
  std::int64_t next_sequence() const;
  std::optional<std::string> current() const;

  /// Makes `id` the current night by one atomic rename.
  Result<void> set_current(const std::string& id) const;

  /// Drops an unfinished night; Outcome::usage if there is none of that id.
  Result<void> discard(const std::string& id) const;

 private:
  explicit Workspace(std::filesystem::path data) : data_(std::move(data)) {}

  std::filesystem::path data_;
  int lock_ = -1;
};

}  // namespace songtan::night
