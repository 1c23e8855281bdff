#include "decide/decide.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "decide/explain.h"
#include "profile/village.h"

using namespace songtan;
using test::kAsOf;
using test::Village;

namespace {

std::filesystem::path sichuan() { return std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan"; }

void decide_built(Village& village, const decide::DecideLimits& limits = {}) {
  SilentProgress progress;
  const auto decided = decide::decide({.profile = village.out(), .pack = sichuan(), .as_of = kAsOf, .scenario = {}},
                                      limits, village.out(), progress);
  if (!decided) FAIL_CHECK(describe(decided.error(), "en"));
  REQUIRE(decided);
}

void decide_village(Village& village, profile::Completeness completeness, const decide::DecideLimits& limits = {}) {
  auto inputs = village.inputs();
  inputs.completeness = completeness;
  village.build(inputs);
  decide_built(village, limits);
}

/// "status amount missing" of one decision; "" without a row.
std::string decision(Village& village, std::string_view programme, std::int64_t subject) {
  return village.text(
      fmt::format("SELECT coalesce(max(status || ' ' || coalesce(amount::VARCHAR, '?') || coalesce(' ' || missing, "
                  "'')), '') FROM {} "
                  "WHERE programme = '{}' AND subject = {}",
                  village.table("decisions"), programme, subject));
}

std::string decision_bytes(Village& village) {
  std::ifstream in(village.out() / "decisions" / "part-000.parquet", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a fact on the day decides: eighty on it is yes, a day later is no, an unknown birth is to verify") {
  Village village;
  village.person(1, "1946-07-31", 'f', "house 1", "head", "book 1");
  village.person(2, "1946-08-01", 'f', "house 2", "head", "book 2");
  village.say("identity", 3, "'missing' AS number_state, 2 AS sex");
  village.say("address", 3, "'hukou' AS kind, '510107001001' AS region, 'rural' AS residence_type");
  decide_village(village, profile::Completeness::complete);
  CHECK(decision(village, "GL", 1).starts_with("yes "));
  CHECK(decision(village, "GL", 2) == "no 0");
  CHECK(decision(village, "GL", 3).starts_with("to_verify "));
  CHECK(decision(village, "GL", 3).ends_with(" 出生"));
}

TEST_CASE("who counts in no family is decided as a person, and no family programme knows them") {
  Village village;
  village.person(1, "1980-02-15", 'm');
  village.event(1, "prison", "2025-01-01");
  village.person(2, "1940-02-15", 'f', "house 2", "head", "book 2");
  village.event(2, "death", "2026-07-01");
  decide_village(village, profile::Completeness::complete);
  CHECK(decision(village, "GL", 2) == "no 0");
  CHECK(decision(village, "DB", 1).empty());
  CHECK(village.text("SELECT count(*) FROM " + village.table("decisions") + " WHERE family_id IS NOT NULL") == "0");
  CHECK(village.text("SELECT count(*) FROM (SELECT subject FROM " + village.table("decisions") +
                     " GROUP BY subject HAVING count(*) > 2)") == "2");  // both, for every programme of persons
}

TEST_CASE("a wage counts over the twelve months before, and one that ended earlier does not") {
  Village village;
  village.person(1, "1980-02-15", 'm', "house 1", "head", "book 1");
  village.say("income", 1, "'wage' AS kind, 50000000 AS amount, DATE '2020-01-01' AS valid_from");
  village.person(2, "1980-02-15", 'm', "house 2", "head", "book 2");
  village.person(3, "1980-02-15", 'm', "house 3", "head", "book 3");
  village.say("income", 3,
              "'wage' AS kind, 50000000 AS amount, DATE '2020-01-01' AS valid_from, DATE '2025-07-01' AS valid_to");
  decide_village(village, profile::Completeness::complete);
  CHECK(decision(village, "DB", 1) == "no 0");
  CHECK(decision(village, "DB", 2).starts_with("yes "));
  CHECK(decision(village, "DB", 3) == decision(village, "DB", 2));
}

TEST_CASE("where nothing was delivered nothing is denied: the missing facts are named") {
  Village village;
  village.person(1, "1980-02-15", 'm');
  decide_village(village, profile::Completeness::as_delivered);
  CHECK(decision(village, "DB", 1).starts_with("to_verify "));
  CHECK(decision(village, "DB", 1).find("工资") != std::string::npos);
}

TEST_CASE("an obligor's wage counts for the parents with consent only") {
  for (const bool consents : {false, true}) {
    Village village;
    village.person(1, "1950-02-15", 'f', "house 1", "head", "book 1");
    village.person(2, "1978-05-01", 'm', "house 2", "head", "book 2");
    village.kin(2, "mother", 1);
    village.say("income", 2, "'wage' AS kind, 500000000 AS amount, DATE '2020-01-01' AS valid_from");
    if (consents)
      village.say("consent", 2,
                  "'obligor_check' AS kind, DATE '2026-01-01' AS valid_from, DATE '2027-01-01' AS valid_to");
    for (const int person : {1, 2}) village.event(person, "bank_check", "2026-06-01", "no_record");
    auto inputs = village.inputs();
    for (const char* source :
         {"nhc.deaths", "tax.wages", "hr.pensions", "hr.employment", "mnr.property", "mps.vehicles", "samr.entities",
          "cdpf.certificates", "nhsa.claims", "moe.students", "moj.custody", "mca.tekun", "mca.orphans"}) {
      inputs.coverage.push_back({.source = source,
                                 .region = "51",
                                 .delivered = kAsOf,
                                 .rhythm_days = 30,
                                 .absence_is_none = true,
                                 .priority = 50});
    }
    village.build(inputs);
    decide_built(village);
    CAPTURE(consents);
    CHECK((decision(village, "DB", 1).find("自报赡养费") != std::string::npos) == !consents);
    if (consents) CHECK(decision(village, "DB", 1) == "no 0");
  }
}

TEST_CASE("equal bytes in one piece and in many, at 1 and 4 threads, with obligors in other pieces") {
  std::string first;
  for (const auto& [threads, piece] : {std::pair{1, 0}, {4, 0}, {1, 1}, {2, 7}}) {
    Village village;
    for (int i = 1; i <= 40; ++i) {
      village.person(i, fmt::format("{}-0{}-11", 1930 + (i * 7) % 80, 1 + i % 9), i % 2 == 0 ? 'm' : 'f',
                     fmt::format("house {}", i / 3), i % 3 == 0 ? "head" : "child", fmt::format("book {}", i / 3));
      if (i % 5 == 0) village.kin(i, "mother", i - 4);
      if (i % 4 == 0) village.say("income", i, "'wage' AS kind, 200000000 AS amount, DATE '2020-01-01' AS valid_from");
    }
    decide_village(village, profile::Completeness::complete,
                   {.threads = threads, .memory_bytes = 1 << 30, .spill_folder = {}, .persons_of_piece = piece});
    const std::string bytes = decision_bytes(village);
    if (first.empty()) first = bytes;
    CAPTURE(threads);
    CAPTURE(piece);
    CHECK(bytes == first);
  }
}

TEST_CASE("a folder without a profile and a pack that is not there are refused clearly") {
  SilentProgress progress;
  const auto nowhere = std::filesystem::temp_directory_path() / "songtan_decide_nowhere";
  const auto no_profile =
      decide::decide({.profile = nowhere, .pack = sichuan(), .as_of = kAsOf, .scenario = {}}, {}, nowhere, progress);
  REQUIRE_FALSE(no_profile);
  CHECK(no_profile.error().code == "profile.absent");
  const auto no_pack = decide::decide({.profile = nowhere, .pack = nowhere / "pack", .as_of = kAsOf, .scenario = {}},
                                      {}, nowhere, progress);
  REQUIRE_FALSE(no_pack);
  CHECK(no_pack.error().outcome == Outcome::usage);
}

TEST_CASE("explain tells each condition with the article in force, each fact with its record, and what is missing") {
  Village village;
  village.person(1, "1940-02-15", 'f');
  village.say("income", 1, "'pension_resident' AS kind, 1500000 AS amount, DATE '2010-01-01' AS valid_from");
  decide_village(village, profile::Completeness::as_delivered);
  village.publish_registry();
  decide::ExplainRequest request{
      .night = village.out(), .pack = sichuan(), .as_of = kAsOf, .family = 1, .person = {}, .programme = ""};
  const auto explained = decide::explain(request);
  if (!explained) FAIL_CHECK(describe(explained.error(), "en"));
  REQUIRE(explained);
  CHECK(explained->family == 1);
  for (const char* code : {"DB", "BY", "HL", "GL"})
    CHECK(std::ranges::find(explained->decisions, code, &decide::ExplainedDecision::programme) !=
          explained->decisions.end());
  const auto pension = std::ranges::find(explained->facts, "养老金", &decide::ExplainedFact::name);
  REQUIRE(pension != explained->facts.end());
  REQUIRE(pension->evidence.size() == 1);
  CHECK(pension->evidence[0].value == "150.00 元/月");
  CHECK(pension->evidence[0].source == "register");
  CHECK(pension->evidence[0].row > 0);
  const auto wage = std::ranges::find(explained->facts, "工资", &decide::ExplainedFact::name);
  REQUIRE(wage != explained->facts.end());
  CHECK(wage->evidence.empty());
  CHECK(wage->absent_value.empty());
  CHECK(wage->absent_reason == "not_delivered");
  const auto dibao = std::ranges::find(explained->decisions, "DB", &decide::ExplainedDecision::programme);
  REQUIRE(dibao != explained->decisions.end());
  CHECK(std::ranges::find(dibao->missing, "工资") != dibao->missing.end());
  const auto here =
      std::ranges::find_if(dibao->conditions, [](const auto& condition) { return condition.label.zh == "申请地"; });
  REQUIRE(here != dibao->conditions.end());
  CHECK(here->article == "社会救助法 第十八条");  // in force from 2026-07-01, another one before
  CHECK(decide::explanation_text(*explained, "zh").find("须收集的事实") != std::string::npos);
  CHECK(decide::explanation_text(*explained, "en").find("the source was not delivered") != std::string::npos);
}

TEST_CASE("explain refuses a family, a person and a programme that the night does not know") {
  Village village;
  village.person(1, "1940-02-15", 'f');
  decide_village(village, profile::Completeness::as_delivered);
  village.publish_registry();
  decide::ExplainRequest request{
      .night = village.out(), .pack = sichuan(), .as_of = kAsOf, .family = 99, .person = {}, .programme = ""};
  CHECK(decide::explain(request).error().code == "explain.unknown");
  request.family.reset();
  request.person = 98;
  CHECK(decide::explain(request).error().code == "explain.unknown");
  request.person = 1;
  request.programme = "ZZ";
  CHECK(decide::explain(request).error().code == "explain.programme");
}
