#include "link/night_link.h"

#include "link/night_fixture.h"

using namespace songtan;
using namespace songtan::link;
using namespace songtan::link::testing;

namespace {

const std::string kLi = number_of(510812, 19560409, 123);
const std::string kWang = number_of(510812, 19710624, 46);

std::string with_digit(std::string number, std::size_t at) {
  number[at] = number[at] == '9' ? '0' : static_cast<char>(number[at] + 1);
  return number;
}

// A register of `count` people with distinct names, so that weighed links have a population to stand out from.
std::vector<Mention> population(int count) {
  const std::string given[] = {"伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇"};
  const std::string surnames[] = {"张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙"};
  std::vector<Mention> people;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const int birth = 19500101 + i % 50 * 10000 + i % 12 * 100 + i % 28;
    people.push_back({.row = 1000 + i,
                      .number = number_of(510812, birth, i % 999),
                      .name = surnames[at / 100 % 10] + given[at / 10 % 10] + given[at % 10],
                      .birth = Day::from_civil(birth / 10000, birth / 100 % 100, birth % 100).text(),
                      .region = "510812" + std::to_string(100 + i % 30) + "001",
                      .address = "云峰村" + std::to_string(i / 3) + "号院",
                      .group = "h" + std::to_string(i / 3)});
  }
  return people;
}

}  // namespace

TEST_CASE_FIXTURE(NightFixture, "equal numbers link when the name or the birth date agrees") {
  const Mention register_row{.number = kLi, .name = "李秀英", .birth = "1956-04-09"};
  const Mention homophone{.source = "hr.pensions", .number = kLi, .name = "李秀瑛"};
  const Mention renamed{.source = "nhc.deaths", .number = kLi, .name = "李玉兰", .birth = "1956-04-09"};
  const Mention someone_else{.source = "nhsa.claims", .number = kLi, .name = "赵大山"};
  const Mention child{.source = "moe.students", .number = kLi, .name = "周小宝", .birth = "2015-03-02"};
  const LinkReport report = link({register_row, homophone, renamed, someone_else, child});
  CHECK(same(register_row, homophone));
  CHECK(same(register_row, renamed));
  CHECK_FALSE(same(register_row, someone_else));
  CHECK_FALSE(same(register_row, child));
  CHECK_FALSE(same(someone_else, child));
  CHECK(report.refused_numbers == 2);
  CHECK(report.persons == 3);
}

TEST_CASE_FIXTURE(NightFixture, "a damaged number is repaired when one owner's name agrees") {
  const Mention owner{.number = kLi, .name = "李秀英", .birth = "1956-04-09"};
  const Mention slip{.source = "hr.pensions", .number = with_digit(kLi, 9), .name = "李秀英"};
  const Mention stranger{.source = "hr.pensions", .row = 2, .number = with_digit(kLi, 10), .name = "赵大山"};
  const Mention spreadsheet{.source = "tax.wages", .number = kLi.substr(0, 15) + "000", .name = "李秀英"};
  const LinkReport report = link({owner, slip, stranger, spreadsheet});
  CHECK(same(owner, slip));
  CHECK(same(owner, spreadsheet));
  CHECK_FALSE(same(owner, stranger));
  CHECK(report.repaired == 2);
}

TEST_CASE_FIXTURE(NightFixture, "a 15-digit number is its 18-digit one") {
  const Mention now{.number = kLi, .name = "李秀英", .birth = "1956-04-09"};
  const Mention old{.source = "mca.marriages", .number = kLi.substr(0, 6) + kLi.substr(8, 9), .name = "李秀英"};
  link({now, old});
  CHECK(same(now, old));
}

TEST_CASE_FIXTURE(NightFixture, "a disability card carries its owner's number") {
  const Mention owner{.number = kLi, .name = "李秀英", .birth = "1956-04-09"};
  const Mention card{.source = "cdpf.certificates", .name = "李秀英", .local = kLi + "41"};
  link({owner, card});
  CHECK(same(owner, card));
}

TEST_CASE_FIXTURE(NightFixture, "a record without a number finds the one person that stands out") {
  auto people = population(300);
  const Mention by_birth{.source = "nhc.deaths", .name = people[7].name, .birth = people[7].birth};
  const Mention by_address{.source = "mca.cremations", .name = people[8].name, .address = people[8].address};
  const Mention variant{
      .source = "mca.hotline", .name = "张芳婷", .birth = people[18].birth, .region = people[18].region};
  const Mention nobody{.source = "mca.hotline", .row = 2, .name = "欧阳不知", .birth = "1960-01-02"};
  auto all = people;
  for (const Mention& one : {by_birth, by_address, variant, nobody}) all.push_back(one);
  link(all);
  CHECK(same(people[7], by_birth));
  CHECK(same(people[8], by_address));
  for (const Mention& one : people) CHECK_FALSE(same(one, nobody));
}

