// Pairs that people judged, as a help for training. In: a file with columns id_l, id_r and match (1 or 0, true or false, or
// a probability from 0.5), and source_l, source_r where ids repeat across files. Out: the pairs as rows of the input.
#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include "link/detail/linkage_input.h"
#include "link/kernel/expectation.h"

namespace songtan::link {

struct LabelledPairs {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> matches;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> others;
  std::int64_t unknown = 0;  ///< lines whose records the input does not have
};

/// Errors: no such file, columns missing, no pair of the file is in the input.
Result<LabelledPairs> read_labelled_pairs(const std::filesystem::path& file, const LinkageInput& input);

/// m after the labelled matches: their level counts on top of what was learnt before, which counts as much as `trust`
/// matches.
void learn_from_labels(const LabelledPairs& labels, const LinkageInput& input, const EngineModel& engine,
                       const std::vector<int>& null_levels, double trust, Mixture& mixture);

}  // namespace songtan::link
