#include <fstream>
#include <iterator>
#include <map>

#include "profile/village.h"

using namespace songtan;
using test::Village;

namespace {

std::string bytes_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(folder).string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  std::string all;
  for (const auto& [name, bytes] : files) all += name + '\n' + bytes;
  return all;
}

}  // namespace

TEST_CASE("57号 Art. 7(1): spouses are one family wherever they live") {
  Village village;
  village.person(1, "1980-02-15", 'm', "house 1", "head", "book 1");
  village.person(2, "1982-05-01", 'f', "house 2", "head", "book 2");
  village.kin(1, "spouse", 2);
  village.person(3, "1990-01-01", 'f', "house 1", "head", "book 3");
  village.build();
  CHECK(village.families() == "1+2 | 3");
  CHECK(village.reason_of(2) == "配偶 民发〔2021〕57号 第七条（一）");
}

TEST_CASE("a divorced couple is two families, a couple that married again is one") {
  Village village;
  village.person(1, "1980-02-15", 'm');
  village.person(2, "1982-05-01", 'f', "house 2", "head", "book 2");
  village.kin(1, "spouse", 2, "DATE '2005-01-01' AS valid_from");
  village.kin(1, "ex_spouse", 2, "DATE '2015-01-01' AS valid_from");
  village.person(3, "1980-02-15", 'm', "house 3", "head", "book 3");
  village.person(4, "1982-05-01", 'f', "house 4", "head", "book 4");
  village.kin(3, "spouse", 4, "DATE '2005-01-01' AS valid_from");
  village.kin(3, "ex_spouse", 4, "DATE '2015-01-01' AS valid_from");
  village.kin(3, "spouse", 4, "DATE '2018-01-01' AS valid_from");
  village.build();
  CHECK(village.families() == "1 | 2 | 3+4");
}

TEST_CASE("Art. 7(2): a minor counts with the parents though it lives with its grandparents") {
  Village village;
  village.person(1, "1985-02-15", 'm', "city flat", "head", "book 1");
  village.person(2, "1986-05-01", 'f', "city flat", "spouse", "book 1");
  village.person(3, "2015-09-01", 'f', "old house", "child", "book 1");
  village.person(4, "1955-09-01", 'f', "old house", "head", "book 2");
  village.kin(1, "spouse", 2);
  village.kin(3, "father", 1);
  village.kin(3, "mother", 2);
  village.kin(1, "mother", 4);
  village.build();
  CHECK(village.families() == "1+2+3 | 4");
  CHECK(village.reason_of(3) == "未成年子女 民发〔2021〕57号 第七条（二）");
}

TEST_CASE("a child of divorced parents counts with the one it lives with, else the one of its book, else the mother") {
  for (const auto& [home, book, expected] : {std::tuple{"house 1", "book 9", "1+3 | 2"},
                                             {"house 2", "book 9", "1 | 2+3"},
                                             {"school", "book 1", "1+3 | 2"},
                                             {"school", "book 9", "1 | 2+3"}}) {
    Village village;
    village.person(1, "1985-02-15", 'm', "house 1", "head", "book 1");
    village.person(2, "1986-05-01", 'f', "house 2", "head", "book 2");
    village.person(3, "2015-09-01", 'f', home, "child", book);
    village.kin(3, "father", 1);
    village.kin(3, "mother", 2);
    village.build();
    CAPTURE(home);
    CAPTURE(book);
    CHECK(village.families() == expected);
  }
}

TEST_CASE("the eighteenth birthday ends minority on the day itself") {
  Village village;
  village.person(1, "1980-02-15", 'f');
  village.person(2, "2008-08-01", 'm', "house 2", "child", "book 1");  // 17 on 31 July 2026
  village.person(3, "2008-07-31", 'm', "house 3", "child", "book 1");  // 18 on it
  village.kin(2, "mother", 1);
  village.kin(3, "mother", 1);
  village.build();
  CHECK(village.families() == "1+2 | 3");
}

