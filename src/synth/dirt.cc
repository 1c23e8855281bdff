#include "synth/dirt.h"

#include <unicode/calendar.h>

#include <algorithm>
#include <memory>

#include "base/citizen_number.h"

namespace songtan::synth {
namespace {

constexpr std::int64_t kCertain = 1'000'000;
constexpr std::int64_t kNearlyCertain = 950'000;

/// Splits a mean rate over two kinds of rows so that the mean stays: the share gets `wanted`, the others the rest.
struct Split {
  std::int64_t inside;
  std::int64_t outside;
};

Split split_rate(std::int64_t rate, std::int64_t share, std::int64_t wanted) {
  if (share <= 0 || share >= kCertain) return {rate, rate};
  const std::int64_t inside = std::min(wanted, kNearlyCertain);
  const std::int64_t rest = rate * kCertain - inside * share;
  return {inside, std::clamp<std::int64_t>(rest / (kCertain - share), 0, kCertain)};
}

}  // namespace

DirtRates::DirtRates(const DirtProfile& profile, std::int64_t bad_share_ppm)
    : sloppy_rows_ppm_(profile.sloppy_rows_ppm) {
  const std::int64_t sloppy = profile.sloppy_rows_ppm;
  // With careful rows at rate r, sloppy ones at f·r: the mean is r·(1 − s + f·s).
  const std::int64_t mean = kCertain - sloppy + profile.sloppy_factor * sloppy;
  for (std::size_t kind = 0; kind < kErrorKinds; ++kind) {
    const std::int64_t rate = profile.rates_ppm[kind];
    Split offices{rate, rate};
    if (bad_share_ppm > 0)
      offices = split_rate(rate, bad_share_ppm, rate * profile.bad_offices_errors_ppm / bad_share_ppm);
    for (const bool bad : {false, true}) {
      const std::int64_t office_rate = bad ? offices.inside : offices.outside;
      const Split rows = split_rate(office_rate, sloppy,
                                    office_rate * profile.sloppy_factor * kCertain / std::max<std::int64_t>(mean, 1));
      ppm_[bad ? 1 : 0][0][kind] = rows.outside;
      ppm_[bad ? 1 : 0][1][kind] = rows.inside;
    }
  }
}

std::string mistyped_number(std::string_view number, RandomStream stream) {
  std::string wrong(number);
  if (wrong.size() < 3) return wrong + "0";
  const std::uint64_t way = stream.below(10);
  const std::size_t at = stream.below(wrong.size() - 2);
  if (way == 0) return wrong.erase(at, 1);
  if (way < 4 && wrong[at] != wrong[at + 1]) {
    std::swap(wrong[at], wrong[at + 1]);
  } else {
    wrong[at] = static_cast<char>('0' + (static_cast<std::uint64_t>(wrong[at] - '0') + 1 + stream.below(9)) % 10);
  }
  return wrong;
}

std::string fifteen_digit_form(std::string_view number) {
  return std::string(number.substr(0, 6)) + std::string(number.substr(8, 9));
}

Day lunar_read_as_solar(Day birth) {
  UErrorCode trouble = U_ZERO_ERROR;
  static thread_local const std::unique_ptr<icu::Calendar> calendar(
      icu::Calendar::createInstance(*icu::TimeZone::getGMT(), icu::Locale("zh@calendar=chinese"), trouble));
  if (calendar == nullptr || U_FAILURE(trouble)) return birth;
  constexpr double kMillisecondsPerDay = 86'400'000;
  calendar->setTime(birth.days * kMillisecondsPerDay, trouble);
  const int month = calendar->get(UCAL_MONTH, trouble) + 1;
  int day = calendar->get(UCAL_DATE, trouble);
  if (U_FAILURE(trouble)) return birth;
  // The lunar year begins between 21 January and 20 February: a late lunar month early in the year is last year's.
  const int year = birth.year() - (month > birth.month() ? 1 : 0);
  while (day > 28 && !Day::from_civil_checked(year, month, day)) --day;
  return Day::from_civil(year, month, day);
}

std::string mistyped_phone(std::string_view phone, RandomStream stream) {
  std::string wrong(phone);
  if (wrong.size() < 4) return wrong;
  const std::size_t at = 3 + stream.below(wrong.size() - 3);
  wrong[at] = static_cast<char>('0' + (static_cast<std::uint64_t>(wrong[at] - '0') + 1 + stream.below(9)) % 10);
  return wrong;
}

}  // namespace songtan::synth
