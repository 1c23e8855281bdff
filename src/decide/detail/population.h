// Who is decided about. In: families, family_members, kin and facts of a profile. Out: families as ranges of rows and
// the links between people, ready for the policy room.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/program.h"
#include "profile/fact_catalogue.h"
#include "table/session.h"

namespace songtan::decide::detail {

/// People by place in the order of ids. People whom the law leaves out of every family stand in a group of their own,
/// which is no family: they are decided as persons only.
struct Population {
  std::vector<std::int64_t> persons;     ///< sorted; "place" below is an index of it
  std::vector<std::int32_t> group_of;    ///< by place
  std::vector<std::int64_t> families;    ///< by group: family id, sorted; 0 for a group that is no family
  std::vector<std::int32_t> references;  ///< by group: place of the reference person
  std::vector<std::int64_t> offsets;     ///< by group, into members
  std::vector<std::int32_t> members;     ///< places, group by group
  std::vector<std::uint8_t> roles;       ///< parallel to members: code of the role, or policy's kNoRole
  std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> links;  ///< by link: (place, place), sorted

  std::int64_t family_of(std::int32_t place) const {
    return families[static_cast<std::size_t>(group_of[static_cast<std::size_t>(place)])];
  }
  /// Place of a person, -1 if unknown.
  std::int32_t place_of(std::int64_t person) const;
};

/// A folder of a profile: <folder>/<table>/part-*.parquet, in the order of names.
std::vector<std::filesystem::path> parts_of(const std::filesystem::path& folder, std::string_view table);

/// Loads everybody, or, with `around`, the family of one person (or that person alone) and the families of those
/// linked to its members. Cost: one read of four narrow tables.
Result<Population> load_population(table::Session& session, const std::filesystem::path& profile,
                                   const profile::FactCatalogue& catalogue, const policy::Program& program,
                                   std::optional<std::int64_t> around = std::nullopt);

/// Some groups of a population, as rows in the order of the groups: those to decide, then those that they link to.
struct Scope {
  std::vector<std::int32_t> groups;
  std::size_t decided = 0;           ///< the first so many groups are decided, the rest is read only
  std::vector<std::int32_t> places;  ///< by row
  std::vector<std::int32_t> row_of;  ///< by place; -1 outside
};

/// The groups [begin, end) with the groups of the people they link to. One step of links is followed: what is read of
/// a linked person's family may not follow links again.
Scope scope_of(const Population& population, std::size_t begin, std::size_t end);

}  // namespace songtan::decide::detail
