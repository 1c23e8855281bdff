#include "link/night_study.h"

#include <fmt/format.h>

#include "base/text.h"
#include "page/charts.h"
#include "page/markup.h"
#include "page/sheet.h"
#include "page/small_cells.h"
#include "page/table_markup.h"
#include "table/visit_rows.h"

namespace songtan::link {
namespace {

using page::both;
using page::escaped;
using page::grouped;
using table::Chunk;

std::int64_t number(const Chunk& chunk, std::int64_t column, std::int64_t row) {
  return chunk.is_null(column, row) ? 0 : chunk.bigints(column)[static_cast<std::size_t>(row)];
}

std::string table_of(const std::filesystem::path& night, const char* name) {
  return "read_parquet(" + sql_literal((night / name / "*.parquet").string()) + ")";
}

std::string bits(std::int64_t millibits) {
  const std::int64_t tenths = (millibits < 0 ? -millibits : millibits) / 100;
  return fmt::format("{}{}.{}", millibits < 0 ? "−" : "+", tenths / 10, tenths % 10);
}

page::Section rules_section(const NightStudy& study) {
  page::Section section{.id = "rules"};
  const std::int64_t links = study.links;
  std::int64_t rest = links;
  section.title = {"没有一条链接", "There is no link"};
  if (!study.rules.empty())
    section.title = {
        fmt::format("{}的链接来自规则“{}”", page::share(study.rules.front().links, links), study.rules.front().rule),
        fmt::format("{} of the links come from the rule “{}”", page::share(study.rules.front().links, links),
                    study.rules.front().rule)};
  section.subtitle = {"每条规则的链接数；权重以比特计，只有称重的规则有",
                      "Links of each rule; weights in bits, where the rule weighs"};
  std::vector<page::BarRow> bars;
  page::TableMarkup table{
      {"规则", "Rules"},
      {{{"规则", "Rule"}, false}, {{"链接", "Links"}}, {{"最低权重", "Least weight"}}, {{"中位权重", "Middle weight"}}},
      {}};
  for (const NightRule& rule : study.rules) {
    bars.push_back({"<code>" + escaped(rule.rule) + "</code>",
                    {{static_cast<double>(rule.links), "ink"}},
                    page::shown_count(rule.links)});
    table.rows.push_back({"<code>" + escaped(rule.rule) + "</code>", page::shown_count(rule.links),
                          rule.weighed ? bits(rule.least_millibits) : "—",
                          rule.weighed ? bits(rule.middle_millibits) : "—"});
    rest -= rule.links;
  }
  if (rest > 0)
    bars.push_back(
        {both({"其余规则", "other rules"}), {{static_cast<double>(rest), "neutral"}}, page::shown_count(rest)});
  section.body = page::bar_chart(bars);
  section.table = page::table_markup(table);
  return section;
}

page::Section sources_section(const NightStudy& study) {
  page::Section section{.id = "linked", .half = true};
  section.title = {"没有来源", "There is no source"};
  if (!study.sources.empty())
    section.title = {
        fmt::format("“{}”最难连上：{}的记录连到别的来源", study.sources.front().source,
                    page::share(study.sources.front().linked, study.sources.front().records)),
        fmt::format("Hardest to link is “{}”: {} of its records reach another source", study.sources.front().source,
                    page::share(study.sources.front().linked, study.sources.front().records))};
  section.subtitle = {"每个来源的记录中，连到还有别的来源的人的那部分",
                      "Of each source's records, those whose person has a record of another source too"};
  std::vector<page::BarRow> bars;
  for (const NightSource& source : study.sources)
    bars.push_back({"<code>" + escaped(source.source) + "</code>",
                    {{static_cast<double>(source.linked) * 100 / static_cast<double>(source.records), "arrived"}},
                    page::share(source.linked, source.records),
                    100.0});
  section.body = page::bar_chart(bars);
  return section;
}

page::Section sizes_section(const NightStudy& study) {
  page::Section section{.id = "sizes", .half = true};
  section.title = {fmt::format("{}人只有一条记录", grouped(study.alone)),
                   fmt::format("{} persons have one record only", grouped(study.alone))};
  section.subtitle = {"一人有几条记录", "Records of a person"};
  std::vector<page::BarRow> bars;
  std::int64_t more = 0;
  for (const NightSize& size : study.sizes) {
    if (size.records > 15)
      more += size.persons;
    else
      bars.push_back(
          {grouped(size.records), {{static_cast<double>(size.persons), "ink"}}, page::shown_count(size.persons)});
  }
  if (more > 0)
    bars.push_back({both({"16以上", "16 and more"}), {{static_cast<double>(more), "ink"}}, page::shown_count(more)});
  section.body = page::bar_chart(bars);
  return section;
}

}  // namespace

Result<NightStudy> study_night(table::Session& session, const std::filesystem::path& night) {
  NightStudy study{.id = night.filename().string(), .rules = {}, .sources = {}, .sizes = {}};
  const std::string persons = table_of(night, "persons");
  TRY(study.records, session.integer("SELECT count(*) FROM " + table_of(night, "person_records")));
  TRY(study.persons, session.integer("SELECT count(*) FROM " + persons));
  TRY(study.links, session.integer("SELECT count(*) FROM " + table_of(night, "links")));
  TRY(study.alone, session.integer("SELECT count(*) FROM " + persons + " WHERE records = 1"));
  TRY(study.numberless,
      session.integer("SELECT count(*) FROM " + persons + " WHERE number_state NOT IN ('valid', 'fifteen')"));
  TRY_VOID(table::visit_rows(
      session,
      "SELECT rule, count(*), min(weight_millibits), CAST(quantile_disc(weight_millibits, 0.5) AS BIGINT) FROM " +
          table_of(night, "links") + " GROUP BY rule ORDER BY 2 DESC, 1 LIMIT 14",
      [&](const Chunk& chunk, std::int64_t row) {
        study.rules.push_back({std::string(chunk.text(0, row)), number(chunk, 1, row), !chunk.is_null(2, row),
                               number(chunk, 2, row), number(chunk, 3, row)});
      }));
  TRY_VOID(table::visit_rows(
      session,
      "WITH r AS (SELECT source, person_id FROM " + table_of(night, "person_records") +
          "), n AS (SELECT person_id, count(DISTINCT source) AS sources FROM r GROUP BY person_id) "
          "SELECT source, count(*), count(*) FILTER (WHERE sources > 1) FROM r JOIN n USING (person_id) GROUP BY "
          "source "
          "ORDER BY count(*) FILTER (WHERE sources > 1) * 1000000 // count(*), source",
      [&](const Chunk& chunk, std::int64_t row) {
        study.sources.push_back({std::string(chunk.text(0, row)), number(chunk, 1, row), number(chunk, 2, row)});
      }));
  TRY_VOID(table::visit_rows(session, "SELECT records, count(*) FROM " + persons + " GROUP BY records ORDER BY records",
                             [&](const Chunk& chunk, std::int64_t row) {
                               study.sizes.push_back({number(chunk, 0, row), number(chunk, 1, row)});
                             }));
  return study;
}

std::string night_study_page(const NightStudy& study, std::string_view language) {
  page::Sheet sheet;
  sheet.title = {"夜间关联 " + study.id, "Linking of the night " + study.id};
  sheet.lead = {fmt::format("{}条记录是{}人；{}没有一个有效号码。", grouped(study.records), grouped(study.persons),
                            page::share(study.numberless, study.persons)),
                fmt::format("{} records are {} persons; {} of them have no valid number.", grouped(study.records),
                            grouped(study.persons), page::share(study.numberless, study.persons))};
  sheet.rests_on = both({"依据夜间运行 " + study.id, "Rests on the night " + study.id});
  sheet.language = language == "zh" ? "zh" : "en";
  sheet.notes = "<h2 id=\"notes\">" + both({"怎样读这一页", "How to read this page"}) + "</h2><ul><li>" +
                both({"每条链接和造成它的规则在表 links；一个人的记录用 songtan explain 看。本页不写任何人。",
                      "Each link with the rule that made it is in the table links; songtan explain shows a person's "
                      "records. Nobody is on this page."}) +
                "</li></ul>";
  sheet.sections = {rules_section(study), sources_section(study), sizes_section(study)};
  return page::page_of(sheet);
}

}  // namespace songtan::link