TEST_CASE_FIXTURE(NightFixture, "two people of one name are told apart or left alone") {
  auto people = population(300);
  people[5].name = people[6].name = "张三丰";
  const Mention vague{.source = "mca.hotline", .name = "张三丰", .region = "510812"};
  const Mention telling{.source = "mca.hotline", .row = 2, .name = "张三丰", .address = people[6].address, .group = ""};
  people[5].address = "别处";
  auto all = people;
  all.push_back(vague);
  all.push_back(telling);
  const LinkReport report = link(all);
  CHECK_FALSE(same(people[5], vague));
  CHECK_FALSE(same(people[6], vague));
  CHECK(same(people[6], telling));
  CHECK(report.undecided >= 1);
}

TEST_CASE_FIXTURE(NightFixture, "a child without a number is found through its mother") {
  auto people = population(300);
  people[31].group = people[30].group = "the household";
  const Mention mother{
      .source = "nhc.births", .row = 9, .role = 1, .number = people[30].number, .name = people[30].name};
  const Mention child{.source = "nhc.births", .row = 9, .name = people[31].name, .birth = people[31].birth};
  auto all = people;
  all.push_back(mother);
  all.push_back(child);
  link(all);
  CHECK(same(people[30], mother));
  CHECK(same(people[31], child));
  CHECK(text("SELECT rule FROM " + table("links") + " WHERE rule LIKE '%household%' LIMIT 1").find("name+birth") == 0);
}

TEST_CASE_FIXTURE(NightFixture, "a record whose whole row lost its numbers is found by whom it is named with") {
  auto people = population(300);
  people[40].name = people[41].name = people[200].name = "陈小兰";  // one name, two households
  people[41].group = "elsewhere";
  people[42].name = "杨树林";
  people[40].group = people[42].group = "together";
  const Mention self{.source = "mps.hukou_relations", .row = 7, .name = "陈小兰"};
  const Mention relative{.source = "mps.hukou_relations", .row = 7, .role = 1, .name = "杨树林"};
  const Mention alone{.source = "mps.hukou_relations", .row = 8, .name = "陈小兰"};
  auto all = people;
  for (const Mention& one : {self, relative, alone}) all.push_back(one);
  link(all);
  CHECK(same(people[40], self));
  CHECK(same(people[42], relative));
  for (const std::size_t namesake : {40U, 41U, 200U}) CHECK_FALSE(same(people[namesake], alone));
}

TEST_CASE_FIXTURE(NightFixture, "a number that five hundred people were given glues nobody") {
  std::vector<Mention> all;
  auto people = population(500);
  for (Mention& one : people) {
    Mention poisoned = one;
    poisoned.source = "moj.custody";
    poisoned.number = kWang;
    poisoned.birth = "1971-06-24";
    all.push_back(one);
    all.push_back(poisoned);
  }
  link(all);
  std::map<std::int64_t, std::set<std::int64_t>> register_rows;
  const auto linked = persons();
  for (const Mention& one : people) register_rows[linked.at(one.id())].insert(one.id());
  CHECK(register_rows.size() == people.size());
}

TEST_CASE_FIXTURE(NightFixture, "decisions of people are obeyed") {
  const Mention a{.number = kLi, .name = "李秀英", .birth = "1956-04-09"};
  const Mention b{.source = "hr.pensions", .number = kLi, .name = "李秀英"};
  const Mention c{.source = "nhsa.claims", .number = kWang, .name = "王建国"};
  NightLinkInputs inputs;
  inputs.identity = {write_identity({a, b, c})};
  inputs.decisions = {write_decision("not_same", a, b), write_decision("same", b, c)};
  run(inputs);
  CHECK_FALSE(same(a, b));
  CHECK(same(b, c));
  inputs.decisions.clear();
  run(inputs, "undone");
  CHECK(same(a, b, "undone"));
  CHECK_FALSE(same(b, c, "undone"));
}

TEST_CASE_FIXTURE(NightFixture, "a decision outlives the delivery of its records") {
  const auto people = population(20);
  NightLinkInputs inputs;
  inputs.identity = {write_identity(people)};
  inputs.decisions = {write_decision("same", people[3], people[9])};
  run(inputs);
  CHECK(same(people[3], people[9]));
  auto next = people;
  for (Mention& one : next) one.file = "b.csv";
  NightLinkInputs second;
  second.identity = {write_identity(next, "next.parquet")};
  second.decisions = inputs.decisions;  // still names the records of a.csv
  second.previous = registry();
  CHECK(run(second, "night2").idle_decisions == 0);
  CHECK(same(next[3], next[9], "night2"));
  next[3].name = "改了名";  // says something else now: nobody may guess
  second.identity = {write_identity(next, "third.parquet")};
  CHECK(run(second, "night3").idle_decisions == 1);
  CHECK_FALSE(same(next[3], next[9], "night3"));
}

