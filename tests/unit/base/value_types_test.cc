#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/citizen_number.h"
#include "base/day.h"
#include "base/hash.h"
#include "base/money.h"
#include "base/record_id.h"
#include "base/region_code.h"
#include "base/text.h"

using namespace songtan;

TEST_CASE("division rounds as its name says, on both sides of zero") {
  struct Row {
    std::int64_t dividend, down, up, half_up, half_even;
  };
  for (const Row& row : {Row{25, 2, 3, 3, 2}, Row{-25, -3, -2, -3, -2}, Row{35, 3, 4, 4, 4}, Row{20, 2, 2, 2, 2},
                         Row{-24, -3, -2, -2, -2}, Row{26, 2, 3, 3, 3}}) {
    CHECK(divide(row.dividend, 10, Rounding::down) == row.down);
    CHECK(divide(row.dividend, 10, Rounding::up) == row.up);
    CHECK(divide(row.dividend, 10, Rounding::half_up) == row.half_up);
    CHECK(divide(row.dividend, 10, Rounding::half_even) == row.half_even);
  }
}

TEST_CASE("days and months survive the round trip and refuse what does not exist") {
  for (int days = -40000; days < 40000; days += 37) CHECK(Day::parse(Day{days}.text()) == Day{days});
  CHECK(Day::from_civil(1970, 1, 1).days == 0);
  CHECK_FALSE(Day::parse("2023-02-29"));
  CHECK_FALSE(Day::parse("0000-01-01"));
  CHECK_FALSE(Day::parse("2023-2-1"));
  CHECK(Month::parse("2026-07")->first().text() == "2026-07-01");
  CHECK(Month::parse("2024-02")->last().text() == "2024-02-29");
  CHECK(age_on(Day::from_civil(2008, 2, 29), Day::from_civil(2026, 2, 28)) == 17);
  CHECK(age_on(Day::from_civil(2008, 2, 29), Day::from_civil(2026, 3, 1)) == 18);
}

namespace {
std::string number_of(std::string seventeen) { return seventeen + check_digit(seventeen); }
}  // namespace

TEST_CASE("a citizen number is judged by date and check digit, and one slip is repaired by look-up") {
  const std::string number = number_of(std::string("510812") + "19800229" + "003");
  CHECK(state_of_number(number) == NumberState::valid);
  CHECK(parts_of_number(number)->male);
  CHECK(state_of_number("") == NumberState::missing);
  std::string slip = number;
  slip[9] = slip[9] == '9' ? '8' : '9';
  CHECK(state_of_number(slip) == NumberState::invalid);
  const auto repairs = repairs_of_number(slip);
  CHECK(std::find(repairs.begin(), repairs.end(), number) != repairs.end());
  CHECK(repairs.size() <= 40);
  CHECK(state_of_number(number_of(std::string("510812") + "19810229" + "003")) == NumberState::invalid);
}

TEST_CASE("cleaning mends width, case and look-alikes but judges nothing") {
  CHECK(cleaned_number("５１ 08-12x") == "510812X");
  CHECK(cleaned_number("O1l") == "011");
}

TEST_CASE("15 digits project to 18") {
  const std::string fifteen = std::string("510812") + "800228" + "003";
  CHECK(state_of_number(fifteen) == NumberState::fifteen);
  CHECK(state_of_number(eighteen_of_fifteen(fifteen)) == NumberState::valid);
}

TEST_CASE("regions nest by prefix") {
  CHECK(lies_in("510812101000", "510812"));
  CHECK(lies_in("510812101000", "510800000000"));
  CHECK_FALSE(lies_in("510812101000", "5109"));
  CHECK_FALSE(is_region_prefix("5"));
  CHECK_FALSE(is_region_prefix("51x"));
}

TEST_CASE("ill-formed UTF-8 is found at its first byte") {
  CHECK(first_invalid_utf8("王·é😀") == std::string_view::npos);
  CHECK(first_invalid_utf8("ab\xC0\xAF") == 2);
  CHECK(first_invalid_utf8("\xED\xA0\x80") == 0);
  CHECK(first_invalid_utf8("王\xE7\x8E") == 3);
}

TEST_CASE("ids stay positive and within their bits") {
  const std::int64_t record = record_id(file_key("mps.population", "2026-07-05.full.csv"), kMaximalRow, 15);
  CHECK(record > 0);
  for (int attempt = 0; attempt < 100; ++attempt) {
    CHECK(subject_id(record, attempt) > 0);
    CHECK(subject_id(record, attempt) < (std::int64_t{1} << kSubjectBits));
  }
}

TEST_CASE("random streams depend on their key alone") {
  RandomStream a(7, 1);
  RandomStream b(7, 1);
  RandomStream c(7, 2);
  CHECK(a.next() == b.next());
  CHECK(b.next() != c.next());
}
