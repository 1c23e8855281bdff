// A small province for tests: real synthetic people, stand-in decisions, and every step of the extracts in its folder.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "synth/extracts.h"
#include "synth/people.h"
#include "table/session.h"

namespace songtan::synth::test {

inline const std::filesystem::path kPack = std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan";

/// The value, or the test ends with the error in words.
template <typename T>
T must(Result<T> result) {
  if (!result) FAIL(describe(result.error(), "en"));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Decisions by the purse that synth gave a family: no law, only something for the rosters to follow.
inline constexpr std::string_view kDecisions = R"(
CREATE VIEW people AS SELECT * FROM read_parquet('{perfect}/people/*.parquet');
CREATE TABLE member AS SELECT min(person_id) OVER (PARTITION BY purse_id) AS family_id, person_id, purse FROM people WHERE death IS NULL AND lodging NOT IN ('prison', 'detox');
CREATE TABLE disabled AS SELECT record_id AS person_id, min(grade) AS grade FROM read_parquet('{perfect}/certificate/*.parquet')
  WHERE state = 'valid' AND valid_to > DATE '{date}' GROUP BY record_id;
CREATE TABLE verdict AS
SELECT 'DB' AS programme, 'family' AS entity, family_id AS subject, family_id, bool_or(purse = 'poor') AS entitled, 30000 * count(*) AS amount FROM member GROUP BY family_id
UNION ALL SELECT 'BY', 'family', family_id, family_id, bool_or(purse = 'near_poor'), 0 FROM member GROUP BY family_id
UNION ALL SELECT 'GL', 'person', m.person_id, family_id, date_diff('year', birth, DATE '{date}') > 80, 2500 FROM member m JOIN people p USING (person_id)
UNION ALL SELECT 'HL', 'person', m.person_id, family_id, coalesce(grade, 9) <= 2, 8000 FROM member m LEFT JOIN disabled USING (person_id);
)";

class Province {
 public:
  Province(const std::string& name, std::int64_t persons, const std::string& dirt, int threads = 2,
           Day date = Day::from_civil(2026, 8, 31), const std::string& region = "5108")
      : root_(std::filesystem::temp_directory_path() / ("songtan-extracts-" + name)),
        resources_{.threads = threads, .spill_folder = root_ / "spill"} {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "perfect");
    SilentProgress silent;
    must(make_people({.pack = kPack,
                      .region = region,
                      .persons = persons,
                      .seed = 7,
                      .date = date,
                      .threads = threads,
                      .out = root_ / "perfect"},
                     silent));
    plan_ = must(read_extract_plan(kPack, dirt, 7, date));
    folders_ = {.perfect = root_ / "perfect",
                .planted = root_ / "planted",
                .lawful = root_ / "lawful",
                .decisions_true = root_ / "decisions.parquet",
                .decisions_lawful = root_ / "decisions.parquet",
                .family_members_true = root_ / "family_members.parquet",
                .facts_true = root_ / "facts.parquet",
                .out = root_ / "out",
                .delivered = root_ / "delivered"};
    decide(date);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;
  ~Province() {
    if (std::getenv("SONGTAN_KEEP") == nullptr) std::filesystem::remove_all(root_);
  }

  void plant() { must(plant_faults(plan_, folders_, resources_)); }
  void deliver() { must(lawful_records(plan_, folders_, resources_)); }
  void render() {
    SilentProgress silent;
    files_ = must(render_extracts(plan_, folders_, resources_, silent));
  }
  void tell() { must(write_truth(plan_, folders_, resources_, files_)); }
  void make() {
    plant();
    deliver();
    render();
    tell();
  }

  const ExtractPlan& plan() const { return plan_; }
  const ExtractFolders& folders() const { return folders_; }
  const std::vector<ExtractFileCount>& files() const { return files_; }

  /// A session for looking at the results; `sql` may say {truth}, {lawful}, {planted}, {perfect} and {extracts}.
  std::int64_t count(std::string sql) const {
    auto session = must(table::Session::open({}));
    for (const auto& [word, folder] : {std::pair<std::string, std::filesystem::path>{"{truth}", folders_.out / "truth"},
                                       {"{lawful}", folders_.lawful},
                                       {"{planted}", folders_.planted},
                                       {"{perfect}", folders_.perfect},
                                       {"{extracts}", folders_.out / "extracts"}}) {
      for (std::size_t at = sql.find(word); at != std::string::npos; at = sql.find(word))
        sql.replace(at, word.size(), folder.string());
    }
    return must(session.integer(sql));
  }

 private:
  void decide(Day date) {
    auto session = must(table::Session::open({}));
    must(session.run(
        fmt::format(kDecisions, fmt::arg("perfect", folders_.perfect.string()), fmt::arg("date", date.text()))));
    const auto write = [&](std::string_view select, const std::filesystem::path& file) {
      must(session.write_parquet(select, file));
    };
    write(
        "SELECT programme, entity, subject, family_id, DATE '2026-08-01' AS month, CASE WHEN entitled THEN 'yes' ELSE "
        "'no' END AS status, "
        "CASE WHEN entitled THEN 'yes' ELSE 'no' END AS probable, CASE WHEN entitled THEN amount ELSE 0 END::BIGINT AS "
        "amount, 0::BIGINT AS probable_amount FROM verdict ORDER BY programme, subject",
        folders_.decisions_true);
    write("SELECT family_id, person_id, 'other' AS member_role FROM member ORDER BY ALL", folders_.family_members_true);
    write(fmt::format("SELECT k.person_id, relation, other_person_id, relation = 'child' AS obligor, a.family_id IS "
                      "NOT DISTINCT FROM b.family_id AS same_family "
                      "FROM read_parquet('{}/kin/*.parquet') k LEFT JOIN member a ON a.person_id = k.person_id LEFT "
                      "JOIN member b ON b.person_id = k.other_person_id ORDER BY ALL",
                      folders_.perfect.string()),
          root_ / "kin.parquet");
    write(
        "SELECT person_id, '出生' AS fact, 'constant' AS kind, NULL::DATE AS valid_from, NULL::DATE AS valid_to, "
        "date_diff('day', DATE '1970-01-01', birth)::BIGINT AS value, "
        "NULL::VARCHAR AS \"text\", true AS used FROM people ORDER BY person_id",
        folders_.facts_true);
  }

  std::filesystem::path root_;
  ExtractPlan plan_;
  ExtractFolders folders_;
  ExtractResources resources_;
  std::vector<ExtractFileCount> files_;
};

}  // namespace songtan::synth::test
