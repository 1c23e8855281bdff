#include "profile/village.h"

using namespace songtan;
using profile::Completeness;
using profile::SourceCoverage;
using test::kAsOf;
using test::Village;

namespace {

std::vector<SourceCoverage> covered_by(std::initializer_list<std::pair<const char*, std::int64_t>> priorities) {
  std::vector<SourceCoverage> coverage;
  for (const auto& [source, priority] : priorities) {
    coverage.push_back({.source = source,
                        .region = "51",
                        .delivered = Day::from_civil(2026, 7, 1),
                        .rhythm_days = 60,
                        .absence_is_none = true,
                        .priority = priority});
  }
  return coverage;
}

std::string absence(Village& village, std::string_view fact, std::string_view region = "51") {
  return village.text(
      fmt::format("SELECT coalesce(max(CASE WHEN known THEN coalesce(text, value::VARCHAR) ELSE '?' END || ' ' || "
                  "reason), 'no row') FROM {} WHERE fact = '{}' AND region = '{}'",
                  village.table("absences"), fact, region));
}

}  // namespace

TEST_CASE("a conflict of sources is won by priority, and the loser is kept with its reason") {
  Village village;
  village.source = "weak";
  village.say("identity", 1,
              "'missing' AS number_state, 1 AS sex, DATE '1950-01-01' AS birth, 'day' AS birth_precision");
  village.source = "strong";
  village.say("identity", 1,
              "'missing' AS number_state, 1 AS sex, DATE '1951-01-01' AS birth, 'day' AS birth_precision");
  village.source = "third";
  village.say("identity", 1,
              "'missing' AS number_state, 1 AS sex, DATE '1951-01-01' AS birth, 'day' AS birth_precision");
  auto inputs = village.inputs();
  inputs.coverage = covered_by({{"strong", 90}, {"weak", 50}, {"third", 10}});
  village.build(inputs);
  CHECK(village.text("SELECT string_agg(source || ' ' || (DATE '1970-01-01' + value::INTEGER) || ' ' || used || ' ' || "
                     "coalesce(reason, ''), ' | ' ORDER BY source) FROM " +
                     village.table("facts") + " WHERE fact = '出生'") ==
        "strong 1951-01-01 true  | weak 1950-01-01 false lower_priority");
  CHECK(village.fact(1, "性别") == "男");
}

TEST_CASE("a valid number says birth and sex before any source") {
  Village village;
  village.source = "strong";
  village.say("identity", 1,
              "'missing' AS number_state, 2 AS sex, DATE '1951-01-01' AS birth, 'day' AS birth_precision");
  village.source = "weak";
  const std::string number = std::string("510107") + "19490203" + "001" + "X";  // composed: born 1949-02-03, a man
  village.say(
      "identity", 1,
      fmt::format(
          "'valid' AS number_state, '{}' AS number, 2 AS sex, DATE '1951-01-01' AS birth, 'day' AS birth_precision",
          number));
  auto inputs = village.inputs();
  inputs.coverage = covered_by({{"strong", 90}, {"weak", 50}});
  village.build(inputs);
  CHECK(village.fact(1, "出生") == std::to_string(Day::from_civil(1949, 2, 3).days));
  CHECK(village.fact(1, "性别") == "男");
  CHECK(village.text("SELECT reason FROM " + village.table("facts") + " WHERE fact = '出生' AND NOT used") ==
        "less_reliable");
}

TEST_CASE("a birth that is a default or only a year is no birth") {
  Village village;
  village.say("identity", 1, "'missing' AS number_state, DATE '1951-01-01' AS birth, 'default' AS birth_precision");
  village.say("identity", 2, "'missing' AS number_state, DATE '1951-01-01' AS birth, 'year' AS birth_precision");
  village.build();
  CHECK(village.fact(1, "出生").empty());
  CHECK(village.fact(2, "出生").empty());
}

TEST_CASE("a later certificate replaces the earlier one from its own day on, and both stay used") {
  Village village;
  village.say("certificate", 1,
              "'disability' AS kind, 'physical' AS category, 3 AS grade, 'valid' AS state, DATE '2015-01-01' AS "
              "valid_from, DATE '2035-01-01' AS valid_to");
  village.say("certificate", 1,
              "'disability' AS kind, 'mental' AS category, 2 AS grade, 'valid' AS state, DATE '2024-01-01' AS "
              "valid_from, DATE '2034-01-01' AS valid_to");
  village.build();
  CHECK(village.fact(1, "残疾等级", "2023-12-31") == "3");
  CHECK(village.fact(1, "残疾等级", "2024-01-01") == "2");
  CHECK(village.fact(1, "残疾类别") == "精神");
  CHECK(village.fact(1, "残疾等级", "2034-06-01") == "3");
  CHECK(village.text("SELECT count(*) FROM " + village.table("facts") + " WHERE NOT used") == "0");
}

