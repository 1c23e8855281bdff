#include "synth/detail/world_views.h"

#include <fmt/format.h>

#include "model/schema.h"
#include "synth/detail/extract_session.h"

namespace songtan::synth::detail {
namespace {

/// Parquet of one table below a folder: <folder>/<table>.parquet or <folder>/<table>/*.parquet; empty if there is none.
std::string table_at(const std::filesystem::path& folder, std::string_view table) {
  const auto file = folder / (std::string(table) + ".parquet");
  if (std::filesystem::exists(file)) return parquet_at(file);
  const auto inner = folder / std::string(table);
  return std::filesystem::is_directory(inner) ? parquet_at(inner) : "";
}

}  // namespace

Result<void> create_world_views(table::Session& session, const ExtractFolders& folders, bool with_planted) {
  std::string sql;
  for (const model::TableSchema& schema : model::record_schemas()) {
    // A perfect record's id is its person's, and a pair names the other person by it.
    const std::string perfect = table_at(folders.perfect, schema.name);
    const std::string planted = with_planted ? table_at(folders.planted, schema.name) : "";
    std::string both;
    if (!perfect.empty()) {
      both = fmt::format("SELECT {}, record_id AS person_id{} FROM {}", model::select_list(schema),
                         schema.name == "relation" ? ", other_record_id AS other_person_id" : "", perfect);
    }
    if (!planted.empty()) {
      if (!both.empty()) both += " UNION ALL ";
      both += fmt::format(
          "SELECT r.*, p.person_id FROM (SELECT {} FROM {}) r JOIN (SELECT record_id, person_id FROM {}) p USING "
          "(record_id)",
          model::select_list(schema), planted, table_at(folders.planted, "person_records"));
    }
    if (both.empty())
      both = fmt::format("SELECT *, 0::BIGINT AS person_id, 0::BIGINT AS other_person_id FROM ({})",
                         model::empty_select(schema));
    fmt::format_to(std::back_inserter(sql), "CREATE OR REPLACE VIEW {} AS {};", schema.name, both);
  }
  return session.run(sql);
}

Result<void> create_person_table(table::Session& session, const ExtractFolders& folders) {
  return session.run(fmt::format(R"(
CREATE OR REPLACE TABLE person AS
WITH made AS (SELECT DISTINCT CAST(person_id // 100000000 AS VARCHAR) AS county FROM {0})
SELECT w.person_id, w.number, w.name, w.sex, w.birth, w.death, w.ethnicity, i.phone, w.hukou_region AS hukou, h.text AS hukou_address,
       w.hukou_type AS residence_type, w.residence_region AS home, a.text AS home_address, b.group_key AS household, b.relation,
       left(served, 9) AS office, left(served, 6) AS county, w.father_id, w.mother_id, w.spouse_id
FROM (SELECT o.*, CASE WHEN left(hukou_region, 6) IN (SELECT county FROM made) THEN hukou_region
                       WHEN left(residence_region, 6) IN (SELECT county FROM made) THEN residence_region
                       ELSE person_id // 100000000 || '000000' END AS served FROM {0} o) w
LEFT JOIN (SELECT person_id, phone FROM identity) i USING (person_id)
LEFT JOIN (SELECT person_id, text FROM address WHERE kind = 'hukou') h USING (person_id)
LEFT JOIN (SELECT person_id, text FROM address WHERE kind = 'residence') a USING (person_id)
LEFT JOIN (SELECT person_id, group_key, relation FROM relation WHERE kind = 'household') b USING (person_id)
ORDER BY w.person_id)",
                                 table_at(folders.perfect, "people")));
}

Result<void> create_decision_views(table::Session& session, const ExtractFolders& folders) {
  const std::string kin = table_at(folders.family_members_true.parent_path(), "kin");
  return session.run(fmt::format(
      "CREATE OR REPLACE VIEW decision AS SELECT * FROM {};"
      "CREATE OR REPLACE VIEW member AS SELECT family_id, person_id, member_role FROM {};"
      "CREATE OR REPLACE VIEW kin AS SELECT person_id, relation, other_person_id, obligor, same_family FROM {};",
      parquet_at(folders.decisions_true), parquet_at(folders.family_members_true), kin));
}

}  // namespace songtan::synth::detail
