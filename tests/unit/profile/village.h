// A village for tests: a few people and what records say of them, written as standard record tables. Every statement
// is one record of its own. Synthetic people only; nobody has a name or a number.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "model/schema.h"
#include "profile/profile.h"
#include "table/session.h"

namespace songtan::test {

inline const Day kAsOf = Day::from_civil(2026, 7, 31);

class Village {
 public:
  Village()
      : session_(std::move(*table::Session::open({.threads = 1, .memory_bytes = 512 << 20, .spill_folder = {}}))) {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("songtan_village_{}_{}", getpid(), ++count);
    for (const auto& schema : model::record_schemas()) run(model::create_table_sql(schema, schema.name));
    run(model::create_table_sql(model::schema_of("person_records"), "person_records"));
  }
  ~Village() { std::filesystem::remove_all(folder_); }
  Village(const Village&) = delete;
  Village& operator=(const Village&) = delete;

  std::string source = "register";
  std::string known_on = "2026-07-01";

  std::int64_t record(std::int64_t person) {
    run(
        fmt::format("INSERT INTO person_records BY NAME SELECT '{}' AS source, 'f' AS file, {} AS row, 'self' AS role, "
                    "'l' AS load, {} AS person_id, {} AS record_id",
                    source, next_, person, next_));
    return next_++;
  }

  /// `columns`: "kind: 'wage'" style pairs as SQL, e.g. "'wage' AS kind, 5 AS amount".
  std::int64_t say(std::string_view table, std::int64_t person, std::string_view columns) {
    const std::int64_t id = record(person);
    run(
        fmt::format("INSERT INTO {} BY NAME SELECT {} AS record_id, '{}' AS source, 'f' AS file, {} AS row, 'self' AS "
                    "role, 'l' AS load, DATE '{}' AS known_on, {}",
                    table, id, source, id, known_on, columns));
    return id;
  }

  /// Somebody with hukou and home in one village house; relation to the head of the book.
  void person(std::int64_t id, std::string_view birth, char sex, std::string_view home = "house 1",
              std::string_view relation = "head", std::string_view book = "book 1") {
    say("identity", id,
        fmt::format("'missing' AS number_state, {} AS sex, DATE '{}' AS birth, 'day' AS birth_precision",
                    sex == 'm' ? 1 : 2, birth));
    say("address", id, "'hukou' AS kind, '510107001001' AS region, 'rural' AS residence_type, 'village' AS text");
    if (!home.empty())
      say("address", id,
          fmt::format("'residence' AS kind, '510107001001' AS region, 'rural' AS residence_type, '{}' AS text", home));
    say("relation", id, fmt::format("'household' AS kind, '{}' AS group_key, '{}' AS relation", book, relation));
  }
  /// "`other` is the `relation` of `id`".
  void kin(std::int64_t id, std::string_view relation, std::int64_t other,
           std::string_view columns = "NULL::DATE AS valid_from") {
    const std::int64_t target = record(other);
    say("relation", id,
        fmt::format("'pair' AS kind, {} AS other_record_id, '{}' AS relation, {}", target, relation, columns));
  }
  void event(std::int64_t id, std::string_view kind, std::string_view from, std::string_view detail = "",
             std::string_view to = "") {
    say("event", id,
        fmt::format("'{}' AS kind, DATE '{}' AS valid_from, {} AS valid_to, '{}' AS detail", kind, from,
                    to.empty() ? "NULL" : fmt::format("DATE '{}'", to), detail));
  }
  void disability(std::int64_t id, int grade, std::string_view category = "physical") {
    say("certificate", id,
        fmt::format("'disability' AS kind, '{}' AS category, {} AS grade, 'valid' AS state, DATE '2020-01-01' AS "
                    "valid_from, DATE '2030-01-01' AS valid_to",
                    category, grade));
  }

  profile::ProfileInputs inputs() {
    profile::ProfileInputs inputs;
    for (const auto& schema : model::record_schemas()) {
      const auto file = folder_ / "records" / (std::string(schema.name) + ".parquet");
      REQUIRE(session_.write_parquet(fmt::format("SELECT * FROM {} ORDER BY record_id", schema.name), file));
      inputs.records[std::string(schema.name)] = {file};
    }
    const auto links = folder_ / "person_records.parquet";
    REQUIRE(session_.write_parquet("SELECT * FROM person_records ORDER BY record_id", links));
    inputs.person_records = {links};
    inputs.pack = std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan";
    inputs.as_of = kAsOf;
    return inputs;
  }

  void build(const profile::ProfileInputs& inputs, int threads = 2) {
    SilentProgress progress;
    const auto built = profile::build_profile(inputs, {.threads = threads, .memory_bytes = 1 << 30, .spill_folder = {}},
                                              out(), progress);
    if (!built) FAIL_CHECK(describe(built.error(), "en"));
    REQUIRE(built);
    counts = *built;
  }
  void build() { build(inputs()); }

  /// The tables of a night that link and watch write, beside those of profile.
  void publish_registry() {
    REQUIRE(session_.write_parquet("SELECT * FROM person_records ORDER BY record_id",
                                   out() / "person_records" / "part-000.parquet"));
    run(model::create_table_sql(model::schema_of("persons"), "persons"));
    run("INSERT INTO persons BY NAME SELECT person_id, count(*) AS records FROM person_records GROUP BY person_id");
    REQUIRE(session_.write_parquet("SELECT * FROM persons ORDER BY person_id", out() / "persons" / "part-000.parquet"));
  }

  std::filesystem::path out() const { return folder_ / "out"; }
  std::string table(std::string_view name) const {
    return fmt::format("read_parquet('{}/{}/*.parquet')", out().string(), name);
  }
  std::string text(const std::string& sql) {
    auto value = session_.text(sql);
    if (!value) FAIL_CHECK(describe(value.error(), "en"));
    REQUIRE(value);
    return *value;
  }

  /// All families as sorted sets of members, e.g. "1+2+3 | 4".
  std::string families() {
    return text(
        fmt::format("SELECT coalesce(string_agg(m, ' | ' ORDER BY k), '') FROM (SELECT min(person_id) AS k, "
                    "string_agg(person_id, '+' ORDER BY person_id) AS m FROM {} "
                    "GROUP BY family_id)",
                    table("family_members")));
  }
  std::string reason_of(std::int64_t person) {
    return text(fmt::format("SELECT coalesce(min(reason || ' ' || article), '') FROM {} WHERE person_id = {}",
                            table("family_members"), person));
  }
  /// "value/word" of the used rows of a fact that hold on a day, in order; with the source when asked.
  std::string fact(std::int64_t person, std::string_view name, std::string_view day = "2026-07-31") {
    return text(
        fmt::format("SELECT coalesce(string_agg(coalesce(text, value::VARCHAR), ',' ORDER BY value, text), '') FROM {} "
                    "WHERE person_id = {} AND fact = '{}' AND used AND "
                    "(valid_from IS NULL OR valid_from <= DATE '{}') AND (valid_to IS NULL OR valid_to > DATE '{}')",
                    table("facts"), person, name, day, day));
  }

  profile::ProfileCounts counts;

 private:
  void run(const std::string& sql) {
    const auto done = session_.run(sql);
    if (!done) FAIL_CHECK(describe(done.error(), "en"));
    REQUIRE(done);
  }

  table::Session session_;
  std::filesystem::path folder_;
  std::int64_t next_ = 1;
};

}  // namespace songtan::test
