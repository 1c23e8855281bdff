#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "model/schema.h"
#include "synth/detail/extract_session.h"
#include "synth/detail/world_views.h"
#include "synth/extracts.h"

namespace songtan::synth {
namespace {

using table::Session;

/// What everybody receives in D's month of the programmes that are decided, by the rosters as they stand, and both
/// decisions beside it. Early warnings, of which only the rows that sound are kept, are nobody's entitlement. `receiving` is null for a programme whose roster nobody keeps.
Result<void> create_entitlements(Session& session, const ExtractPlan& plan, const ExtractFolders& folders) {
  std::string on_rosters = "''";
  for (const RosterProgramme& programme : plan.faults.programmes) on_rosters += ", " + sql_literal(programme.code);
  return session.run(fmt::format(R"(
CREATE TABLE benefit AS SELECT DISTINCT programme FROM {decisions_true} WHERE status = 'no';
CREATE TABLE received AS SELECT programme, subject, sum(amount)::BIGINT AS amount FROM {roster}
WHERE programme IN (SELECT programme FROM {decisions_true}) GROUP BY programme, subject;
CREATE TABLE entitlement AS
SELECT coalesce(t.subject, l.subject, r.subject) AS subject, coalesce(t.programme, l.programme, r.programme) AS programme,
       date_trunc('month', {as_of})::DATE AS month, coalesce(t.status, 'no') AS status_true, CASE WHEN t.subject IS NULL THEN 0 ELSE t.amount END AS amount_true,
       coalesce(l.status, 'no') AS status_lawful, CASE WHEN l.subject IS NULL THEN 0 ELSE l.amount END AS amount_lawful, coalesce(l.probable, 'no') AS probable_lawful, l.probable_amount AS probable_amount_lawful,
       CASE WHEN coalesce(t.programme, l.programme, r.programme) IN ({on_rosters}) THEN r.subject IS NOT NULL END AS receiving,
       coalesce(r.amount, 0) AS amount_received
FROM (SELECT programme, subject, status, amount FROM {decisions_true} WHERE programme IN (SELECT programme FROM benefit)) t
FULL JOIN (SELECT programme, subject, status, amount, probable, probable_amount FROM {decisions_lawful} WHERE programme IN (SELECT programme FROM benefit)) l ON l.programme = t.programme AND l.subject = t.subject
FULL JOIN received r ON r.programme = coalesce(t.programme, l.programme) AND r.subject = coalesce(t.subject, l.subject))",
                                 fmt::arg("on_rosters", on_rosters),
                                 fmt::arg("roster", detail::parquet_at(folders.planted / "roster.parquet")),
                                 fmt::arg("as_of", detail::sql_date(plan.as_of)),
                                 fmt::arg("decisions_true", detail::parquet_at(folders.decisions_true)),
                                 fmt::arg("decisions_lawful", detail::parquet_at(folders.decisions_lawful))));
}

/// A fault is delivered when the records that lawfully exist contradict what is paid, for certain or under the
/// presumptions, or when the rosters themselves show it.
std::string faults_select(const ExtractPlan& plan, const ExtractFolders& folders) {
  std::string evident = "false";
  std::string why = "NULL";
  for (const Fault& fault : plan.faults.faults) {
    const std::string is_this =
        fmt::format("(f.class = {} AND f.programme = {})", sql_literal(fault.name), sql_literal(fault.programme));
    if (fault.in_payments) evident += " OR " + is_this;
    why = fmt::format("CASE WHEN {} THEN {} ELSE {} END", is_this, sql_literal(fault.undetectable_why), why);
  }
  const RosterContinuation& going_on = plan.faults.continuation;
  why = fmt::format("CASE WHEN f.class IN ({}, {}, {}) THEN {} ELSE {} END", sql_literal(going_on.not_started),
                    sql_literal(going_on.not_ended), sql_literal(going_on.not_reviewed),
                    sql_literal(going_on.undetectable_why), why);
  return fmt::format(R"(
SELECT class, programme, subject, since, months, amount, delivered, CASE WHEN NOT delivered THEN why END AS undetectable_why FROM (
  SELECT f.class, f.programme, f.subject, f.since, date_diff('month', f.since, {as_of}) + 1 AS months, f.amount, {why} AS why,
         {evident} OR coalesce(CASE
           WHEN NOT e.receiving THEN e.status_lawful = 'yes' OR e.probable_lawful = 'yes'
           WHEN e.status_true <> 'yes' THEN e.status_lawful = 'no' OR e.probable_lawful = 'no'
           ELSE (e.status_lawful = 'yes' AND e.amount_lawful <> e.amount_received)
             OR (e.probable_amount_lawful = e.amount_true AND e.amount_true <> e.amount_received) END, false) AS delivered
  FROM {faults} f LEFT JOIN entitlement e USING (programme, subject))
ORDER BY class, programme, subject)",
                     fmt::arg("as_of", detail::sql_date(plan.as_of)), fmt::arg("why", why),
                     fmt::arg("evident", evident),
                     fmt::arg("faults", detail::parquet_at(folders.planted / "fault.parquet")));
}

