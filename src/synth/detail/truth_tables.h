// Writes finished counties as Parquet: one part of every table for a batch of counties.
#pragma once

#include <filesystem>
#include <span>

#include "base/result.h"
#include "synth/detail/history.h"
#include "synth/detail/world.h"

namespace songtan::synth {

struct Batch {
  std::span<const CountyWorld> all;  ///< for kin across counties
  std::size_t first = 0;             ///< counties [first, first + histories.size()) of `all`
  std::span<const CountyHistory> histories;
  std::int64_t part = 0;
};

/// Writes <out>/<table>/part-<part>.parquet for all tables, on up to `threads` threads, one table a thread.
Result<void> write_batch(const Context& context, const Batch& batch, const std::filesystem::path& out, int threads);

/// Writes kin for one part of people: parents and partners as they are, children and siblings through the parents,
/// wherever those live. Needs every part of people.
Result<void> write_kin(const std::filesystem::path& out, std::int64_t parts, int threads);

}  // namespace songtan::synth