TEST_CASE("cancelled, frozen and expired certificates do not count") {
  Village village;
  village.say("certificate", 1,
              "'disability' AS kind, 'physical' AS category, 1 AS grade, 'cancelled' AS state, DATE '2015-01-01' AS "
              "valid_from, DATE '2035-01-01' AS valid_to");
  village.say(
      "certificate", 2,
      "'disability' AS kind, 'physical' AS category, 1 AS grade, 'frozen' AS state, DATE '2015-01-01' AS valid_from");
  village.say("certificate", 3,
              "'disability' AS kind, 'physical' AS category, 1 AS grade, 'valid' AS state, DATE '2015-01-01' AS "
              "valid_from, DATE '2025-01-01' AS valid_to");
  village.build();
  for (const int person : {1, 2, 3}) CHECK(village.fact(person, "残疾等级").empty());
  CHECK(village.fact(3, "残疾等级", "2024-12-31") == "1");
}

TEST_CASE("wages of two employers stand side by side, the same stretch told twice once") {
  Village village;
  const char* wage = "'wage' AS kind, {} AS amount, '{}' AS payer, DATE '2025-01-01' AS valid_from, {} AS valid_to";
  village.say("income", 1, fmt::format(fmt::runtime(wage), 30000000, "a", "NULL::DATE"));
  village.say("income", 1, fmt::format(fmt::runtime(wage), 30000000, "a", "NULL::DATE"));
  village.say("income", 1, fmt::format(fmt::runtime(wage), 12345600, "b", "DATE '2026-01-01'"));
  village.build();
  CHECK(village.fact(1, "工资", "2025-06-01") == "12345600,30000000");
  CHECK(village.fact(1, "工资") == "30000000");
  CHECK(village.fact(1, "就业中", "2026-07-31") == "1");
}

TEST_CASE("what is known after the day does not exist") {
  Village village;
  village.known_on = "2026-08-01";
  village.event(1, "death", "2026-07-01");
  village.known_on = "2026-07-31";
  village.event(2, "death", "2026-07-01");
  village.build();
  CHECK(village.fact(1, "已死亡").empty());
  CHECK(village.fact(2, "已死亡") == "1");
}

TEST_CASE("a check within twelve months makes missing property income zero") {
  Village village;
  village.event(1, "bank_check", "2026-03-10", "no_record");
  village.event(2, "bank_check", "2026-03-10", "timeout");
  village.event(3, "bank_check", "2024-03-10", "consistent");
  village.build();
  CHECK(village.fact(1, "财产净收入") == "0");
  CHECK(village.fact(1, "曾核对") == "1");
  CHECK(village.fact(2, "财产净收入").empty());
  CHECK(village.fact(2, "曾核对").empty());
  CHECK(village.fact(3, "财产净收入").empty());
}

TEST_CASE("absence: none is a value with its sources, unknown is none") {
  Village village;
  village.person(1, "1980-01-01", 'm');
  auto inputs = village.inputs();
  inputs.coverage = covered_by({{"tax.wages", 1}, {"mnr.property", 1}, {"hr.employment", 1}});
  inputs.coverage[1].absence_is_none = false;
  village.build(inputs);
  CHECK(absence(village, "工资") == "0 absence");
  CHECK(absence(village, "住房套数") == "? says_nothing");
  CHECK(absence(village, "养老金", "") == "? not_delivered");
  CHECK(absence(village, "就业中") == "0 absence");
  CHECK(absence(village, "曾参加职工保险") == "? not_delivered");  // one of its two sources is missing
  CHECK(absence(village, "零散收入", "") == "? says_nothing");
  CHECK(absence(village, "曾核对", "") == "0 absence");
}

TEST_CASE("past the rhythm of a source its silence says nothing any more") {
  for (const auto& [delivered, expected] :
       {std::pair{Day::from_civil(2026, 6, 1), "0 absence"}, {Day::from_civil(2026, 5, 31), "? not_fresh"}}) {
    Village village;
    village.person(1, "1980-01-01", 'm');
    auto inputs = village.inputs();
    inputs.coverage = covered_by({{"tax.wages", 1}});
    inputs.coverage[0].delivered = delivered;  // 60 days of rhythm end on 31 July and on 30 July
    village.build(inputs);
    CHECK(absence(village, "工资") == expected);
  }
}

