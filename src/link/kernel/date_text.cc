#include "link/kernel/date_text.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace songtan::link {
namespace {

struct Part {
  int value = 0;
  int digits = 0;  ///< 0: the name of a month
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Month of an English, German, French, Spanish or Italian name by its first three letters; 0 if none.
int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan ene gen jän", "feb fév fev", "mar mär", "apr avr abr",
                                                        "may mai mag",     "jun jui giu", "jul lug", "aug aoû ago",
                                                        "sep set",         "oct okt ott", "nov",     "dec dez dic déc"};
  if (word.size() < 3) return 0;
  std::string three;
  for (const char c : word.substr(0, 3)) three += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (word.starts_with("juil") || word.starts_with("Juil")) return 7;
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    if (kMonths[month].find(three) != std::string_view::npos) return static_cast<int>(month) + 1;
  }
  return 0;
}

// Runs of digits and names of months; nothing if there is anything else than separators between them.
std::optional<std::vector<Part>> parts_of(std::string_view text) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < text.size();) {
    if (is_digit(text[at])) {
      Part part;
      for (; at < text.size() && is_digit(text[at]); ++at, ++part.digits) {
        if (part.digits >= 8) return std::nullopt;
        part.value = part.value * 10 + (text[at] - '0');
      }
      parts.push_back(part);
      if (parts.size() == 3) break;  // a time of day may follow
    } else if (is_letter(text[at])) {
      const std::size_t from = at;
      while (at < text.size() && is_letter(text[at])) ++at;
      const std::string_view word = text.substr(from, at - from);
      if (word == "T" || word == "th" || word == "st" || word == "nd" || word == "rd") continue;
      const int month = month_of(word);
      if (month == 0) return std::nullopt;
      parts.push_back({month, 0});
    } else {
      const auto byte = static_cast<unsigned char>(text[at]);
      const bool separator = byte >= 0x80 || std::string_view(" -/.,:").find(text[at]) != std::string_view::npos;
      if (!separator) return std::nullopt;
      ++at;
    }
  }
  return parts;
}

int full_year(const Part& part) {
  if (part.digits > 2) return part.value;
  return part.value < 30 ? 2000 + part.value : 1900 + part.value;
}

std::optional<DateParts> packed_date(const Part& part, DateOrder order) {
  if (part.digits != 8) return std::nullopt;
  const int v = part.value;
  switch (order) {
    case DateOrder::year_month_day: return DateParts{v / 10000, v / 100 % 100, v % 100};
    case DateOrder::day_month_year: return DateParts{v % 10000, v / 10000 % 100, v / 1000000};
    case DateOrder::month_day_year: return DateParts{v % 10000, v / 1000000, v / 10000 % 100};
  }
  return std::nullopt;
}

}  // namespace

std::optional<DateParts> date_parts(std::string_view text, DateOrder order) {
  const std::optional<std::vector<Part>> found = parts_of(text);
  if (!found) return std::nullopt;
  if (found->size() == 1) return packed_date(found->front(), order);
  if (found->size() < 3) return std::nullopt;
  const Part& a = (*found)[0];
  const Part& b = (*found)[1];
  const Part& c = (*found)[2];
  if (a.digits > 4 || b.digits > 2 || c.digits > 4) return std::nullopt;
  if (a.digits == 0) return DateParts{full_year(c), a.value, b.value};
  if (b.digits == 0 && a.digits <= 2) return DateParts{full_year(c), b.value, a.value};
  if (a.digits > 2 || order == DateOrder::year_month_day) return DateParts{full_year(a), b.value, c.value};
  if (order == DateOrder::month_day_year) return DateParts{full_year(c), a.value, b.value};
  return DateParts{full_year(c), b.value, a.value};
}

bool is_plausible(const DateParts& parts) {
  constexpr std::array<int, 12> kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return parts.year >= 1000 && parts.year <= 2100 && parts.month >= 1 && parts.month <= 12 && parts.day >= 1 &&
         parts.day <= kDays[static_cast<std::size_t>(parts.month) - 1];
}

std::string_view word_of(DateOrder order) {
  switch (order) {
    case DateOrder::year_month_day: return "ymd";
    case DateOrder::day_month_year: return "dmy";
    case DateOrder::month_day_year: return "mdy";
  }
  return "ymd";
}

DateOrder date_order_of(std::string_view word) {
  if (word == "dmy") return DateOrder::day_month_year;
  return word == "mdy" ? DateOrder::month_day_year : DateOrder::year_month_day;
}

std::string iso_date(std::string_view text, DateOrder order) {
  const std::optional<DateParts> parts = date_parts(text, order);
  if (!parts) return "";
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", parts->year, parts->month, parts->day);
  return out.data();
}

}  // namespace songtan::link
