// The identity of a record: (source, file, row, role) packed into one integer that sorts by file, then row, then role.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/mix.h"

namespace songtan {

/// 31 bits of the hash of "source/file". Two files of one DATA folder with equal keys are refused by ingest.
inline std::int64_t file_key(std::string_view source, std::string_view file) {
  return static_cast<std::int64_t>(hash64(file, hash64(source)) >> 33U);
}

/// row counts delivered data rows from 1 and stays below 2^28; role is the position in the contract's role list, below 16.
constexpr std::int64_t record_id(std::int64_t file_key, std::int64_t row, int role) {
  return (file_key << 32) | (row << 4) | role;
}

constexpr std::int64_t kMaximalRow = (std::int64_t{1} << 28) - 1;
constexpr int kMaximalRoles = 16;

/// Ids of persons and families stay below 2^53, so that JSON readers keep them exact.
constexpr int kSubjectBits = 53;

/// The attempt-th candidate id of the person whose smallest record is `record`; never 0.
inline std::int64_t subject_id(std::int64_t record, int attempt) {
  const std::uint64_t hash = mix64(static_cast<std::uint64_t>(record), static_cast<std::uint64_t>(attempt));
  const auto id = static_cast<std::int64_t>(hash >> (64 - kSubjectBits));
  return id == 0 ? 1 : id;
}

}  // namespace songtan
