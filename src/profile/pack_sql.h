// SQL that comes with a pack. In: one file of a pack. Out: a SELECT that has been judged, statement by statement and
// node by node, and found unable to read a clock, a file, a setting or anything that was not handed to it.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "table/session.h"

namespace songtan::profile {

/// One SELECT of a pack. `$as_of`, the only clock, is a date literal by now.
struct PackSelect {
  std::string file;  ///< for errors
  std::string text;
};

/// A column that the SELECT must yield, found by its name; the type must be equal.
struct ResultColumn {
  std::string_view name;
  std::string_view sql_type;
};

/// Reads a file of SQL; `$as_of` becomes the date.
Result<PackSelect> read_pack_select(const std::filesystem::path& file, Day as_of);

/// All *.sql of a folder in the order of their names; an absent folder has none.
Result<std::vector<PackSelect>> read_pack_selects(const std::filesystem::path& folder, Day as_of);

/// Judges a SELECT against the relations of a locked session and the columns it owes.
/// Yields the names of the relations it reads.
/// Errors: bad_data with file and line. One SELECT; functions from a closed list (no clock, no chance, no file, no
/// aggregate that depends on order); only relations that exist; no FLOAT or DOUBLE; no LIMIT, SAMPLE, DISTINCT ON.
/// Cost: parses and binds, runs nothing.
Result<std::set<std::string>> judge(table::Session& locked, const PackSelect& select,
                                    std::span<const ResultColumn> columns);

}  // namespace songtan::profile
