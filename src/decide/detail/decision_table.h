// The published decisions being gathered. In: what the policy room decided for a scope. Out: one sorted Parquet file.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "decide/decide.h"
#include "decide/detail/population.h"
#include "policy/decisions.h"
#include "table/session.h"
#include "table/writer.h"

namespace songtan::decide::detail {

class DecisionTable {
 public:
  static Result<DecisionTable> open(const DecideLimits& limits);

  /// Takes the decided groups of a scope; rows that were only read along are left out, as are family programmes for
  /// groups that are no family.
  Result<void> add(const policy::Program& program, const policy::Decisions& decisions, const Population& population,
                   const Scope& scope);

  Result<DecideCounts> write(const policy::Program& program, const policy::Decisions& decisions,
                             const std::filesystem::path& out);

 private:
  explicit DecisionTable(table::Session session) : session_(std::move(session)) {}
  void add_programme(table::TableWriter& writer, const policy::Program& program,
                     const policy::ProgrammeDecisions& decided, const Population& population, const Scope& scope);
  std::int32_t missing_code(const policy::Program& program, int programme, std::uint64_t bits);

  table::Session session_;
  std::map<std::pair<int, std::uint64_t>, std::int32_t> missing_codes_;
  std::vector<std::string> missing_names_;
  DecideCounts counts_;
};

}  // namespace songtan::decide::detail