TEST_CASE("a part that a county did not deliver leaves that county's people to be verified") {
  Village village;
  village.person(1, "1980-01-01", 'm');
  auto inputs = village.inputs();
  inputs.coverage = covered_by({{"tax.wages", 1}, {"tax.wages", 1}});
  inputs.coverage[0].region = "510107";
  inputs.coverage[1].region = "510104";
  inputs.coverage[1].delivered.reset();
  village.build(inputs);
  CHECK(absence(village, "工资", "510107") == "0 absence");
  CHECK(absence(village, "工资", "510104") == "? not_delivered");
  CHECK(absence(village, "工资", "") == "? not_delivered");
}

TEST_CASE("in a complete world every absence is known") {
  Village village;
  village.person(1, "1980-01-01", 'm');
  auto inputs = village.inputs();
  inputs.completeness = Completeness::complete;
  village.build(inputs);
  CHECK(absence(village, "工资", "") == "0 complete");
  CHECK(absence(village, "零散收入", "") == "0 complete");
  CHECK(absence(village, "同意核对", "") == "1 complete");
}

TEST_CASE("retired county codes are read as the county that has the place now; who moved away is not of the province") {
  Village village;
  village.say("address", 1, "'hukou' AS kind, '511071000000' AS region, 'urban' AS residence_type");
  village.say("address", 2, "'hukou' AS kind, '510107000000' AS region, 'urban' AS residence_type");
  village.event(2, "move_out", "2026-02-01");
  village.build();
  CHECK(village.fact(1, "户籍区县") != "511071");
  CHECK(village.fact(1, "户籍区县").starts_with("51"));
  CHECK(village.fact(1, "城乡") == "城镇");
  CHECK(village.fact(2, "户籍本省", "2026-01-31") == "1");
  CHECK(village.fact(2, "户籍本省", "2026-02-01") == "0");
}

TEST_CASE("a living parent counts until death among those whom a grown child supports") {
  Village village;
  village.person(1, "1950-02-15", 'm');
  village.person(2, "1952-02-15", 'f');
  village.person(3, "1978-05-01", 'm', "house 2", "head", "book 2");
  village.kin(3, "father", 1);
  village.kin(3, "mother", 2);
  village.event(2, "death", "2026-03-01");
  village.build();
  CHECK(village.fact(3, "受赡养父母数", "2026-02-28") == "1,1");
  CHECK(village.fact(3, "受赡养父母数") == "1");
}

TEST_CASE("pack SQL that yields an undeclared fact or a row without a source is refused with its file") {
  Village village;
  village.person(1, "1980-01-01", 'm');
  auto inputs = village.inputs();
  const auto pack = village.out().parent_path() / "pack";
  std::filesystem::create_directories(pack);
  std::filesystem::copy(inputs.pack / "facts", pack / "facts", std::filesystem::copy_options::recursive);
  for (const auto& entry : std::filesystem::directory_iterator(pack / "facts")) {
    if (entry.path().extension() == ".sql") std::filesystem::remove(entry.path());
  }
  inputs.pack = pack;
  const auto try_sql = [&](const std::string& fact, const std::string& source) {
    const std::string sql = fmt::format(
        "SELECT person_id, '{}' AS fact, CAST(NULL AS DATE) AS valid_from, CAST(NULL AS DATE) AS valid_to, CAST(1 AS "
        "BIGINT) AS value, CAST(NULL AS VARCHAR) AS text, "
        "$as_of AS known_on, CAST({} AS VARCHAR) AS source, person_id AS record_id, CAST(0 AS BIGINT) AS preference "
        "FROM scope",
        fact, source);
    FILE* file = std::fopen((pack / "facts" / "10_own.sql").c_str(), "w");
    std::fputs(sql.c_str(), file);
    std::fclose(file);
    SilentProgress progress;
    const auto built = profile::build_profile(inputs, {}, village.out(), progress);
    return built ? std::string("ok")
                 : built.error().code + (built.error().file.ends_with("10_own.sql") ? " in file" : "");
  };
  CHECK(try_sql("服刑中", "'s'") == "ok");
  CHECK(try_sql("没有这个", "'s'") == "pack.fact_unknown in file");
  CHECK(try_sql("服刑中", "NULL") == "pack.fact_incomplete in file");
}
