// Days and months of the proleptic Gregorian calendar, as counts. No clock: "today" always comes in as an argument.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace songtan {

/// Days since 1970-01-01 (DuckDB's DATE has the same count).
struct Day {
  std::int32_t days = 0;

  static Day from_civil(int year, int month, int day);  ///< The date must exist (CHECK).
  static std::optional<Day> from_civil_checked(int year, int month, int day);
  static std::optional<Day> parse(std::string_view text);  ///< YYYY-MM-DD only; nothing on any other text.

  int year() const;
  int month() const;  ///< 1–12
  int day() const;    ///< 1–31
  Day plus(int count) const { return {days + count}; }
  std::string text() const;  ///< YYYY-MM-DD

  auto operator<=>(const Day&) const = default;
};

/// Completed years of age on `on` (a birthday of 29 February is completed on 1 March of common years).
int age_on(Day birth, Day on);

/// Calendar months as year*12 + (month-1).
struct Month {
  std::int32_t months = 0;

  static Month of(Day day) { return {day.year() * 12 + day.month() - 1}; }
  static Month from_civil(int year, int month) { return {year * 12 + month - 1}; }
  static std::optional<Month> parse(std::string_view text);  ///< YYYY-MM

  int year() const { return months / 12; }
  int month() const { return months % 12 + 1; }
  Day first() const { return Day::from_civil(year(), month(), 1); }
  Day last() const { return Month{months + 1}.first().plus(-1); }
  Month plus(int count) const { return {months + count}; }
  std::string text() const;  ///< YYYY-MM

  auto operator<=>(const Month&) const = default;
};

/// Half-open range of months [from, to).
struct Period {
  Month from;
  Month to;

  bool contains(Month month) const { return from <= month && month < to; }
  std::int32_t length() const { return to.months - from.months; }
  auto operator<=>(const Period&) const = default;
};

}  // namespace songtan