Result<void> write_manifest(const ExtractPlan& plan, const ExtractFolders& folders,
                            const std::vector<ExtractFileCount>& files) {
  nlohmann::ordered_json manifest;
  manifest["format"] = 1;
  manifest["region"] = plan.region;
  manifest["persons"] = plan.persons;
  manifest["seed"] = plan.seed;
  manifest["date"] = plan.as_of.text();
  manifest["dirt"] = plan.dirt.name;
  for (const ExtractFileCount& file : files) {
    TRY(const std::string digest, sha256_of_file(folders.out / "extracts" / file.source / file.file));
    manifest["files"].push_back({{"source", file.source},
                                 {"file", file.file},
                                 {"rows", file.rows},
                                 {"mentions", file.mentions},
                                 {"sha256", digest}});
  }
  std::ofstream out(folders.out / "manifest.json", std::ios::binary);
  out << manifest.dump(1) << '\n';
  out.close();
  if (out) return {};
  return fail(Outcome::environment, "synth.write", {"无法写入 manifest.json", "manifest.json cannot be written"},
              {"请检查磁盘空间和权限", "check the disk's space and rights"});
}

}  // namespace

Result<void> write_truth(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources,
                         const std::vector<ExtractFileCount>& files) {
  TRY(Session session, detail::open_extract_session(plan, resources));
  const auto truth = folders.out / "truth";
  TRY_VOID(detail::make_folder(truth));
  TRY_VOID(create_entitlements(session, plan, folders));
  const std::string persons = detail::parquet_at(folders.lawful / "person.parquet");
  const std::pair<std::string_view, std::string> tables[] = {
      {"records", "SELECT source, file, \"row\", role, person_id FROM " +
                      detail::parquet_at(folders.lawful / "mentions") + " ORDER BY source, file, \"row\", role"},
      {"persons",
       "SELECT person_id, name, sex, birth, death, ethnicity, hukou AS region, county, residence_type FROM " + persons +
           " ORDER BY person_id"},
      {"families", "SELECT DISTINCT person_id, family_id FROM " + detail::parquet_at(folders.family_members_true) +
                       " ORDER BY person_id"},
      {"facts", "SELECT person_id, fact, kind, valid_from, valid_to, value, \"text\" FROM " +
                    detail::parquet_at(folders.facts_true) +
                    " WHERE used ORDER BY person_id, fact, valid_from, valid_to, value, \"text\""},
      {"entitlements", "SELECT * FROM entitlement"},
      {"faults", faults_select(plan, folders)},
  };
  for (const auto& [name, select] : tables) {
    const model::TableSchema& schema = model::schema_of("truth." + std::string(name));
    auto written = session.write_parquet(
        fmt::format("SELECT {} FROM ({}) ORDER BY {}", model::select_list(schema), select, schema.key),
        truth / fmt::format("{}.parquet", name));
    if (!written) return detail::in_section(written.error(), name);
  }
  return write_manifest(plan, folders, files);
}

}  // namespace songtan::synth