TEST_CASE(
    "Art. 7(3): full-time students up to bachelor count with their parents though away, graduate students do not") {
  Village village;
  village.person(1, "1975-02-15", 'f');
  village.person(2, "2005-03-01", 'm', "dormitory", "child");
  village.person(3, "2001-03-01", 'm', "dormitory", "child");
  village.person(4, "2004-03-01", 'm', "city flat", "child");
  for (const int child : {2, 3, 4}) village.kin(child, "mother", 1);
  village.event(2, "school", "2023-09-01", "university");
  village.event(3, "school", "2023-09-01", "graduate");
  village.event(4, "school", "2020-09-01", "high", "2023-06-30");  // finished
  village.build();
  CHECK(village.families() == "1+2 | 3 | 4");
  CHECK(village.reason_of(2) == "在校接受全日制本科及以下学历教育的成年子女 民发〔2021〕57号 第七条（三）");
}

TEST_CASE(
    "Art. 7(3): a severely disabled single adult counts with the parents, a married or lightly disabled one does not") {
  Village village;
  village.person(1, "1955-02-15", 'f');
  for (const int child : {2, 3, 4, 5}) {
    village.person(child, "1985-03-01", 'm', fmt::format("house {}", child), "child");
    village.kin(child, "mother", 1);
  }
  village.disability(2, 2);
  village.disability(3, 3, "mental");
  village.disability(4, 3, "physical");
  village.disability(5, 1);
  village.person(6, "1986-03-01", 'f', "house 5", "head", "book 6");
  village.kin(5, "spouse", 6);
  village.build();
  CHECK(village.families() == "1+2+3 | 4 | 5+6");
}

TEST_CASE("Art. 7(4): three generations under one roof are one family, an adult child elsewhere is not in it") {
  Village village;
  village.person(1, "1950-02-15", 'm', "house 1", "head");
  village.person(2, "1952-05-01", 'f', "house 1", "spouse");
  village.person(3, "1978-05-01", 'm', "house 1", "child");
  village.person(4, "1980-05-01", 'f', "house 1", "child_in_law");
  village.person(5, "2010-05-01", 'f', "house 1", "grandchild");
  village.person(6, "1975-05-01", 'f', "house 2", "head", "book 2");
  village.kin(1, "spouse", 2);
  village.kin(3, "father", 1);
  village.kin(3, "mother", 2);
  village.kin(3, "spouse", 4);
  village.kin(5, "father", 3);
  village.kin(5, "mother", 4);
  village.kin(6, "father", 1);
  village.build();
  CHECK(village.families() == "1+2+3+4+5 | 6");
  CHECK(village.reason_of(1) == "配偶 民发〔2021〕57号 第七条（一）");
  CHECK(village.text("SELECT string_agg(member_role, ',' ORDER BY person_id) FROM " +
                     village.table("family_members")) == "reference,spouse,child,other,other,reference");
  CHECK(
      village.text("SELECT family_id || ' ' || region || ' ' || county || ' ' || residence_type || ' ' || size FROM " +
                   village.table("families") + " ORDER BY size DESC LIMIT 1") == "1 510107001001 510107 rural 5");
}

TEST_CASE("siblings under one roof have no duty to each other unless the parents are gone") {
  Village village;
  village.person(1, "1990-02-15", 'm');
  village.person(2, "1992-05-01", 'f', "house 1", "sibling");
  village.person(3, "1960-05-01", 'f', "house 3", "head", "book 3");
  village.kin(1, "mother", 3);
  village.kin(2, "mother", 3);
  village.build();
  CHECK(village.families() == "1 | 2 | 3");
}

TEST_CASE("an orphan counts with the grandparents or the grown sibling who bring it up") {
  Village village;
  village.person(1, "1950-02-15", 'f', "house 1");
  village.person(2, "1975-05-01", 'm', "house 1", "child");
  village.person(3, "2014-05-01", 'f', "house 1", "grandchild");
  village.kin(2, "mother", 1);
  village.kin(3, "father", 2);
  village.event(2, "death", "2022-03-01");
  village.person(4, "2000-05-01", 'f', "house 4", "head", "book 4");
  village.person(5, "2013-05-01", 'f', "house 4", "sibling", "book 4");
  village.person(6, "1970-05-01", 'm', "house 4", "other", "book 4");
  village.kin(4, "father", 6);
  village.kin(5, "father", 6);
  village.event(6, "death", "2022-03-01");
  village.build();
  CHECK(village.families() == "1+3 | 4+5");
  CHECK(village.reason_of(3) == "父母不能抚养，由祖父母、外祖父母抚养 民发〔2021〕57号 第七条（四）");
}

