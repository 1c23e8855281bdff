// The walk over DuckDB's own syntax tree (json_serialize_sql) of a pack's SELECT: what may stand in it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace songtan::profile::detail {

/// The first thing in the tree that a pack's SQL may not hold.
struct Offence {
  std::string code;
  Text message;
  Text mend;
  std::int64_t offset = -1;  ///< byte in the SQL text, -1 if DuckDB does not say
};

struct TreeReport {
  std::optional<Offence> offence;
  std::set<std::string> relations;  ///< names read, without the names of WITH
};

/// `tree` is what json_serialize_sql yields for the text.
TreeReport inspect_tree(std::string_view tree);

}  // namespace songtan::profile::detail
