// What is known about a population. In: columns by the decide room. Out: the same, validated. Persons are rows in the
// order of the first group kind, so that its groups are ranges of rows; links are index lists.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "policy/program.h"

namespace songtan::policy {

/// Membership in one kind of group. Group g holds slots [offsets[g], offsets[g+1]).
/// `members` gives the person row of a slot; empty means slot = row (allowed for one kind only).
/// A person is in exactly one group of each kind. Limit: 2,000,000 members a group.
struct Membership {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> members;
  std::vector<std::uint8_t> roles;  ///< role code of each slot, kNoRole for none; empty = all kNoRole
  static constexpr std::uint8_t kNoRole = 255;
};

/// Persons linked to a person: row p's targets are targets[offsets[p] .. offsets[p+1]).
struct LinkLists {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> targets;
};

/// One input variable at one period over all rows of its entity.
/// `known` is 1 where the value is known; empty means all known. Unknown rows may hold any value.
struct InputColumn {
  Need need;
  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> known;
};

/// A population. A need without a column is unknown for every row.
struct Inputs {
  std::int64_t persons = 0;
  std::vector<Membership> groups;  ///< parallel to the group entities of the programme, in their order
  std::vector<LinkLists> links;    ///< parallel to Program::links(); an empty LinkLists links nobody
  std::vector<InputColumn> columns;
};

/// Refuses shapes that do not fit: offsets, rows out of range, lengths, duplicate columns. Cost: one pass.
Result<void> validate(const Program& program, const Inputs& inputs);

}  // namespace songtan::policy
