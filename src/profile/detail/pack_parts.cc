#include "profile/detail/pack_parts.h"

#include <algorithm>

#include "profile/relations.h"
#include "profile/sandbox.h"

namespace songtan::profile::detail {
namespace {

Result<void> judge_all(Sandbox& sandbox, const std::vector<PackSelect>& selects, std::span<const ResultColumn> columns,
                       std::set<std::string>& relations) {
  for (const PackSelect& select : selects) {
    TRY(auto read, judge(sandbox.session(), select, columns));
    relations.merge(read);
  }
  return {};
}

// A judged SELECT that yields `tie` owes it as text.
Result<bool> tells_tie(Sandbox& sandbox, const PackSelect& select) {
  TRY(const auto statements, sandbox.session().inspect(select.text));
  if (std::ranges::find(statements.front().column_names, kTieColumns.back().name) ==
      statements.front().column_names.end())
    return false;
  TRY(const auto read, judge(sandbox.session(), select, kTieColumns));
  return true;
}

}  // namespace

Result<PackParts> read_pack_parts(const std::filesystem::path& pack, Day as_of) {
  PackParts parts;
  TRY(parts.catalogue, read_fact_catalogue(pack));
  TRY(parts.kin, read_pack_selects(pack / "kin", as_of));
  TRY(parts.obligors, read_pack_selects(pack / "kin" / "obligors", as_of));
  TRY(parts.facts, read_pack_selects(pack / "facts", as_of));
  TRY(parts.edges, read_pack_selects(pack / "families", as_of));
  TRY(parts.exclusions, read_pack_selects(pack / "families" / "excluded", as_of));
  TRY(auto sandbox, Sandbox::open({.threads = 1, .memory_bytes = 256 << 20, .spill_folder = {}}));
  TRY_VOID(make_empty_relations(sandbox.session()));
  TRY_VOID(sandbox.lock());
  // Each step sees what the steps before it made, and no more.
  TRY_VOID(judge_all(sandbox, parts.kin, kKinColumns, parts.relations));
  TRY_VOID(sandbox.session().run(kCreateKin));
  TRY_VOID(judge_all(sandbox, parts.facts, kFactColumns, parts.relations));
  TRY_VOID(sandbox.session().run(kCreateFact));
  TRY_VOID(judge_all(sandbox, parts.obligors, kObligorColumns, parts.relations));
  TRY_VOID(judge_all(sandbox, parts.exclusions, kExclusionColumns, parts.relations));
  TRY_VOID(sandbox.session().run(kCreateExcluded));
  TRY_VOID(judge_all(sandbox, parts.edges, kEdgeColumns, parts.relations));
  for (const PackSelect& select : parts.edges) {
    TRY(const bool tells, tells_tie(sandbox, select));
    parts.tells_tie.push_back(tells);
  }
  return parts;
}

}  // namespace songtan::profile::detail
