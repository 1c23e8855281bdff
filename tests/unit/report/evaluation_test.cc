#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "model/schema.h"
#include "report/evaluation.h"
#include "report/worklist.h"
#include "table/session.h"

using namespace songtan;
namespace fs = std::filesystem;

namespace {

// A world of three people in two families and five records, small enough to count by hand.
struct World {
  fs::path folder = fs::temp_directory_path() / ("songtan_evaluate_" + std::to_string(getpid()));
  table::Session session =
      std::move(*table::Session::open({.threads = 2, .memory_bytes = 128 << 20, .spill_folder = {}}));

  World() { fs::create_directories(folder); }
  ~World() { fs::remove_all(folder); }

  void put(const std::string& table, const std::string& file, const std::string& values) {
    const model::TableSchema& schema = model::schema_of(table);
    REQUIRE(session.run("DROP TABLE IF EXISTS filled"));
    REQUIRE(session.run(model::create_table_sql(schema, "filled")));
    if (!values.empty()) REQUIRE(session.run("INSERT INTO filled VALUES " + values));
    REQUIRE(session.write_parquet(fmt::format("SELECT * FROM filled ORDER BY {}", schema.key), folder / file));
  }

  void put_night(const std::string& table, const std::string& values) {
    put(table, "night/" + table + "/part-0.parquet", values);
  }
  void put_truth(const std::string& table, const std::string& values) {
    put("truth." + table, "truth/" + table + ".parquet", values);
  }
};

// Records 1, 2 of person 10; records 3, 4 of person 20; record 5 of person 30. Record 4 was linked to person 10's.
void fill_linkage(World& world) {
  world.put_truth(
      "records",
      "('s','f',1,'self',10),('s','f',2,'self',10),('s','f',3,'self',20),('s','f',4,'self',20),('s','f',5,'self',30)");
  world.put_night("person_records",
                  "('s','f',1,'self','l',100,1),('s','f',2,'self','l',100,2),('s','f',4,'self','l',100,4),"
                  "('s','f',3,'self','l',200,3),('s','f',5,'self','l',300,5)");
  std::string identity;
  for (int row = 1; row <= 5; ++row) {
    identity += fmt::format(
        "{}({},'s','f',{},'self','l','2026-07-01',NULL,NULL,'{}',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)",
        row == 1 ? "" : ",", row, row, row == 4 ? "missing" : "valid");
  }
  world.put("identity", "identity.parquet", identity);
}

void fill_families(World& world) {
  world.put_truth("persons",
                  "(10,'甲',1,'1940-01-01',NULL,'汉族','510812001001','510812','urban'),"
                  "(20,'乙',2,'1990-01-01',NULL,'彝族','510812001001','510812','rural'),(30,'丙',1,'2015-01-01',NULL,'"
                  "汉族','510812001001','510812','rural')");
  world.put_truth("families", "(10,10),(20,20),(30,20)");
  world.put_night(
      "families",
      "(100,100,'510812001001','510812','urban',1,'known'),(200,200,'510812001001','510812','rural',2,'known')");
  world.put_night("family_members",
                  "(100,100,'reference','r','a'),(200,200,'reference','r','a'),(200,300,'child','r','a')");
}

// Person 10 is entitled and does not receive (found); family 20 receives and is not entitled (missed, evidence there).
void fill_decisions(World& world) {
  world.put_truth("entitlements",
                  "(10,'GL','2026-07-01','yes',2500,'yes',2500,'yes',2500,false,0),(20,'DB','2026-07-01','no',0,'no',0,"
                  "'no',0,true,30000),"
                  "(30,'HL','2026-07-01','yes',8000,'no',0,'no',0,false,0),(30,'BY','2026-07-01','yes',0,'to_verify',"
                  "NULL,'no',NULL,false,0)");
  world.put_truth(
      "faults",
      "('missed_old_age','GL',10,'2026-01-01',6,15000,true,NULL),('income_rise','DB',20,'2026-01-01',6,1,true,NULL),"
      "('card_not_delivered','HL',30,'2026-01-01',1,1,false,'certificate not delivered')");
  world.put_night("facts", "(200,'工资','flow','2026-01-01',NULL,90000000,NULL,'2026-07-01','s',3,true,NULL)");
  world.put_night("decisions",
                  "('GL','person',100,100,'2026-07-01','yes','yes',2500,2500,0,0,'','v','p'),"
                  "('DB','family',200,200,'2026-07-01','to_verify','no',0,0,0,0,'','v','p')");
  world.put_night(
      "findings",
      "(1,'entitled_not_receiving','x','GL',100,100,'c','certain',1,9,2500,6,'2026-01-01','{\"zh\":\"甲，应享\",\"en\":"
      "\"a, entitled\"}','','new',''),"
      "(2,'receiving_not_entitled','x','GL',300,200,'c','certain',2,8,2500,6,'2026-01-01','r','','new','')");
  world.put_night("persons",
                  "(100,'valid','甲',1,'1940-01-01','汉族','510812001001',3),(300,'valid','丙',1,'2015-01-01','汉族','"
                  "510812001001',1)");
}

report::EvaluationInputs filled(World& world) {
  fill_linkage(world);
  fill_families(world);
  fill_decisions(world);
  return {.night = world.folder / "night",
          .truth = world.folder / "truth",
          .identity_files = {world.folder / "identity.parquet"}};
}

}  // namespace

