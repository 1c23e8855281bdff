// A FactTest as an SQL condition over a row of watch_fact.
#pragma once

#include <string>

#include "watch/ranking.h"

namespace songtan::watch::detail {

/// `alias` names the row of watch_fact; `today` is an SQL date. Ages are completed years (a birthday of 29 February is
/// completed on 1 March of common years, like age_on).
std::string fact_test_sql(const FactTest& test, std::string_view alias, std::string_view today);

/// The day that a date fact holds, as SQL.
std::string day_of_fact_sql(std::string_view alias);

}  // namespace songtan::watch::detail
