// Periods of rules. In: a unit and a count. Out: the days it covers. A value of a variable belongs to one period.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/day.h"

namespace songtan::policy {

enum class TimeUnit : std::uint8_t { eternity, year, month, week, day };

/// One period: the index counts years (2026), months (year*12 + month-1), ISO weeks (Mondays since 1970-01-05 is 0)
/// or days since 1970-01-01; 0 for eternity.
struct PeriodKey {
  TimeUnit unit = TimeUnit::month;
  std::int32_t index = 0;

  static PeriodKey of(Month month) { return {TimeUnit::month, month.months}; }
  static PeriodKey of_year(int year) { return {TimeUnit::year, year}; }
  static PeriodKey of_day(Day day) { return {TimeUnit::day, day.days}; }
  static PeriodKey eternity() { return {TimeUnit::eternity, 0}; }
  /// The period of `unit` that contains `day`.
  static PeriodKey containing(TimeUnit unit, Day day);
  /// YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Www, YYYY-Www-D, ETERNITY.
  static std::optional<PeriodKey> parse(std::string_view text);

  Day first() const;  ///< eternity: 1970-01-01
  Day last() const;   ///< eternity: 1970-01-01
  PeriodKey plus(int count) const { return {unit, unit == TimeUnit::eternity ? 0 : index + count}; }
  std::string text() const;

  auto operator<=>(const PeriodKey&) const = default;
};

}  // namespace songtan::policy
