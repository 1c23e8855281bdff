// The SQL conditions of Splink's comparison levels and blocking rules, as tests of the engine. In: one condition. Out:
// alternatives of tests, and the one-sided expressions that become columns.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "link/link_model.h"

namespace songtan::link {

/// Collects the one-sided SQL expressions met in conditions; equal expressions share a column.
class ExpressionColumns {
 public:
  /// Column name for an expression over an input row ("first_name", or "c3" for substr("dob", 1, 4)).
  std::string column_of(const std::string& sql);
  std::vector<ModelColumn> columns() const;

 private:
  std::map<std::string, std::string> names_;
  std::vector<ModelColumn> columns_;
};

/// Parses a level's condition (sides marked by _l and _r) to alternatives of tests.
Result<std::vector<std::vector<ModelTest>>> parse_level_condition(std::string_view sql, ExpressionColumns& columns);

/// Parses a blocking rule: a conjunction of equalities between l.… and r.… expressions.
Result<std::vector<std::string>> parse_blocking_rule(std::string_view sql, ExpressionColumns& columns);

}  // namespace songtan::link
