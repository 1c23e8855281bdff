#include "policy/period.h"

#include <charconv>

#include <fmt/format.h>

namespace songtan::policy {
namespace {

constexpr std::int32_t kFirstMonday = 4;  // 1970-01-05

std::int32_t floor_divide(std::int32_t a, std::int32_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || std::from_chars(text.data(), end, value).ptr != end || text[0] == '-') return std::nullopt;
  return value;
}

// ISO 8601: week 1 holds the first Thursday of the year.
std::int32_t week_index(int year, int week) {
  const Day fourth = Day::from_civil(year, 1, 4);
  return floor_divide(fourth.days - kFirstMonday, 7) + week - 1;
}

}  // namespace

PeriodKey PeriodKey::containing(TimeUnit unit, Day day) {
  switch (unit) {
    case TimeUnit::eternity: return eternity();
    case TimeUnit::year: return of_year(day.year());
    case TimeUnit::month: return of(Month::of(day));
    case TimeUnit::week: return {TimeUnit::week, floor_divide(day.days - kFirstMonday, 7)};
    case TimeUnit::day: return of_day(day);
  }
  return eternity();
}

std::optional<PeriodKey> PeriodKey::parse(std::string_view text) {
  if (text == "ETERNITY" || text == "eternity") return eternity();
  if (text.size() < 4) return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  if (!year || *year < 1) return std::nullopt;
  if (text.size() == 4) return of_year(*year);
  if (text[4] != '-') return std::nullopt;
  if (text.size() >= 8 && text[5] == 'W') {
    const auto week = digits(text.substr(6, 2));
    if (!week || *week < 1 || *week > 53) return std::nullopt;
    const PeriodKey found{TimeUnit::week, week_index(*year, *week)};
    if (*week == 53 && found.first().plus(3).year() != *year) return std::nullopt;
    if (text.size() == 8) return found;
    const auto weekday = text.size() == 10 && text[8] == '-' ? digits(text.substr(9)) : std::nullopt;
    if (!weekday || *weekday < 1 || *weekday > 7) return std::nullopt;
    return of_day(found.first().plus(*weekday - 1));
  }
  if (text.size() == 7) {
    const auto month = digits(text.substr(5, 2));
    if (!month || *month < 1 || *month > 12) return std::nullopt;
    return of(Month::from_civil(*year, *month));
  }
  if (const auto day = Day::parse(text)) return of_day(*day);
  return std::nullopt;
}

Day PeriodKey::first() const {
  switch (unit) {
    case TimeUnit::eternity: return Day{0};
    case TimeUnit::year: return Day::from_civil(index, 1, 1);
    case TimeUnit::month: return Month{index}.first();
    case TimeUnit::week: return Day{index * 7 + kFirstMonday};
    case TimeUnit::day: return Day{index};
  }
  return Day{0};
}

Day PeriodKey::last() const {
  switch (unit) {
    case TimeUnit::eternity: return Day{0};
    case TimeUnit::year: return Day::from_civil(index, 12, 31);
    case TimeUnit::month: return Month{index}.last();
    case TimeUnit::week: return first().plus(6);
    case TimeUnit::day: return Day{index};
  }
  return Day{0};
}

std::string PeriodKey::text() const {
  switch (unit) {
    case TimeUnit::eternity: return "ETERNITY";
    case TimeUnit::year: return fmt::format("{:04}", index);
    case TimeUnit::month: return Month{index}.text();
    case TimeUnit::week: {
      const int year = first().plus(3).year();
      return fmt::format("{:04}-W{:02}", year, index - week_index(year, 1) + 1);
    }
    case TimeUnit::day: return Day{index}.text();
  }
  return {};
}

}  // namespace songtan::policy
