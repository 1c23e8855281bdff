// A FactTest as an SQL condition over a row of watch_fact.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "watch/ranking.h"

namespace songtan::watch::detail {

/// `alias` names the row of watch_fact; `today` is an SQL date. Ages are completed years (a birthday of 29 February is
/// completed on 1 March of common years, like age_on).
std::string fact_test_sql(const FactTest& test, std::string_view alias, std::string_view today);

/// One of the tests holds; "false" for none.
std::string any_test_sql(const std::vector<FactTest>& tests, std::string_view alias, std::string_view today);

/// The day that a date fact states, as SQL.
std::string day_of_fact_sql(std::string_view alias);

}  // namespace songtan::watch::detail