TEST_CASE("the figures are those counted by hand") {
  World world;
  auto result = report::evaluate(world.session, filled(world));
  REQUIRE(result);
  const report::Evaluation& e = *result;
  CHECK(e.all_pairs.true_pairs == 2);        // (1,2), (3,4)
  CHECK(e.all_pairs.found_pairs == 3);       // {1,2,4}
  CHECK(e.all_pairs.right_pairs == 1);       // (1,2)
  CHECK(e.without_number.true_pairs == 1);   // (3,4): 4 has no number
  CHECK(e.without_number.found_pairs == 2);  // (1,4), (2,4)
  CHECK(e.without_number.right_pairs == 0);
  CHECK(e.families.total == 2);
  CHECK(e.families.right == 2);
  CHECK(e.decisions.total == 4);
  CHECK(e.decisions.right == 1);
  REQUIRE(e.list.size() == 3);
  CHECK(e.list[0].rows == 2);  // two delivered cases
  CHECK(e.list[0].recall_ppm == 500'000);
  REQUIRE(e.faults.size() == 3);
  CHECK(e.faults[0].fault_class == "card_not_delivered");
  CHECK(e.faults[0].undetectable == 1);
  CHECK(e.faults[1].found == 0);
  CHECK(e.faults[2].found == 1);
}

TEST_CASE("findings are right by truth against receipt; a wrong accusation lowers precision, not recall") {
  World world;
  auto result = report::evaluate(world.session, filled(world));
  REQUIRE(result);
  std::int64_t right = 0;
  std::int64_t listed = 0;
  for (const auto& row : result->findings) {
    if (row.programme == "GL" && row.finding_class == "entitled_not_receiving" && row.certainty == "certain")
      CHECK(row.found == 1);
    if (row.programme == "HL" && row.certainty == "certain") CHECK((row.undelivered == 1 && row.uncheckable == 0));
    if (row.programme == "BY" && row.certainty == "certain") CHECK((row.undelivered == 1 && row.uncheckable == 1));
    right += row.right;
    listed += row.listed;
  }
  CHECK(right == 1);
  CHECK(listed == 2);
  std::int64_t accusations = 0;
  for (const auto& group : result->groups) {
    if (group.by == "sex" && group.value == "male") accusations = group.false_accusations;
  }
  CHECK(accusations == 1);
  CHECK(nlohmann::json::parse(report::evaluation_json(*result))["linkage"]["all"]["recall"] == 0.5);
}

TEST_CASE("the worklist keeps the rank, speaks both languages and refuses a region the night has not") {
  World world;
  filled(world);
  auto rows = report::worklist(world.session, world.folder / "night", {.region = "5108", .top = 10});
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  CHECK(rows->front().rank == 1);
  CHECK(report::worklist_text(*rows, "zh").find("甲，应享") != std::string::npos);
  CHECK(report::worklist_text(*rows, "en").find("a, entitled") != std::string::npos);
  CHECK(report::worklist_csv(*rows, "zh").find("\"") == std::string::npos);
  CHECK(nlohmann::json::parse(report::worklist_json(*rows)).size() == 2);
  auto nowhere = report::worklist(world.session, world.folder / "night", {.region = "999999"});
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().outcome == Outcome::usage);
}

TEST_CASE("a group of 200 cases that is found 5 points less than the rest of its kind is a gap; a smaller one is not") {
  report::Evaluation evaluation;
  const auto group = [&](const char* value, std::int64_t cases, std::int64_t found) {
    report::GroupFigures figures;
    figures.by = "ethnicity";
    figures.value = value;
    figures.cases = cases;
    figures.found = found;
    figures.likely = "person";
    return figures;
  };
  evaluation.groups = {group("han", 1000, 980), group("minority", 200, 180)};
  auto gaps = report::group_gaps(evaluation);
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].value == "minority");
  CHECK(gaps[0].here_ppm == 900'000);
  CHECK(gaps[0].rest_ppm == 980'000);
  CHECK(report::gaps_text(gaps, "en").find("minority has a recall of 90.00%") != std::string::npos);
  evaluation.groups[1] = group("minority", 199, 100);
  CHECK(report::group_gaps(evaluation).empty());
  evaluation.groups = {group("han", 1000, 980), group("minority", 1000, 930)};  // exactly five points
  CHECK(report::group_gaps(evaluation).empty());
}
