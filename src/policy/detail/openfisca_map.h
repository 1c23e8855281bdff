// The map between a suite's names and a pack's. Private to the adaptor.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "policy/program.h"

namespace songtan::policy::detail {

struct MappedEntity {
  std::string entity;  ///< name in the pack
  std::string singular;
  std::string plural;
  std::map<std::string, std::vector<std::string>> roles;  ///< key in the suite → roles in the pack, in order
};

struct OpenfiscaMap {
  bool defaults = false;
  std::vector<MappedEntity> entities;
  std::map<std::string, std::string> variables;
  std::map<std::string, std::map<std::string, std::string>> words;  ///< by the suite's variable
  std::map<std::string, std::vector<std::string>> reforms;          ///< reform → scenarios
  std::map<std::string, std::vector<std::string>> extensions;       ///< extension → scenarios
};

Result<OpenfiscaMap> read_openfisca_map(const PackFile& file);

/// Decimal numbers and arithmetic ("600 * 2 - 200 / 12") in units of 10^-12; nothing when it is neither.
inline constexpr int kExpectedDecimals = 12;
__extension__ using Fixed = __int128;
std::optional<Fixed> fixed_of(std::string_view text);

}  // namespace songtan::policy::detail
