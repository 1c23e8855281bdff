#include "link/kernel/name_grade.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "link/kernel/han.h"

using namespace songtan::link;

TEST_CASE("characters are graded by the strongest thing they share") {
  struct Row {
    char32_t a, b;
    CharacterGrade grade;
  };
  const Row rows[] = {
      {U'伟', U'伟', CharacterGrade::same},         {U'劉', U'刘', CharacterGrade::variant},
      {U'峯', U'峰', CharacterGrade::variant},      {U'伟', U'玮', CharacterGrade::sound_tone},
      {U'伟', U'威', CharacterGrade::sound},        {U'林', U'宁', CharacterGrade::sound_merged},
      {U'陈', U'岑', CharacterGrade::sound_merged}, {U'胡', U'福', CharacterGrade::sound_merged},
      {U'土', U'士', CharacterGrade::shape},        {U'王', U'?', CharacterGrade::placeholder},
      {U'王', U'陈', CharacterGrade::other},        {U'a', U'b', CharacterGrade::other},
  };
  for (const Row& row : rows) {
    CAPTURE(static_cast<unsigned>(row.a));
    CAPTURE(static_cast<unsigned>(row.b));
    CHECK(grade_of_characters(row.a, row.b) == row.grade);
    CHECK(grade_of_characters(row.b, row.a) == row.grade);
  }
}

TEST_CASE("names are graded by their worst character") {
  struct Row {
    std::u32string_view a, b;
    NameGrade grade;
  };
  const Row rows[] = {
      {U"王伟", U"王伟", NameGrade::same},
      {U"王伟", U"王玮", NameGrade::sound_tone},
      {U"劉偉", U"刘伟", NameGrade::variant},
      {U"王伟", U"李芳", NameGrade::other},
      {U"王伟", U"王芳", NameGrade::other},  // two characters, one unrelated: a surname is no agreement
      {U"王小明", U"王小红", NameGrade::one_other},
      {U"王小明", U"王晓铭", NameGrade::sound_tone},
      {U"徐羽吉", U"徐雨丰", NameGrade::one_other},
      {U"曲比尔体", U"曲比体尔", NameGrade::shape},
      {U"王伟", U"伟王", NameGrade::other},
      {U"王小?", U"王小明", NameGrade::unreadable},
      {U"王昊天", U"王天", NameGrade::unreadable},
      {U"阿木·木果", U"阿木", NameGrade::truncated},
      {U"扎西·次仁", U"扎西次仁", NameGrade::variant},
      {U"", U"王伟", NameGrade::missing},
  };
  for (const Row& row : rows) {
    CHECK(grade_of_names(row.a, row.b) == row.grade);
    CHECK(grade_of_names(row.b, row.a) == row.grade);
  }
}

TEST_CASE("a coded name has one kind of dot and no blanks between Han characters") {
  CHECK(code_of_name(U"扎西•次仁") == U"扎西·次仁");
  CHECK(code_of_name(U"扎西・次仁") == U"扎西·次仁");
  CHECK(code_of_name(U"王 伟") == U"王伟");
  CHECK(code_of_name(U"John Smith") == U"john smith");
  CHECK(code_of_name(U"阿木·") == U"阿木");
}

TEST_CASE("names that sound alike share a sound key") {
  CHECK(sound_key_of_name(U"王伟") == sound_key_of_name(U"王玮"));
  CHECK(sound_key_of_name(U"陈宁") == sound_key_of_name(U"岑林"));
  CHECK(sound_key_of_name(U"王伟") != sound_key_of_name(U"王芳"));
  CHECK(sound_key_of_name(U"Smith") == 0);
}