TEST_CASE_FIXTURE(NightFixture, "ids survive the next delivery, merges and splits are logged") {
  auto people = population(50);
  NightLinkInputs inputs;
  inputs.identity = {write_identity(people)};
  inputs.night = "n1";
  CHECK(run(inputs).created == 50);
  auto next = people;
  for (Mention& one : next) one.file = "b.csv";  // the same people, delivered anew: no record id survives
  NightLinkInputs second;
  second.identity = {write_identity(next, "next.parquet")};
  second.previous = registry();
  second.night = "n2";
  const LinkReport report = run(second, "night2");
  CHECK(report.created == 0);
  const auto before = persons();
  const auto after = persons("night2");
  for (std::size_t i = 0; i < people.size(); ++i) CHECK(before.at(people[i].id()) == after.at(next[i].id()));
  second.decisions = {write_decision("same", next[3], next[9])};
  CHECK(run(second, "night3").merged == 1);
  NightLinkInputs undone = second;
  undone.decisions.clear();
  undone.previous = registry("night3");
  CHECK(run(undone, "night4").split == 1);
  CHECK(text("SELECT string_agg(kind, ',' ORDER BY sequence) FROM " + table("person_log", "night4") +
             " WHERE kind <> 'created'") == "merged,split");
  CHECK(text("SELECT string_agg(reason, ',' ORDER BY sequence) FROM " + table("person_log", "night4") +
             " WHERE kind <> 'created'") == "decided: the same person,records are no longer linked");
  // What was merged and taken apart again bears its old id.
  CHECK(persons("night4") == persons("night2"));
}

TEST_CASE_FIXTURE(NightFixture, "who has no number is found again by what the whole row says") {
  auto people = population(30);
  std::vector<Mention> all = people;
  for (std::size_t i = 0; i < 10; ++i) {
    all.push_back({.source = "moe.students",
                   .row = static_cast<std::int64_t>(i + 1),
                   .number = people[i].number,
                   .name = people[i].name});
    all.push_back({.source = "moe.students", .row = static_cast<std::int64_t>(i + 1), .role = 1, .name = "监护人同名"});
  }
  NightLinkInputs inputs;
  inputs.identity = {write_identity(all)};
  inputs.night = "n1";
  run(inputs);
  auto next = all;
  for (Mention& one : next) one.file = "b.csv";
  std::reverse(next.begin(), next.end());
  for (Mention& one : next) one.row = 5000 - one.row;  // in another order
  NightLinkInputs second;
  second.identity = {write_identity(next, "next.parquet")};
  second.previous = registry();
  const LinkReport report = run(second, "night2");
  CHECK(report.created == 0);
  CHECK(report.merged == 0);
  const auto before = persons();
  const auto after = persons("night2");
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(before.at(all[i].id()) == after.at(next[all.size() - 1 - i].id()));
}

TEST_CASE_FIXTURE(NightFixture, "a register that misses a night brings the same ids back") {
  auto people = population(40);
  NightLinkInputs inputs;
  inputs.identity = {write_identity(people)};
  run(inputs);
  NightLinkInputs second = inputs;
  second.identity = {write_identity({people.begin(), people.begin() + 20}, "half.parquet")};
  second.previous = registry();
  run(second, "night2");
  NightLinkInputs third = inputs;
  third.previous = registry("night2");
  CHECK(run(third, "night3").created == 20);
  CHECK(persons("night3") == persons());
  CHECK(text("SELECT count(*)::VARCHAR FROM " + table("person_log", "night3") + " WHERE reason = 'seen again'") ==
        "20");
}

TEST_CASE_FIXTURE(NightFixture, "tables are equal to the byte at any number of threads and order of files") {
  auto people = population(400);
  std::vector<Mention> other;
  for (std::size_t i = 0; i < people.size(); i += 3) {
    other.push_back({.source = "nhc.deaths",
                     .row = static_cast<std::int64_t>(i + 1),
                     .name = people[i].name,
                     .birth = people[i].birth});
  }
  NightLinkInputs inputs;
  inputs.identity = {write_identity(people), write_identity(other, "other.parquet")};
  run(inputs, "one");
  inputs.threads = 4;
  std::swap(inputs.identity[0], inputs.identity[1]);
  run(inputs, "four");
  for (const char* name : {"persons", "person_records", "person_log", "links", "person_keys"}) {
    CAPTURE(name);
    const auto digest = [&](const char* out) { return *sha256_of_file(folder() / out / name / "part-0.parquet"); };
    CHECK(digest("one") == digest("four"));
  }
}

TEST_CASE_FIXTURE(NightFixture, "wrong use is refused in words") {
  SilentProgress silent;
  const auto nothing = link_night(session(), {}, folder() / "x", silent);
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().code == "link.no_identity");
  NightLinkInputs inputs;
  inputs.identity = {folder() / "absent.parquet"};
  CHECK_FALSE(link_night(session(), inputs, folder() / "x", silent));
}
