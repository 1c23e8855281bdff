// Ladders of levels for columns whose meaning is known from their values only, and the keys under which their records may
// meet. In: profiles. Out: made columns and comparisons of a model, candidate keys.
#pragma once

#include <string>
#include <vector>

#include "link/detail/column_profile.h"
#include "link/link_model.h"

namespace songtan::link {

/// A column whose equal values may bring records together.
struct BlockingKey {
  std::string column;
  std::size_t comparison = 0;  ///< whose evidence it is made of
  std::string what;            ///< for people
};

struct Proposal {
  LinkModel model;  ///< without blocking rules
  std::vector<BlockingKey> keys;
};

/// Comparisons for the best informed columns, at most `most`; columns made of others' words are compared together with
/// them. Notes say which columns are left out and why. m and u are not filled in.
Proposal proposed_comparisons(const LinkageInput& input, const std::vector<ColumnProfile>& profiles, std::size_t most);

}  // namespace songtan::link
