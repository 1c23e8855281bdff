// Progress of anything over two seconds, and the wish to stop. Stages report; whoever called decides how it is shown.
#pragma once

#include <cstdint>
#include <string_view>

namespace songtan {

/// Receives progress; implementations must be callable from any thread.
class Progress {
 public:
  virtual ~Progress() = default;
  /// `stage` is a word of the glossary ("ingest", "link" …); done ≤ total, total 0 = unknown. Never personal values.
  virtual void report(std::string_view stage, std::int64_t done, std::int64_t total) = 0;
  /// True once the user asked to stop; long loops look at it and return Outcome::interrupted.
  virtual bool interrupted() const { return false; }
};

/// Says nothing.
class SilentProgress final : public Progress {
 public:
  void report(std::string_view, std::int64_t, std::int64_t) override {}
};

}  // namespace songtan
