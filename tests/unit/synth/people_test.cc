#include "synth/people.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "base/citizen_number.h"
#include "base/hash.h"
#include "table/session.h"

using namespace songtan;
namespace fs = std::filesystem;

namespace {

const fs::path kPack = fs::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan";
const Day kDate = Day::from_civil(2026, 8, 31);

/// A folder of its own for each test, removed at the end.
class Folder {
 public:
  explicit Folder(const std::string& name) : path_(fs::temp_directory_path() / ("songtan-people-" + name)) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

synth::PeopleRequest request(const fs::path& out, std::string region, std::int64_t persons, int threads = 2) {
  return {.pack = kPack,
          .region = std::move(region),
          .persons = persons,
          .seed = 7,
          .date = kDate,
          .threads = threads,
          .out = out};
}

synth::PeopleReport make(const synth::PeopleRequest& wanted) {
  SilentProgress silent;
  auto report = synth::make_people(wanted, silent);
  if (!report) FAIL(describe(report.error(), "en"));
  return *report;
}

std::map<std::string, std::string> digests(const fs::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    found[fs::relative(entry.path(), folder).string()] = sha256_of_file(entry.path()).value();
  }
  return found;
}

/// A session with one view a table of the world in `folder`.
table::Session look(const fs::path& folder) {
  auto session = table::Session::open({}).value();
  for (const char* name :
       {"people", "kin", "identity", "relation", "income", "event", "certificate", "asset", "address"}) {
    const auto sql =
        fmt::format("CREATE VIEW {0} AS SELECT * FROM read_parquet('{1}/{0}/*.parquet')", name, folder.string());
    REQUIRE(session.run(sql));
  }
  return session;
}

std::int64_t count(table::Session& session, const std::string& sql) { return session.integer(sql).value(); }

}  // namespace

TEST_CASE("the same seed gives the same bytes at one, two and four threads") {
  std::map<std::string, std::string> first;
  for (const int threads : {1, 2, 4}) {
    const Folder folder("threads");
    make(request(folder.path(), "5107", 5000, threads));
    const auto found = digests(folder.path());
    CHECK(found.size() == 14);
    if (first.empty()) first = found;
    CHECK(found == first);
  }
}

TEST_CASE("another seed gives other people") {
  const Folder a("seed-a");
  const Folder b("seed-b");
  auto other = request(b.path(), "510722", 2000);
  other.seed = 8;
  make(request(a.path(), "510722", 2000));
  make(other);
  CHECK(digests(a.path()).at("people/part-00000.parquet") != digests(b.path()).at("people/part-00000.parquet"));
}

