// All that a pack says to profile, read and judged.
#pragma once

#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "profile/fact_catalogue.h"
#include "profile/pack_sql.h"

namespace songtan::profile::detail {

inline constexpr std::array<ResultColumn, 8> kKinColumns = {{{"person_id", "BIGINT"},
                                                             {"relation", "VARCHAR"},
                                                             {"other_person_id", "BIGINT"},
                                                             {"source", "VARCHAR"},
                                                             {"record_id", "BIGINT"},
                                                             {"valid_from", "DATE"},
                                                             {"valid_to", "DATE"},
                                                             {"known_on", "DATE"}}};
inline constexpr std::array<ResultColumn, 2> kObligorColumns = {
    {{"person_id", "BIGINT"}, {"other_person_id", "BIGINT"}}};
inline constexpr std::array<ResultColumn, 10> kFactColumns = {{{"person_id", "BIGINT"},
                                                               {"fact", "VARCHAR"},
                                                               {"valid_from", "DATE"},
                                                               {"valid_to", "DATE"},
                                                               {"value", "BIGINT"},
                                                               {"text", "VARCHAR"},
                                                               {"known_on", "DATE"},
                                                               {"source", "VARCHAR"},
                                                               {"record_id", "BIGINT"},
                                                               {"preference", "BIGINT"}}};
inline constexpr std::array<ResultColumn, 4> kEdgeColumns = {
    {{"person_a", "BIGINT"}, {"person_b", "BIGINT"}, {"reason", "VARCHAR"}, {"article", "VARCHAR"}}};
/// … and, where the file yields it, how sure the tie is.
inline constexpr std::array<ResultColumn, 5> kTieColumns = {{{"person_a", "BIGINT"},
                                                             {"person_b", "BIGINT"},
                                                             {"reason", "VARCHAR"},
                                                             {"article", "VARCHAR"},
                                                             {"tie", "VARCHAR"}}};
inline constexpr std::array<ResultColumn, 3> kExclusionColumns = {
    {{"person_id", "BIGINT"}, {"reason", "VARCHAR"}, {"article", "VARCHAR"}}};

/// The relations that come from the pack's own SQL, for the SQL that follows.
inline constexpr std::string_view kCreateKin =
    "CREATE TABLE kin(person_id BIGINT, relation VARCHAR, other_person_id BIGINT, source VARCHAR, record_id BIGINT, "
    "known_on DATE)";
inline constexpr std::string_view kCreateFact =
    "CREATE TABLE fact(person_id BIGINT, fact VARCHAR, value BIGINT, text VARCHAR)";
inline constexpr std::string_view kCreateExcluded = "CREATE TABLE excluded(person_id BIGINT)";

struct PackParts {
  FactCatalogue catalogue;
  std::vector<PackSelect> kin;
  std::vector<PackSelect> obligors;
  std::vector<PackSelect> facts;
  std::vector<PackSelect> edges;
  std::vector<bool> tells_tie;  ///< by edge file: its SELECT yields kTieColumns
  std::vector<PackSelect> exclusions;
  std::set<std::string> relations;  ///< all that the SQL reads
};

/// Reads facts/facts.toml, kin/*.sql, kin/obligors/*.sql, facts/*.sql, families/*.sql, families/excluded/*.sql and
/// judges each SELECT over empty relations in a locked sandbox.
Result<PackParts> read_pack_parts(const std::filesystem::path& pack, Day as_of);

}  // namespace songtan::profile::detail
