// Periods as OpenFisca's tests write them. In: "month:2019-01:2". Out: a first day, a unit and a count.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/period.h"

namespace songtan::policy::detail {

struct Stretch {
  TimeUnit unit = TimeUnit::month;
  Day first;
  int count = 1;

  Day last() const;
};

/// "2017", "2017-03", "2017-W03-2", "year:2017-04", "month:2019-01:2", "ETERNITY"; nothing when it is none of them.
std::optional<Stretch> stretch_of(const std::string& text);

/// The periods of `unit` that a stretch covers; the one around its first day where `unit` is longer. At most 40,000.
std::vector<PeriodKey> periods_in(const Stretch& stretch, TimeUnit unit);

}  // namespace songtan::policy::detail
