// The facts a pack knows. In: packs/*/facts/facts.toml (docs/formats/facts.md). Out: each fact's kind of time, type,
// how claims of several records combine, and what the absence of a row stands for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan::profile {

enum class FactKind : std::uint8_t { constant, state, flow, stock, event };
enum class FactType : std::uint8_t { boolean, date, money, count, word };

/// Several records that speak of one fact at one time.
enum class Combination : std::uint8_t {
  priority,  ///< the best source wins, the others are kept as losers
  sum,       ///< they add up (wages of two employers)
  most       ///< the greatest counts (dead according to anyone)
};

/// What a person without a row has, where the sources allow the conclusion.
struct AbsentValue {
  enum class Kind : std::uint8_t { unknown, nothing, value };
  Kind kind = Kind::unknown;
  std::int64_t value = 0;
  std::string word;
};

struct FactDefinition {
  std::string name;
  FactKind kind = FactKind::state;
  FactType type = FactType::boolean;
  Combination combination = Combination::priority;
  AbsentValue absent;                ///< under the contracts
  AbsentValue complete;              ///< in a complete world
  std::vector<std::string> sources;  ///< all must be delivered, cover the person and be fresh for `absent` to hold
};

/// Names of the facts with which C++ builds families; the pack says which they are.
struct FamilyFacts {
  std::string birth;
  std::string county;
  std::string residence_type;
  std::string urban;  ///< the word of residence_type that means urban
};

/// A link that policies walk (户外赡养义务人), as kin edges from a person to persons.
struct LinkDefinition {
  std::string name;
  std::string relation;   ///< of kin
  bool obligors = false;  ///< only edges that carry a legal duty
  bool outside = false;   ///< only to people outside the family
};

struct FactCatalogue {
  std::vector<FactDefinition> facts;  ///< sorted by the bytes of their names
  std::vector<std::string> for_families;
  FamilyFacts family;
  std::map<std::string, std::string> family_variables;  ///< a family's variable → the reference person's fact
  std::map<std::string, std::string> family_roles;      ///< member_role → the policies' name of the role
  std::vector<LinkDefinition> links;

  /// Index of a name, or nothing.
  std::optional<std::size_t> find(std::string_view name) const;
};

std::string_view word_of(FactKind kind);
std::string_view word_of(FactType type);

/// Reads facts/facts.toml of a pack. Errors: bad_data with file and line.
Result<FactCatalogue> read_fact_catalogue(const std::filesystem::path& pack);

}  // namespace songtan::profile