TEST_CASE("who is in prison, in compulsory detox, declared missing or dead is in no family; the others stay one") {
  Village village;
  village.person(1, "1980-02-15", 'm');
  village.person(2, "1982-05-01", 'f', "house 1", "spouse");
  village.person(3, "2012-05-01", 'f', "house 1", "child");
  village.kin(1, "spouse", 2);
  village.kin(3, "father", 1);
  village.kin(3, "mother", 2);
  village.event(1, "prison", "2025-01-01");
  village.person(4, "1980-02-15", 'm', "house 4", "head", "book 4");
  village.event(4, "detox", "2025-01-01", "", "2026-01-01");  // released
  village.person(5, "1980-02-15", 'm', "house 5", "head", "book 5");
  village.event(5, "detox", "2026-01-01");
  village.person(6, "1980-02-15", 'm', "house 6", "head", "book 6");
  village.event(6, "missing", "2020-01-01");
  village.person(7, "1980-02-15", 'm', "house 7", "head", "book 7");
  village.event(7, "cremation", "2026-07-01");
  village.build();
  CHECK(village.families() == "2+3 | 4");
  CHECK(village.counts.persons == 7);
}

TEST_CASE("without a written home the hukou book says who lives together") {
  Village village;
  village.person(1, "1950-02-15", 'f', "");
  village.person(2, "1978-05-01", 'm', "house 1", "child");
  village.kin(2, "mother", 1);
  village.person(3, "1950-02-15", 'f', "", "head", "book 3");
  village.person(4, "1978-05-01", 'm', "house 4", "head", "book 4");
  village.kin(4, "mother", 3);
  village.build();
  CHECK(village.families() == "1+2 | 3 | 4");
}

TEST_CASE(
    "an address that is not written is presumed to be the relative's in the same village, not in the same township") {
  for (const auto& [region, expected, composition] :
       {std::tuple{"510107001001", "1+2", "presumed"}, {"510107001000", "1 | 2", "known,known"}}) {
    Village village;
    for (const auto& [id, birth, book] : {std::tuple{1, "1950-02-15", "book 1"}, {2, "1978-05-01", "book 2"}}) {
      village.person(id, birth, 'f', "", "head", book);
      village.say("address", id,
                  fmt::format("'residence' AS kind, '{}' AS region, 'rural' AS residence_type, NULL AS text", region));
    }
    village.kin(2, "mother", 1);
    village.build();
    CAPTURE(region);
    CHECK(village.families() == expected);
    CHECK(village.text("SELECT string_agg(composition, ',') FROM " + village.table("families")) == composition);
  }
}

TEST_CASE("a whole-family roster that a relative is not on leaves open whether they live together") {
  Village village;
  for (const auto& [id, birth, book] : {std::tuple{1, "1950-02-15", "book 1"}, {2, "1978-05-01", "book 2"}}) {
    village.person(id, birth, 'f', "", "head", book);
    village.say("address", id,
                "'residence' AS kind, '510107001001' AS region, 'rural' AS residence_type, NULL AS text");
  }
  village.kin(2, "mother", 1);
  village.say(
      "enrolment", 1,
      "'DB' AS programme, 'enrolled' AS state, 'g' AS group_key, 'whole_family' AS detail, DATE '2025-01-01' AS "
      "valid_from");
  village.build();
  CHECK(village.families() == "1 | 2");
  CHECK(village.text("SELECT string_agg(composition, ',') FROM " + village.table("families")) == "presumed,presumed");
}

