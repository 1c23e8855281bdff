// The parts of a zip archive from outside, read in pieces under limits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct zip;

namespace songtan::ingest::detail {

class ZipParts {
 public:
  /// Errors: xlsx.damaged (no zip, too many parts).
  static Result<ZipParts> open(const std::filesystem::path& file);

  bool has(const std::string& part) const;

  /// Feeds the part's unpacked bytes in pieces until `piece` says false. Errors: xlsx.damaged (absent, torn), xlsx.encrypted,
  /// xlsx.bomb (more than `most_bytes`, or packed more than `packing` to one).
  Result<void> read(const std::string& part, std::int64_t most_bytes, std::int64_t packing,
                    const std::function<bool(std::string_view)>& piece) const;

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  ZipParts(std::filesystem::path file, zip* archive) : file_(std::move(file)), archive_(archive) {}

  std::filesystem::path file_;
  std::unique_ptr<zip, Close> archive_;
};

}  // namespace songtan::ingest::detail
