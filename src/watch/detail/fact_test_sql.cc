#include "watch/detail/fact_test_sql.h"

#include <fmt/format.h>

#include "base/text.h"

namespace songtan::watch::detail {

std::string day_of_fact_sql(std::string_view alias) {
  // The optimizer may ask for the day of a fact that is none (an amount), before its name is looked at: NULL then.
  return fmt::format(
      "(CASE WHEN {0}.value BETWEEN -719162 AND 2932896 THEN DATE '1970-01-01' + CAST({0}.value AS INTEGER) END)",
      alias);
}

std::string fact_test_sql(const FactTest& test, std::string_view alias, std::string_view today) {
  std::string sql = fmt::format("{}.fact = {}", alias, sql_literal(test.fact));
  if (test.at_least) sql += fmt::format(" AND {}.value >= {}", alias, *test.at_least);
  if (test.at_most) sql += fmt::format(" AND {}.value <= {}", alias, *test.at_most);
  if (!test.age_at_least && !test.age_below) return sql;
  const auto as_number = [](std::string_view day) {
    return fmt::format("(year({0}) * 10000 + month({0}) * 100 + day({0}))", day);
  };
  const std::string age = fmt::format("(({} - {}) // 10000)", as_number(today), as_number(day_of_fact_sql(alias)));
  if (test.age_at_least) sql += fmt::format(" AND {} >= {}", age, *test.age_at_least);
  if (test.age_below) sql += fmt::format(" AND {} < {}", age, *test.age_below);
  return sql;
}

std::string any_test_sql(const std::vector<FactTest>& tests, std::string_view alias, std::string_view today) {
  std::string sql = "false";
  for (const FactTest& test : tests) sql += " OR (" + fact_test_sql(test, alias, today) + ")";
  return "(" + sql + ")";
}

}  // namespace songtan::watch::detail
