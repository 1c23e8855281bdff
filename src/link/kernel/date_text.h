// Dates as people write them → year-month-day text, in any usual order and with names of months. In: text, order of its
// parts. Out: "yyyy-mm-dd". Parts are not checked against the calendar, since a slip of a digit must stay comparable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace songtan::link {

enum class DateOrder : std::uint8_t { year_month_day, day_month_year, month_day_year };

struct DateParts {
  int year = 0;
  int month = 0;
  int day = 0;
};

/// The parts of a text that is a date and nothing else (a time of day after it is dropped): "1970-01-05", "5.1.1970",
/// "05/01/70", "19700105", "5 Jan 1970", "1970年1月5日". Years of two digits are those of 1930–2029. Nothing if the text
/// has not three parts.
std::optional<DateParts> date_parts(std::string_view text, DateOrder order);

/// True if the parts are a day of some calendar year 1000–2100 (February has 29 days).
bool is_plausible(const DateParts& parts);

/// "ymd", "dmy", "mdy".
std::string_view word_of(DateOrder order);
DateOrder date_order_of(std::string_view word);

/// "yyyy-mm-dd", or "" if the text is no date.
std::string iso_date(std::string_view text, DateOrder order);

}  // namespace songtan::link