TEST_CASE("a county of the wished size with the census's margins") {
  const Folder folder("margins");
  const auto report = make(request(folder.path(), "510722", 20'000));
  CHECK(report.persons == 20'000);
  auto session = look(folder.path());
  CHECK(count(session, "SELECT count(*) FROM people") == 20'000);
  // 三台县 2020: 65 and over 25.4 %, women 49.6 %; the quotas are exact up to rounding of 38 cells.
  const auto census = fmt::format("read_csv('{}', comment = '#')", (kPack / "synth/census/ages.csv").string());
  const auto differences = fmt::format(
      "WITH cells AS (UNPIVOT (SELECT * FROM {} WHERE code = 510722) ON COLUMNS(* EXCLUDE code) INTO NAME cell VALUE "
      "n), "
      "total AS (SELECT sum(n) AS n FROM cells), "
      "made AS (SELECT CASE sex WHEN 1 THEN 'm' ELSE 'f' END || CASE WHEN age = 0 THEN 0 WHEN age < 5 THEN 1 "
      "ELSE least(age // 5 + 1, 18) END AS cell, count(*) AS n FROM (SELECT sex, date_diff('year', birth, DATE '{}') - "
      "CASE WHEN strftime(birth, '%m%d') > '0831' THEN 1 ELSE 0 END AS age FROM people) GROUP BY 1) "
      "SELECT max(abs(coalesce(made.n, 0) - round(cells.n * 20000 / total.n)))::BIGINT FROM cells CROSS JOIN total "
      "LEFT JOIN made USING (cell)",
      census, kDate.text());
  CHECK(count(session, differences) <= 1);
}

namespace {

/// A share of the made people or dwellings and the census's, both in thousandths.
struct Margin {
  const char* name;
  const char* made;
  const char* census;
  std::int64_t tolerance;  ///< thousandths
};

constexpr const char* kDwellings =
    "(SELECT count(*) AS n, count(*) FILTER (birth <= DATE '1961-08-31') AS elders, any_value(left(residence_region, "
    "6)) AS county "
    "FROM people WHERE lodging = 'family' GROUP BY dwelling_id)";

const Margin kMargins[] = {
    {"dwellings a person", "SELECT (SELECT count(*) FROM {dwellings}) * 1000 // (SELECT count(*) FROM people)",
     "SELECT sum(households) * 1000 // sum(population) FROM census", 25},
    {"one person", "SELECT count(*) FILTER (n = 1) * 1000 // count(*) FROM {dwellings}",
     "SELECT sum(one_person) * 1000 // sum(households) FROM census", 30},
    {"one elder", "SELECT count(*) FILTER (elders = 1) * 1000 // count(*) FROM {dwellings}",
     "SELECT sum(elders_1) * 1000 // sum(households) FROM census", 30},
    {"two elders", "SELECT count(*) FILTER (elders = 2) * 1000 // count(*) FROM {dwellings}",
     "SELECT sum(elders_2) * 1000 // sum(households) FROM census", 20},
    {"hukou in another county or province",
     "SELECT count(*) FILTER (lodging <> 'elsewhere' AND left(hukou_region, 6) <> left(residence_region, 6)) * 1000 // "
     "count(*) FROM people",
     "SELECT sum(moved_province + moved_outside) * 1000 // sum(population) FROM census", 30},
    {"minority", "SELECT count(*) FILTER (ethnicity <> '汉') * 1000 // count(*) FROM people",
     "SELECT sum(minority) * 1000 // sum(population) FROM census", 12},
    {"urban", "SELECT count(*) FILTER (residence_type = 'urban') * 1000 // count(*) FROM people",
     "SELECT sum(urban) * 1000 // sum(population) FROM census", 40},
    {"never married of 15 and over",
     "SELECT count(*) FILTER (marital = 'never') * 1000 // count(*) FROM people WHERE birth <= DATE '2011-08-31'",
     "SELECT sum(marital_m0 + marital_f0) * 1000 // sum(marital_m0 + marital_f0 + marital_m1 + marital_f1 + marital_m2 "
     "+ marital_f2 "
     "+ marital_m3 + marital_f3) FROM schooling",
     30},
    {"university",
     "SELECT count(*) FILTER (education = 'university') * 1000 // count(*) FROM people WHERE birth <= DATE "
     "'2023-08-31'",
     "SELECT sum(education_m6 + education_f6) * 1000 // sum(education_m0 + education_f0 + education_m1 + education_f1 "
     "+ education_m2 "
     "+ education_f2 + education_m3 + education_f3 + education_m4 + education_f4 + education_m5 + education_f5 + "
     "education_m6 + "
     "education_f6) FROM schooling",
     20},
};

}  // namespace

TEST_CASE("a province near the census in how people live, move, marry and learn") {
  const Folder folder("province");
  make(request(folder.path(), "51", 60'000));
  auto session = look(folder.path());
  for (const char* table : {"counties", "schooling"}) {
    const auto file = (kPack / "synth/census" / fmt::format("{}.csv", table)).string();
    const char* view = std::string(table) == "counties" ? "census" : table;
    REQUIRE(session.run(fmt::format("CREATE VIEW {} AS SELECT * FROM read_csv('{}', comment = '#')", view, file)));
  }
  for (const Margin& margin : kMargins) {
    INFO(std::string(margin.name));
    std::string sql = margin.made;
    if (const auto at = sql.find("{dwellings}"); at != std::string::npos) sql.replace(at, 11, kDwellings);
    const auto made = count(session, sql);
    const auto census = count(session, margin.census);
    CAPTURE(made);
    CAPTURE(census);
    CHECK(std::abs(made - census) <= margin.tolerance);
  }
}

TEST_CASE("the poor are few, unsupported people fewer, and incomes stand apart as designed") {
  const Folder folder("purses");
  make(request(folder.path(), "51", 60'000));
  auto session = look(folder.path());
  REQUIRE(session.run(fmt::format("CREATE VIEW enrolment AS SELECT * FROM read_parquet('{}/enrolment/*.parquet')",
                                  folder.path().string())));
  const auto poor =
      count(session, "SELECT count(*) FILTER (purse = 'poor') * 1000 // count(*) FROM people WHERE death IS NULL");
  CHECK(poor >= 35);
  CHECK(poor <= 60);
  const auto unsupported = count(session, "SELECT count(*) FROM enrolment");
  CHECK(unsupported > 150);
  CHECK(unsupported < 450);
  // Nobody poor earns more a head than anybody sound, within one residence type: the lines differ by city, so only the
  // extremes are compared.
  REQUIRE(session.run(
      "CREATE TABLE heads AS SELECT purse_id, any_value(purse) AS purse, sum(coalesce(amount, 0)) // 10000 // "
      "count(DISTINCT person_id) "
      "AS yuan FROM people LEFT JOIN (SELECT record_id, sum(CASE WHEN kind = 'pension_base' THEN -amount ELSE amount "
      "END) AS amount "
      "FROM income WHERE valid_to IS NULL AND kind <> 'social_insurance' GROUP BY 1) ON record_id = person_id "
      "WHERE death IS NULL AND lodging NOT IN ('prison', 'detox') GROUP BY purse_id"));
  CHECK(count(session, "SELECT max(yuan)::BIGINT FROM heads WHERE purse = 'poor'") < 915);
  CHECK(count(session, "SELECT min(yuan)::BIGINT FROM heads WHERE purse = 'sound'") > 530);
}

TEST_CASE("numbers are valid and unique, and agree with birth and sex") {
  const Folder folder("numbers");
  make(request(folder.path(), "51", 30'000));
  auto session = look(folder.path());
  std::set<std::string> seen;
  auto rows = session.query("SELECT number, birth, sex FROM people").value();
  while (rows.next().value()) {
    const auto& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const std::string number(chunk.text(0, row));
      REQUIRE(state_of_number(number) == NumberState::valid);
      const auto parts = parts_of_number(number);
      REQUIRE(parts.has_value());
      CHECK(parts->birth == chunk.days(1)[static_cast<std::size_t>(row)]);
      CHECK(parts->male == (chunk.tinies(2)[static_cast<std::size_t>(row)] == 1));
      CHECK(seen.insert(number).second);
    }
  }
  CHECK(seen.size() == 30'000);
}

TEST_CASE("kin is symmetric and of plausible age") {
  const Folder folder("kin");
  make(request(folder.path(), "51", 30'000));
  auto session = look(folder.path());
  const auto broken = [&](const char* there, const char* back) {
    return count(session,
                 fmt::format("SELECT count(*) FROM (SELECT person_id, other_person_id FROM kin WHERE relation = '{}' "
                             "EXCEPT SELECT other_person_id, person_id FROM kin WHERE relation = '{}')",
                             there, back));
  };
  CHECK(count(session, "SELECT count(*) FROM kin WHERE relation = 'parent'") > 10'000);
  CHECK(broken("parent", "child") == 0);
  CHECK(broken("child", "parent") == 0);
  CHECK(broken("spouse", "spouse") == 0);
  CHECK(broken("sibling", "sibling") == 0);
  CHECK(count(session, "SELECT count(*) FROM kin WHERE other_person_id NOT IN (SELECT person_id FROM people)") == 0);
  CHECK(count(session,
              "SELECT count(*) FROM people p JOIN people m ON p.mother_id = m.person_id WHERE m.sex <> 2 OR "
              "p.birth < m.birth + INTERVAL 15 YEAR OR p.birth > m.birth + INTERVAL 50 YEAR") == 0);
  CHECK(count(session, "SELECT count(*) FROM people p JOIN people f ON p.father_id = f.person_id WHERE f.sex <> 1") ==
        0);
  CHECK(count(session,
              "SELECT count(*) FROM people p JOIN people s ON p.spouse_id = s.person_id WHERE s.sex = p.sex") == 0);
  // Somebody has a parent in another county.
  CHECK(count(session, "SELECT count(*) FROM people WHERE father_id // 100000000 <> person_id // 100000000") > 100);
}

TEST_CASE("every hukou book has one head, and members of a book share one hukou") {
  const Folder folder("books");
  make(request(folder.path(), "5107", 20'000));
  auto session = look(folder.path());
  CHECK(count(session,
              "SELECT count(*) FROM (SELECT group_key FROM relation WHERE kind = 'household' GROUP BY 1 "
              "HAVING count(*) FILTER (relation = 'head') <> 1)") == 0);
  CHECK(count(session,
              "SELECT count(*) FROM (SELECT household_id FROM people GROUP BY 1 HAVING count(DISTINCT hukou_region) > "
              "1)") == 0);
}

TEST_CASE("a dwelling has one address of its own") {
  const Folder folder("addresses");
  make(request(folder.path(), "5107", 20'000));
  auto session = look(folder.path());
  REQUIRE(
      session.run("CREATE VIEW slept AS SELECT dwelling_id, text FROM people JOIN address ON record_id = person_id "
                  "WHERE kind = 'residence' AND lodging = 'family'"));
  CHECK(count(session,
              "SELECT count(*) FROM (SELECT dwelling_id FROM slept GROUP BY 1 HAVING count(DISTINCT text) > 1)") == 0);
  CHECK(count(session,
              "SELECT count(*) FROM (SELECT text FROM slept GROUP BY 1 HAVING count(DISTINCT dwelling_id) > 1)") == 0);
}

TEST_CASE("nothing happens before birth, after death or after today") {
  const Folder folder("dates");
  make(request(folder.path(), "510722", 20'000));
  auto session = look(folder.path());
  const auto outside = [&](const char* table, const char* condition) {
    return count(session, fmt::format("SELECT count(*) FROM {} r JOIN people p ON p.person_id = r.record_id WHERE {}",
                                      table, condition));
  };
  for (const char* name : {"event", "income", "certificate", "asset"}) {
    INFO(std::string(name));
    CHECK(outside(name, "valid_from > DATE '2026-08-31'") == 0);
    CHECK(outside(name, "valid_from < p.birth") == 0);
  }
  CHECK(outside("event", "valid_from > p.death AND kind <> 'cremation'") == 0);
  CHECK(outside("income", "coalesce(valid_to, DATE '9999-01-01') > p.death") == 0);
  CHECK(outside("income", "valid_to <= valid_from OR amount <= 0") == 0);
  CHECK(count(session, "SELECT count(*) FROM people WHERE death IS NOT NULL") > 100);
}

TEST_CASE("a leap day is a date like any other") {
  const Folder folder("leap");
  auto leap = request(folder.path(), "510722", 3000);
  leap.date = Day::from_civil(2028, 2, 29);
  make(leap);
  auto session = look(folder.path());
  CHECK(count(session, "SELECT count(*) FROM people WHERE birth > DATE '2028-02-29'") == 0);
  // Born within the last year: the census's share of age 0, 三台县 0.68 % of 3,000.
  const auto infants = count(session, "SELECT count(*) FROM people WHERE birth > DATE '2027-02-28'");
  CHECK(infants > 8);
  CHECK(infants < 40);
}

TEST_CASE("wrong use is told") {
  const Folder folder("wrong");
  SilentProgress silent;
  auto unknown = synth::make_people(request(folder.path(), "99", 100), silent);
  REQUIRE(!unknown);
  CHECK(unknown.error().outcome == Outcome::usage);
  auto nobody = synth::make_people(request(folder.path(), "51", 0), silent);
  REQUIRE(!nobody);
  CHECK(nobody.error().outcome == Outcome::usage);
  auto no_pack = request(folder.path(), "51", 100);
  no_pack.pack = folder.path() / "nowhere";
  auto missing = synth::make_people(no_pack, silent);
  REQUIRE(!missing);
  CHECK(missing.error().outcome == Outcome::bad_data);
  CHECK(missing.error().file.ends_with("counties.csv"));
}

TEST_CASE("a damaged pack table is refused with file and line") {
  const Folder folder("damaged");
  fs::copy(kPack / "synth", folder.path() / "synth", fs::copy_options::recursive);
  std::ofstream(folder.path() / "synth/census/retired_codes.csv", std::ios::app) << "510104,abc,1900,1989\n";
  auto damaged = request(folder.path(), "51", 100);
  damaged.pack = folder.path();
  SilentProgress silent;
  auto refused = synth::make_people(damaged, silent);
  REQUIRE(!refused);
  CHECK(refused.error().outcome == Outcome::bad_data);
  CHECK(refused.error().file.ends_with("retired_codes.csv"));
  CHECK(refused.error().line > 100);
}

TEST_CASE("a township alone") {
  const Folder folder("township");
  CHECK(make(request(folder.path(), "510722101000", 500)).persons == 500);
  auto session = look(folder.path());
  CHECK(count(session,
              "SELECT count(*) FROM people WHERE lodging = 'family' AND residence_region NOT LIKE '510722101%'") == 0);
  SilentProgress silent;
  CHECK(synth::make_people(request(folder.path(), "510722999", 500), silent).error().outcome == Outcome::usage);
  CHECK(synth::make_people(request(folder.path(), "51x", 500), silent).error().outcome == Outcome::usage);
}

TEST_CASE("fewer people than counties is allowed") {
  const Folder folder("few");
  CHECK(make(request(folder.path(), "51", 50)).persons == 50);
}
