// The relations that a pack's SQL reads: the standard records with a person in place of a name and a number. In:
// Parquet of records and of record → person. Out: tables in an unlocked sandbox.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "table/session.h"

namespace songtan::profile {

/// Files of standard records by table name ("identity", "relation" …); a table may be absent or have no files.
using RecordFiles = std::map<std::string, std::vector<std::filesystem::path>>;

struct RelationInputs {
  RecordFiles records;
  std::vector<std::filesystem::path> person_records;  ///< record → person; a record without a person is left out
  std::filesystem::path pack;                         ///< broadcast tables: regions
  Day as_of;                                          ///< records known later are left out
};

/// Names of all relations that a pack may read from records; kin and fact come later, from the pack's own SQL.
std::set<std::string> relation_names();

/// Makes every relation, empty, for judging a pack without data.
Result<void> make_empty_relations(table::Session& session);

/// Makes and fills the relations that are `wanted`, the others empty, and `scope(person_id)` with every person.
/// Names and citizen numbers stay outside: identity shows what a number says of birth and sex, address a key of equal
/// places. Cost: one read of the columns of each wanted table, one hash join on record → person each.
Result<void> load_relations(table::Session& session, const RelationInputs& inputs, const std::set<std::string>& wanted);

}  // namespace songtan::profile
