// What is known to be right: a column of persons, or pairs that people reviewed. Out: precision and recall of pairs by
// threshold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "link/detail/linkage_input.h"
#include "link/study.h"

namespace songtan::link {

struct StudyTruth {
  std::string kind;                                                  ///< "truth", "reviewed" or empty
  std::vector<std::uint32_t> persons;                                ///< truth: a number a row; 0 = not known
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> reviewed;  ///< by rows, the smaller first
};

/// Errors: link.column for a column that is not there; those of reading the reviewed pairs.
Result<StudyTruth> read_study_truth(table::Session& session, const LinkageInput& input, const std::string& column,
                                    const std::filesystem::path& reviewed);

/// From probability 0.001 to 0.9999; empty without truth. Reviewed pairs are judged among themselves: recall is the share
/// of those reviewed as same that the threshold joins.
std::vector<RightAt> right_by_threshold(const StudyTruth& truth, const LinkageInput& input,
                                        const std::vector<Edge>& edges, PairMode mode);

}  // namespace songtan::link
