#include "policy/detail/openfisca_period.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace songtan::policy::detail {
namespace {

constexpr std::size_t kMostPeriods = 40'000;

/// Days before the same day of the month, n months on.
Day before_months_on(Day first, int months) { return Month::of(first).plus(months).first().plus(first.day() - 2); }

}  // namespace

Day Stretch::last() const {
  switch (unit) {
    case TimeUnit::year: return before_months_on(first, 12 * count);
    case TimeUnit::month: return before_months_on(first, count);
    case TimeUnit::week: return first.plus(7 * count - 1);
    case TimeUnit::day: return first.plus(count - 1);
    case TimeUnit::eternity: break;
  }
  return first;
}

std::optional<Stretch> stretch_of(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) {
    const auto key = PeriodKey::parse(text);
    if (!key) return std::nullopt;
    return Stretch{key->unit, key->first(), 1};
  }
  static constexpr std::array<std::pair<std::string_view, TimeUnit>, 6> kUnits = {{{"year", TimeUnit::year},
                                                                                   {"month", TimeUnit::month},
                                                                                   {"week", TimeUnit::week},
                                                                                   {"day", TimeUnit::day},
                                                                                   {"weekday", TimeUnit::day},
                                                                                   {"eternity", TimeUnit::eternity}}};
  const std::string_view unit = std::string_view(text).substr(0, colon);
  const auto known = std::ranges::find(kUnits, unit, &std::pair<std::string_view, TimeUnit>::first);
  const auto second = text.find(':', colon + 1);
  const auto key =
      PeriodKey::parse(text.substr(colon + 1, second == std::string::npos ? std::string::npos : second - colon - 1));
  if (known == kUnits.end() || !key) return std::nullopt;
  Stretch out{known->second, key->first(), 1};
  if (second != std::string::npos) {
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data() + second + 1, end, out.count).ptr != end || out.count < 1 ||
        out.count > static_cast<int>(kMostPeriods))
      return std::nullopt;
  }
  return out;
}

std::vector<PeriodKey> periods_in(const Stretch& stretch, TimeUnit unit) {
  if (unit == TimeUnit::eternity) return {PeriodKey::eternity()};
  if (stretch.unit == TimeUnit::eternity) return {};
  std::vector<PeriodKey> out;
  PeriodKey key = PeriodKey::containing(unit, stretch.first);
  if (unit == stretch.unit) {
    for (int i = 0; i < stretch.count; ++i) out.push_back(key.plus(i));
    return out;
  }
  for (const Day last = stretch.last(); key.first() <= last && out.size() < kMostPeriods; key = key.plus(1))
    out.push_back(key);
  if (unit < stretch.unit) out.resize(1);  // a longer period: the one around the first day
  return out;
}

}  // namespace songtan::policy::detail
