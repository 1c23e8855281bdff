#include "page/markup.h"

#include <fmt/format.h>

#include <array>

namespace songtan::page {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string both_markup(const std::string& zh, const std::string& en) {
  return R"(<span class="zh" lang="zh">)" + zh + R"(</span><span class="en" lang="en">)" + en + "</span>";
}

std::string both(const Text& text) {
  if (text.zh == text.en) return escaped(text.zh);
  return both_markup(escaped(text.zh), escaped(text.en));
}

std::string grouped(std::int64_t count) {
  const std::string digits = std::to_string(count < 0 ? -count : count);
  std::string out = count < 0 ? "−" : "";
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) out += ',';
    out += digits[at];
  }
  return out;
}

std::string share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "—";
  if (whole < 30) return fmt::format("{} / {}", part, whole);
  const std::int64_t tenths = divide(part * 1000, whole, Rounding::half_up);
  return fmt::format("{}.{}%", tenths / 10, tenths % 10);
}

std::string permille(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "—";
  const std::int64_t tenths = divide(part * 10'000, whole, Rounding::half_up);
  return fmt::format("{}.{}", grouped(tenths / 10), tenths % 10);
}

namespace {

// `value` hundredths of `unit` with two decimals.
std::string hundredths(std::int64_t value) { return fmt::format("{}.{:02}", grouped(value / 100), value % 100); }

}  // namespace

Text money_words(Money money, const Currency& currency) {
  const std::int64_t fen = money.fen < 0 ? -money.fen : money.fen;
  const std::string sign = money.fen < 0 ? "−" : "";
  const std::int64_t whole = divide(fen, 100, Rounding::half_up);
  Text words{grouped(whole) + currency.unit, currency.symbol + grouped(whole)};
  if (whole >= 100'000'000)
    words.zh = hundredths(divide(fen, 100'000'000, Rounding::half_up)) + "亿" + currency.unit;
  else if (whole >= 10'000)
    words.zh = hundredths(divide(fen, 10'000, Rounding::half_up)) + "万" + currency.unit;
  if (whole >= 1'000'000)
    words.en = currency.symbol + hundredths(divide(fen, 1'000'000, Rounding::half_up)) + " million";
  return {sign + words.zh, sign + words.en};
}

Text day_words(Day day, int this_year) {
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string year = day.year() == this_year ? "" : fmt::format("{}年", day.year());
  return {fmt::format("{}{}月{}日", year, day.month(), day.day()),
          fmt::format("{} {} {}", day.day(), kMonths[static_cast<std::size_t>(day.month() - 1)], day.year())};
}

}  // namespace songtan::page