TEST_CASE("of two spouses the one that more registers know and that is alive counts") {
  Village village;
  village.person(1, "1980-02-15", 'm', "3组25号");
  village.person(2, "1981-05-01", 'f', "3组26号", "head", "book 2");
  village.person(3, "1982-05-01", 'f', "3组27号", "head", "book 3");
  village.kin(1, "spouse", 2, "DATE '2015-01-01' AS valid_from");
  village.kin(1, "spouse", 3, "DATE '2005-01-01' AS valid_from");  // a divorce that was never reported
  village.build();
  CHECK(village.families() == "1+2 | 3");
}

TEST_CASE("one address written in several ways is one home; another number or village is another home") {
  Village village;
  village.person(1, "1950-02-15", 'f', "东山村三组 25号", "head", "book 1");
  village.person(2, "1978-05-01", 'm', "东山村３组25号", "head", "book 2");
  village.person(3, "1975-05-01", 'm', "东山村3组26号", "head", "book 3");
  village.person(4, "1976-05-01", 'm', "四川省东山村3社2O五号", "head", "book 4");
  village.person(5, "1977-05-01", 'm', "四川省七一社区3栋25-2室", "head", "book 5");
  village.person(6, "1974-05-01", 'm', "四川东山村3社25號", "head", "book 6");
  for (const int child : {2, 3, 4, 5, 6}) village.kin(child, "mother", 1);
  village.build();
  CHECK(village.families() == "1+2+6 | 3 | 4 | 5");
}

TEST_CASE("where one has no address, the spouse's home stands in for it") {
  Village village;
  village.person(1, "1950-02-15", 'f', "3组25号", "head", "book 1");
  village.person(2, "1978-05-01", 'm', "", "head", "book 2");
  village.person(3, "1979-05-01", 'f', "3组25号", "spouse", "book 2");
  village.kin(2, "mother", 1);
  village.kin(2, "spouse", 3);
  village.build();
  CHECK(village.families() == "1+2+3");
}

TEST_CASE("the reference person is an adult, a head of a book, the eldest, the smallest id, in this order") {
  Village village;
  village.person(1, "2012-02-15", 'f', "house 1", "head", "book 1");  // a minor heads a book
  village.person(2, "1984-05-01", 'f', "house 1", "head", "book 2");
  village.person(3, "1980-05-01", 'm', "house 1", "spouse", "book 2");
  village.kin(1, "mother", 2);
  village.kin(2, "spouse", 3);
  village.build();
  CHECK(village.text("SELECT family_id FROM " + village.table("families")) == "2");
}

TEST_CASE(
    "adult children are obligors of parents, parents of minors, spouses of each other; same family or not is told") {
  Village village;
  village.person(1, "1950-02-15", 'm');
  village.person(2, "1978-05-01", 'm', "house 2", "head", "book 2");
  village.person(3, "2012-05-01", 'f', "house 2", "child", "book 2");
  village.kin(2, "father", 1);
  village.kin(3, "father", 2);
  village.build();
  CHECK(village.text("SELECT string_agg(person_id || relation || other_person_id || CASE WHEN obligor THEN '!' ELSE '' "
                     "END || CASE WHEN same_family THEN '=' ELSE '' END, ' ' "
                     "ORDER BY person_id, relation, other_person_id) FROM " +
                     village.table("kin")) == "1child2! 2child3= 2parent1 3parent2!=");
}

TEST_CASE("equal bytes at 1, 2 and 4 threads, and from records in another order") {
  std::string first;
  for (const int threads : {1, 2, 4}) {
    Village village;
    for (int i = 1; i <= 60; ++i) {
      village.person(i, fmt::format("{}-0{}-11", 1940 + (i * 7) % 80, 1 + i % 9), i % 2 == 0 ? 'm' : 'f',
                     fmt::format("house {}", i / 4), i % 4 == 0 ? "head" : "child", fmt::format("book {}", i / 4));
      if (i % 3 == 0) village.kin(i, "mother", i - 1);
    }
    village.build(village.inputs(), threads);
    const std::string bytes = bytes_below(village.out());
    if (first.empty()) first = bytes;
    CHECK(bytes == first);
  }
}
