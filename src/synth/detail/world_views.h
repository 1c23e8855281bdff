// The perfect world as SQL sees it: `person`, one row a true person, and every standard record table with the true
// person_id beside it. In: folders of Parquet. Out: tables and views of a session.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "synth/extracts.h"
#include "table/session.h"

namespace songtan::synth::detail {

/// Views identity, relation, address … with person_id (relation: other_person_id too), over the perfect and, if wished,
/// the planted records.
Result<void> create_world_views(table::Session& session, const ExtractFolders& folders, bool with_planted);

/// Table person(person_id, number, name, sex, birth, death, ethnicity, phone, hukou, hukou_address, residence_type, home,
/// home_address, household, relation, office, county, father_id, mother_id, spouse_id). Needs the views. The office that
/// serves a person is the hukou's, or the residence's where the hukou lies outside this world, or that of the county for
/// which the person was made (the head of the id).
/// Cost: one scan of people, identity, address and relation.
Result<void> create_person_table(table::Session& session, const ExtractFolders& folders);

/// Views decision, member and kin over what decide found on the whole truth.
Result<void> create_decision_views(table::Session& session, const ExtractFolders& folders);

}  // namespace songtan::synth::detail
