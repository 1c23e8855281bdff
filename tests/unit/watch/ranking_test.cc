#include "watch/ranking.h"

#include <nlohmann/json.hpp>

#include "small_night.h"

using namespace songtan;
using watch::SmallNight;

namespace {

std::string pack_text() {
  std::ifstream in(watch::pack_ranking());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

Result<watch::Ranking> read(const std::string& text) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("songtan_ranking_{}.toml", getpid());
  std::ofstream(file) << text;
  return watch::read_ranking(file);
}

}  // namespace

TEST_CASE("the pack's ranking is read and its formula can be told") {
  const auto ranking = watch::read_ranking(watch::pack_ranking());
  REQUIRE(ranking);
  CHECK(ranking->class_named("to_verify").certain_percent <
        ranking->class_named("entitled_not_receiving").certain_percent);
  CHECK(watch::formula(*ranking, "zh").find("得分 = ") == 0);
  CHECK(watch::formula(*ranking, "en").find("score = ") == 0);
}

TEST_CASE("each wrong ranking is refused with its place") {
  struct Row {
    const char* what;
    const char* with;
    const char* words;
  };
  const Row rows[] = {
      {"name = \"to_verify\"", "name = \"to_guess\"", "unknown code word to_guess"},
      {"name = \"to_verify\"", "name = \"amount_differs\"", "appears twice"},
      {"received = \"group\"", "received = \"grope\"", "unknown code word grope"},
      {"event = [\"hotline\"]", "event = [\"telegram\"]", "unknown code word telegram"},
      {"state = \"applied\"", "state = \"hoped\"", "unknown code word hoped"},
      {"sign = \"duplicate\"", "sign = \"sextuplet\"", "unknown code word sextuplet"},
      {"families = 3", "families = 1", "at least 2"},
      {"years_after = 80", "years_after = 80, at_least = 1", "one of the two"},
      {"age_at_least = 80\n", "", "no bound"},
      {"points_per_month = 2", "points_per_mouth = 2", "points_per_month is missing"},
      {"cap = 60", "cap = \"60\"", "wrong type"},
      {"version = \"1\"", "version = \"1\"\nverison = \"2\"", "unknown key verison"},
      {"in_scope = \"implement\"", "in_scope = \"improvise\"", "improvise"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CAPTURE(row.with);
    const auto ranking = read(replaced(pack_text(), row.what, row.with));
    REQUIRE(!ranking);
    CHECK(ranking.error().outcome == Outcome::bad_data);
    CHECK(ranking.error().message.en.find(row.words) != std::string::npos);
    CHECK(ranking.error().line > 0);
  }
}

TEST_CASE("the score is the sum of its terms, times the certainty") {
  SmallNight night;
  night.family(10, 3);
  night.decision("DB", 10, 10, "to_verify", "yes", 123'456);
  night.fact(10, "残疾等级", 1, "2020-01-01");
  night.fact(11, "残疾等级", 4, "2020-01-01");
  night.fact(12, "出生", Day::from_civil(2020, 2, 29).days, "2020-02-29");
  night.event(12, "hotline", "2026-09-01");
  night.watch();
  const auto reasons = nlohmann::json::parse(night.found("reasons"));
  CHECK(reasons["zh"].get<std::string>().find("1234.56 元") != std::string::npos);
  CHECK(reasons["en"].get<std::string>().find("called for help") != std::string::npos);
  std::int64_t sum = 0;
  std::int64_t percent = 0;
  std::set<std::string> keys;
  for (const auto& term : reasons["terms"]) {
    keys.insert(term["key"].get<std::string>());
    sum += term.value("points", 0);
    percent += term.value("percent", 0);
  }
  CHECK(keys == std::set<std::string>{"class", "programme", "need.severe_disability", "need.several_disabled",
                                      "need.child", "need.call", "money", "time", "certainty"});
  CHECK(std::to_string(sum * percent / 100) == night.found("score"));
}

TEST_CASE("ages are completed years, also of those born on 29 February") {
  struct Row {
    Day birth;
    bool old_enough;
  };
  // The night's day is 2026-09-30.
  for (const Row& row : {Row{Day::from_civil(1946, 9, 30), true}, Row{Day::from_civil(1946, 10, 1), false},
                         Row{Day::from_civil(1944, 2, 29), true}, Row{Day::from_civil(1948, 2, 29), false}}) {
    CAPTURE(row.birth.text());
    SmallNight night;
    night.family(10, 1);
    night.decision("DB", 10, 10, "yes", "yes", 100);
    night.fact(10, "出生", row.birth.days, row.birth.text());
    night.watch();
    CHECK((night.found("reasons").find("need.very_old") != std::string::npos) == row.old_enough);
  }
}

TEST_CASE("the neediest and the most certain come first") {
  SmallNight night;
  for (const int id : {10, 20, 30, 40}) night.family(id, 1);
  night.decision("GL", 10, 10, "yes", "yes", 2'500);
  night.decision("DB", 20, 20, "to_verify", "yes", 60'000);
  night.decision("DB", 30, 30, "yes", "yes", 60'000);
  night.decision("DB", 40, 40, "yes", "yes", 60'000);
  night.fact(40, "重病", 1, "2026-06-01");
  night.watch();
  CHECK(night.found("subject") == "40 30 10 20");
  CHECK(night.found("rank") == "1 2 3 4");
}

TEST_CASE("hardship makes help more urgent, not an accusation") {
  SmallNight night;
  night.family(10, 1);
  night.decision("DB", 10, 10, "no", "no", 0);
  night.enrolled("DB", 10, 300, "g1");
  night.fact(10, "重病", 1, "2026-06-01");
  night.watch();
  CHECK(night.found("class") == "receiving_not_entitled");
  CHECK(night.found("reasons").find("need.") == std::string::npos);
}

TEST_CASE("an entitlement is dated by the pack's rule, never into the future") {
  SmallNight night;
  night.family(10, 1);
  night.family(20, 1);
  night.decision("GL", 10, 10, "yes", "yes", 2'500);
  night.decision("GL", 20, 20, "yes", "yes", 2'500);
  night.fact(10, "出生", Day::from_civil(1946, 3, 15).days, "1946-03-15");
  night.fact(20, "出生", Day::from_civil(1946, 12, 15).days, "1946-12-15");
  night.watch();
  CHECK(night.found("since || ' ' || months", "subject = 10") == "2026-03-15 6");
  CHECK(night.found("since || ' ' || months", "subject = 20") == "2026-09-01 1");
}

TEST_CASE("who already receives something is a policy to carry out, who does not is referred") {
  SmallNight night;
  night.family(10, 1);
  night.family(20, 1);
  for (const int id : {10, 20}) night.decision("GL", id, id, "yes", "yes", 2'500);
  night.decision("DB", 20, 20, "yes", "yes", 30'000);
  night.enrolled("DB", 20, 300, "g1");
  night.watch();
  CHECK(night.found("disposition", "subject = 10") == "refer");
  CHECK(night.found("disposition", "subject = 20") == "implement");
}

TEST_CASE("the same night gives the same bytes at any number of threads") {
  std::map<int, std::string> bytes;
  for (const int threads : {1, 2, 4}) {
    SmallNight night(threads);
    for (int id = 100; id < 4'000; id += 10) {
      night.family(id, 1 + id % 3);
      night.decision("DB", id, id, id % 4 == 0 ? "yes" : "to_verify", id % 3 == 0 ? "no" : "yes", id * 10);
      if (id % 5 == 0) night.fact(id, "重病", 1, "2026-06-01");
      if (id % 7 == 0) night.enrolled("DB", id, id, "g" + std::to_string(id % 50));
    }
    night.watch();
    bytes[threads] = night.bytes();
  }
  CHECK(bytes[1] == bytes[2]);
  CHECK(bytes[1] == bytes[4]);
}
