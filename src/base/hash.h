// Digests of bytes and files by SHA-256; the quick hashes and random numbers are in base/mix.h, which comes along.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/mix.h"
#include "base/result.h"

namespace songtan {

/// Incremental SHA-256, by OpenSSL.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  ///< 64 lower-case digits; ends the digest.

 private:
  void* context_;
};

std::string sha256_hex(std::string_view bytes);
Result<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace songtan
