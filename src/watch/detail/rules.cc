#include <fmt/format.h>

#include "base/text.h"
#include "watch/detail/steps.h"

namespace songtan::watch::detail {
namespace {

/// "(a, b), (c, d)" or, where there is none, rows that a filter drops.
std::string values_of(const std::vector<std::string>& rows, int columns) {
  if (!rows.empty()) return fmt::format("SELECT * FROM (VALUES {})", fmt::join(rows, ", "));
  std::vector<std::string> nulls(static_cast<std::size_t>(columns), "NULL");
  return fmt::format("SELECT * FROM (VALUES ({})) WHERE false", fmt::join(nulls, ", "));
}

std::string word_row(std::string_view kind, const std::string& key, const Text& words) {
  return fmt::format("({}, {}, {}, {})", sql_literal(kind), sql_literal(key), sql_literal(words.zh),
                     sql_literal(words.en));
}

std::string words_sql(const Step& step) {
  const Ranking& ranking = step.ranking;
  std::vector<std::string> rows;
  for (const Programme& programme : step.inputs.programmes) {
    if (!programme.warning_class.empty()) rows.push_back(word_row("programme", programme.code, programme.words));
  }
  for (const ClassRule& rule : ranking.classes) rows.push_back(word_row("class", rule.name, rule.words));
  for (const ProgrammeRule& rule : ranking.programmes) rows.push_back(word_row("programme", rule.code, rule.words));
  for (const NeedRule& rule : ranking.needs) rows.push_back(word_row("need", rule.key, rule.words));
  for (const CauseRule& rule : ranking.causes) rows.push_back(word_row("cause", rule.name, rule.words));
  return values_of(rows, 4);
}

std::string classes_sql(const Ranking& ranking) {
  std::vector<std::string> rows;
  for (const ClassRule& rule : ranking.classes) {
    rows.push_back(fmt::format("({}, {}, {}, {}, {}, {}, {})", sql_literal(rule.name), rule.points,
                               rule.certain_percent, rule.probable_percent, sql_literal(rule.default_cause),
                               rule.probable_needs_cause, rule.counts_need));
  }
  return values_of(rows, 7);
}

std::string programmes_sql(const Step& step) {
  std::vector<std::string> rows;
  for (const Programme& programme : step.inputs.programmes) {
    const bool warns = !programme.warning_class.empty();
    std::int64_t points = warns ? programme.severity * step.ranking.warning.points_per_severity : 0;
    bool group_amount = programme.per_family;
    bool compared = !warns;
    for (const ProgrammeRule& rule : step.ranking.programmes) {
      if (rule.code != programme.code) continue;
      points = rule.points;
      group_amount = rule.group_amount;
      compared = rule.compared;
    }
    rows.push_back(fmt::format("({}, {}, {}, {}, {}, {})", sql_literal(programme.code), programme.per_family, points,
                               group_amount, compared, sql_literal(programme.warning_class)));
  }
  return values_of(rows, 6);
}

}  // namespace

std::string Step::today() const { return "DATE '" + inputs.as_of.text() + "'"; }

Result<void> lay_out_rules(const Step& step) {
  TRY_VOID(step.session.run(
      "CREATE OR REPLACE TABLE watch_word(kind VARCHAR, key VARCHAR, zh VARCHAR, en VARCHAR); INSERT INTO watch_word " +
      words_sql(step)));
  TRY_VOID(
      step.session.run("CREATE OR REPLACE TABLE watch_class(class VARCHAR, points BIGINT, certain BIGINT, probable "
                       "BIGINT, default_cause VARCHAR, "
                       "probable_needs_cause BOOLEAN, counts_need BOOLEAN); "
                       "INSERT INTO watch_class " +
                       classes_sql(step.ranking)));
  return step.session.run(
      "CREATE OR REPLACE TABLE watch_programme(programme VARCHAR, per_family BOOLEAN, points BIGINT, group_amount "
      "BOOLEAN, compared BOOLEAN, warning_class VARCHAR); "
      "INSERT INTO watch_programme " +
      programmes_sql(step));
}

}  // namespace songtan::watch::detail
