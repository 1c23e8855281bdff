#include <fmt/format.h>

#include "base/text.h"
#include "watch/detail/fact_test_sql.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

std::string need_branch(const Step& step, const NeedRule& rule, std::size_t place, const std::string& members) {
  const std::string head = fmt::format("SELECT x.family_id, {} AS key, {} AS points, {} AS place FROM ",
                                       sql_literal(rule.key), rule.points, place);
  const std::string tail = fmt::format(" GROUP BY x.family_id HAVING count(DISTINCT x.person_id) >= {}", rule.persons);
  if (rule.fact) {
    return head +
           fmt::format("(SELECT m.family_id, m.person_id FROM {} m JOIN watch_fact f USING (person_id) WHERE {}) x",
                       members, fact_test_sql(*rule.fact, "f", step.today())) +
           tail;
  }
  std::vector<std::string> kinds;
  for (const std::string& kind : rule.events) kinds.push_back(sql_literal(kind));
  return head +
         fmt::format(
             "(SELECT family_id, person_id FROM watch_event WHERE kind IN ({}) AND day > {} - INTERVAL {} MONTH) x",
             fmt::join(kinds, ", "), step.today(), rule.within_months) +
         tail;
}

std::string start_branch(const Step& step, const StartRule& rule, const std::string& owner,
                         const std::string& programme) {
  const std::string day =
      rule.years_after ? fmt::format("CAST({} + INTERVAL {} YEAR AS DATE)", day_of_fact_sql("f"), *rule.years_after)
                       : "f.valid_from";
  return fmt::format(
      "SELECT p.programme, p.subject, {} AS owner, {} AS day FROM watch_subject_person p JOIN watch_fact f USING "
      "(person_id) "
      "WHERE {} AND ({})",
      sql_literal(owner), day, fact_test_sql(rule.test, "f", step.today()),
      programme.empty() ? "true" : "p.programme = " + sql_literal(programme));
}

}  // namespace

Result<void> weigh(const Step& step) {
  const std::string members = table::parquet_list(step.inputs.family_members);
  std::vector<std::string> needs = {"SELECT 0::BIGINT AS family_id, '' AS key, 0 AS points, 0 AS place WHERE false"};
  for (std::size_t place = 0; place < step.ranking.needs.size(); ++place) {
    needs.push_back(need_branch(step, step.ranking.needs[place], place, members));
  }
  TRY_VOID(step.session.run(fmt::format("CREATE OR REPLACE TABLE watch_need AS {}", fmt::join(needs, " UNION ALL "))));
  std::vector<std::string> starts = {
      "SELECT '' AS programme, 0::BIGINT AS subject, '' AS owner, CAST(NULL AS DATE) AS day WHERE false"};
  for (const ProgrammeRule& rule : step.ranking.programmes) {
    for (const StartRule& start : rule.starts) starts.push_back(start_branch(step, start, "programme", rule.code));
  }
  for (const CauseRule& rule : step.ranking.causes) {
    for (const StartRule& start : rule.starts) starts.push_back(start_branch(step, start, "cause " + rule.name, ""));
  }
  return step.session.run(fmt::format(
      "CREATE OR REPLACE TABLE watch_start AS SELECT programme, subject, owner, max(day) AS since FROM ({}) "
      "WHERE day <= {} GROUP BY programme, subject, owner",
      fmt::join(starts, " UNION ALL "), step.today()));
}

}  // namespace songtan::watch::detail
