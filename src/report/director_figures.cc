#include "report/director_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "table/visit_rows.h"

namespace songtan::report {
namespace {

using table::Chunk;
using table::Session;
using table::visit_rows;

std::int64_t number(const Chunk& chunk, std::int64_t column, std::int64_t row) {
  return chunk.is_null(column, row) ? 0 : chunk.bigints(column)[static_cast<std::size_t>(row)];
}

std::string text(const Chunk& chunk, std::int64_t column, std::int64_t row) {
  return std::string(chunk.text(column, row));
}

std::string files_of(const PageNight& night, const char* table) {
  return "read_parquet(" + sql_literal((night.folder / table / "*.parquet").string()) + ")";
}

/// Of a programme without a roster nobody knows who receives it, and a warning is received by nobody: coverage, groups and
/// missing facts are told of the others alone.
Result<void> create_compared(Session& session, const DirectorInputs& inputs) {
  std::string where = "true";
  if (!inputs.compared.empty()) {
    std::string codes;
    for (const std::string& code : inputs.compared) codes += (codes.empty() ? "" : ", ") + sql_literal(code);
    where = "programme IN (" + codes + ")";
  }
  for (const char* table : {"decisions", "findings"})
    TRY_VOID(session.run(fmt::format("CREATE OR REPLACE VIEW compared_{0} AS FROM {0} WHERE {1}", table, where)));
  return {};
}

Result<void> open_night(Session& session, const PageNight& night) {
  for (const char* table :
       {"persons", "person_records", "families", "family_members", "decisions", "findings", "issues", "loads"})
    TRY_VOID(session.run(fmt::format("CREATE OR REPLACE VIEW {} AS FROM {}", table, files_of(night, table))));
  TRY_VOID(
      session.run("CREATE OR REPLACE TABLE waiting AS SELECT family_id, bool_or(certainty = 'certain') AS certain, "
                  "CAST(sum(CASE WHEN certainty = 'certain' THEN amount ELSE 0 END) AS BIGINT) AS fen FROM findings "
                  "WHERE class = 'entitled_not_receiving' AND state <> 'withdrawn' GROUP BY family_id"));
  return session.run(
      "CREATE OR REPLACE TABLE homes AS SELECT f.family_id, f.region, coalesce(f.county, '') AS county, "
      "f.residence_type, "
      "w.certain, coalesce(w.fen, 0) AS fen FROM families f LEFT JOIN waiting w USING (family_id)");
}

Result<void> read_totals(Session& session, DirectorFigures& figures) {
  TRY(figures.records, session.integer("SELECT count(*) FROM person_records"));
  TRY(figures.persons, session.integer("SELECT count(*) FROM persons"));
  TRY(figures.families, session.integer("SELECT count(*) FROM families"));
  TRY(figures.decisions, session.integer("SELECT count(*) FROM decisions"));
  TRY(figures.open_decisions, session.integer("SELECT count(*) FROM decisions WHERE status = 'to_verify'"));
  TRY(figures.findings, session.integer("SELECT count(*) FROM findings WHERE state <> 'withdrawn'"));
  TRY(figures.finding_families,
      session.integer("SELECT count(DISTINCT family_id) FROM findings WHERE state <> 'withdrawn'"));
  TRY(figures.waiting.certain, session.integer("SELECT count(*) FROM waiting WHERE certain"));
  TRY(figures.waiting.probable, session.integer("SELECT count(*) FROM waiting WHERE NOT certain"));
  TRY(figures.certain_due.fen, session.integer("SELECT CAST(coalesce(sum(fen), 0) AS BIGINT) FROM waiting"));
  return visit_rows(
      session, "SELECT state, count(*) FROM findings GROUP BY state",
      [&](const Chunk& chunk, std::int64_t row) { figures.states[text(chunk, 0, row)] = number(chunk, 1, row); });
}

Result<void> read_counties(Session& session, DirectorFigures& figures) {
  std::map<std::string, CountyFigures> counties;
  TRY_VOID(visit_rows(session,
                      "SELECT county, count(*), count(*) FILTER (WHERE certain), count(*) FILTER (WHERE NOT certain) "
                      "FROM homes GROUP BY county",
                      [&](const Chunk& chunk, std::int64_t row) {
                        CountyFigures& county = counties[text(chunk, 0, row)];
                        county.code = text(chunk, 0, row);
                        county.families = number(chunk, 1, row);
                        county.waiting = {number(chunk, 2, row), number(chunk, 3, row)};
                      }));
  TRY_VOID(
      visit_rows(session,
                 "SELECT coalesce(h.county, ''), f.class, count(*) FROM findings f LEFT JOIN homes h USING (family_id) "
                 "WHERE f.state <> 'withdrawn' GROUP BY ALL",
                 [&](const Chunk& chunk, std::int64_t row) {
                   CountyFigures& county = counties[text(chunk, 0, row)];
                   county.code = text(chunk, 0, row);
                   county.findings[text(chunk, 1, row)] += number(chunk, 2, row);
                 }));
  for (auto& [code, county] : counties) figures.counties.push_back(std::move(county));
  return {};
}

// The towns of a night: divisions right below one of its counties. A region belongs to the town whose code begins it.
class Towns {
 public:
  Towns(const DirectorInputs& inputs, const std::vector<CountyFigures>& counties) {
    std::set<std::string> codes;
    for (const CountyFigures& county : counties) codes.insert(county.code);
    for (const auto& [code, division] : inputs.divisions) {
      if (!division.parent.empty() && codes.contains(division.parent)) towns_.insert(code);
    }
  }

  std::string of(const std::string& region) const {
    for (std::size_t length = region.size(); length > 0; --length) {
      if (const auto at = towns_.find(region.substr(0, length)); at != towns_.end()) return *at;
    }
    return {};
  }

 private:
  std::set<std::string> towns_;
};

Result<void> read_towns(Session& session, const DirectorInputs& inputs, DirectorFigures& figures) {
  const Towns towns(inputs, figures.counties);
  std::map<std::string, TownFigures> found;
  TRY_VOID(visit_rows(
      session,
      "SELECT coalesce(region, ''), count(*), count(*) FILTER (WHERE certain), count(*) FILTER (WHERE NOT certain), "
      "CAST(sum(fen) AS BIGINT) FROM homes GROUP BY region",
      [&](const Chunk& chunk, std::int64_t row) {
        const std::string code = towns.of(text(chunk, 0, row));
        if (code.empty()) return;
        TownFigures& town = found[code];
        town.code = code;
        town.families += number(chunk, 1, row);
        town.waiting.certain += number(chunk, 2, row);
        town.waiting.probable += number(chunk, 3, row);
        town.fen_per_month += number(chunk, 4, row);
      }));
  for (std::size_t at = 0; at < inputs.nights.size(); ++at) {
    for (auto& [code, town] : found) town.by_night.push_back(0);
    const std::string sql = fmt::format(
        "SELECT coalesce(g.region, ''), count(*) FROM (SELECT DISTINCT family_id FROM {} WHERE class = "
        "'entitled_not_receiving' "
        "AND state <> 'withdrawn') f JOIN {} g USING (family_id) GROUP BY 1",
        files_of(inputs.nights[at], "findings"), files_of(inputs.nights[at], "families"));
    TRY_VOID(visit_rows(session, sql, [&](const Chunk& chunk, std::int64_t row) {
      const auto town = found.find(towns.of(text(chunk, 0, row)));
      if (town != found.end()) town->second.by_night.back() += number(chunk, 1, row);
    }));
  }
  for (auto& [code, town] : found) figures.towns.push_back(std::move(town));
  return {};
}

Result<void> read_programmes(Session& session, DirectorFigures& figures) {
  std::map<std::string, ProgrammeFigures> programmes;
  const auto of = [&](const std::string& code) -> ProgrammeFigures& {
    programmes[code].code = code;
    return programmes[code];
  };
  TRY_VOID(visit_rows(
      session, "SELECT programme, count(*) FILTER (WHERE probable = 'yes') FROM compared_decisions GROUP BY programme",
      [&](const Chunk& chunk, std::int64_t row) { of(text(chunk, 0, row)).entitled = number(chunk, 1, row); }));
  TRY_VOID(visit_rows(
      session,
      "SELECT programme, class, certainty, count(*) FROM compared_findings WHERE state <> 'withdrawn' GROUP BY ALL",
      [&](const Chunk& chunk, std::int64_t row) {
        ProgrammeFigures& programme = of(text(chunk, 0, row));
        auto& counts = text(chunk, 2, row) == "certain" ? programme.certain : programme.probable;
        counts[text(chunk, 1, row)] += number(chunk, 3, row);
      }));
  for (auto& [code, programme] : programmes) figures.programmes.push_back(std::move(programme));
  return {};
}

Result<void> read_nights(Session& session, const DirectorInputs& inputs, DirectorFigures& figures) {
  for (const PageNight& night : inputs.nights) {
    NightFigures& counts = figures.nights.emplace_back();
    counts.date = night.date;
    TRY_VOID(visit_rows(
        session,
        fmt::format("SELECT class, count(*) FROM {} WHERE state <> 'withdrawn' GROUP BY class",
                    files_of(night, "findings")),
        [&](const Chunk& chunk, std::int64_t row) { counts.findings[text(chunk, 0, row)] = number(chunk, 1, row); }));
  }
  return {};
}

Result<void> read_sources(Session& session, const DirectorInputs& inputs, DirectorFigures& figures) {
  std::map<std::string, SourceFigures> sources;
  for (const PageSource& source : inputs.sources) sources[source.id].id = source.id;
  TRY_VOID(visit_rows(session,
                      "SELECT source, max(delivery), CAST(sum(rows) AS BIGINT), CAST(sum(accepted) AS BIGINT), "
                      "CAST(sum(rejected) AS BIGINT) FROM loads GROUP BY source",
                      [&](const Chunk& chunk, std::int64_t row) {
                        SourceFigures& source = sources[text(chunk, 0, row)];
                        source.id = text(chunk, 0, row);
                        if (!chunk.is_null(1, row)) source.delivered = chunk.days(1)[static_cast<std::size_t>(row)];
                        source.rows = number(chunk, 2, row);
                        source.accepted = number(chunk, 3, row);
                        source.rejected = number(chunk, 4, row);
                      }));
  TRY_VOID(visit_rows(
      session,
      "SELECT source, rule, severity, CAST(sum(count) AS BIGINT) FROM issues GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3",
      [&](const Chunk& chunk, std::int64_t row) {
        figures.issues.push_back(
            {text(chunk, 0, row), text(chunk, 1, row), text(chunk, 2, row), number(chunk, 3, row)});
        sources[text(chunk, 0, row)].warnings += number(chunk, 3, row);
      }));
  for (auto& [id, source] : sources) figures.sources.push_back(std::move(source));
  return {};
}

// Groups of people. The most frequent people (民族) of the night is one group, all others together another.
constexpr const char* kGroups = R"(
WITH open AS (SELECT DISTINCT CASE entity WHEN 'family' THEN family_id ELSE subject END AS subject FROM compared_decisions WHERE status = 'to_verify'),
 largest AS (SELECT ethnicity FROM persons WHERE ethnicity IS NOT NULL GROUP BY ethnicity ORDER BY count(*) DESC, ethnicity LIMIT 1),
 people AS (
  SELECT p.person_id, h.certain IS NOT NULL AS waits,
         EXISTS (SELECT 1 FROM open o WHERE o.subject = p.person_id OR o.subject = m.family_id) AS is_open,
         p.number_state NOT IN ('valid', 'fifteen') AS bare,
         unnest([struct_pack(by_what := 'sex', what := CASE p.sex WHEN 1 THEN 'male' WHEN 2 THEN 'female' ELSE 'unknown' END),
                 struct_pack(by_what := 'residence', what := coalesce(h.residence_type, 'unknown')),
                 struct_pack(by_what := 'people', what := CASE WHEN p.ethnicity IS NULL THEN 'unknown'
                             WHEN p.ethnicity = (SELECT ethnicity FROM largest) THEN p.ethnicity ELSE 'others' END),
                 struct_pack(by_what := 'age', what := CASE WHEN p.birth IS NULL THEN 'unknown' WHEN p.birth > $as_of - INTERVAL 18 YEAR THEN '0–17'
                             WHEN p.birth > $as_of - INTERVAL 60 YEAR THEN '18–59' WHEN p.birth > $as_of - INTERVAL 80 YEAR THEN '60–79' ELSE '80+' END)]) AS g
  FROM persons p LEFT JOIN (SELECT person_id, min(family_id) AS family_id FROM family_members GROUP BY person_id) m USING (person_id)
  LEFT JOIN homes h ON h.family_id = m.family_id)
SELECT g.by_what, g.what, count(*), count(*) FILTER (WHERE waits), count(*) FILTER (WHERE is_open), count(*) FILTER (WHERE bare)
FROM people GROUP BY ALL ORDER BY 1, 2)";

Result<void> read_groups(Session& session, Day as_of, DirectorFigures& figures) {
  std::string sql = kGroups;
  for (std::size_t at = sql.find("$as_of"); at != std::string::npos; at = sql.find("$as_of"))
    sql.replace(at, 6, "DATE '" + as_of.text() + "'");
  return visit_rows(session, sql, [&](const Chunk& chunk, std::int64_t row) {
    figures.groups.push_back({text(chunk, 0, row), text(chunk, 1, row), number(chunk, 2, row), number(chunk, 3, row),
                              number(chunk, 4, row), number(chunk, 5, row)});
  });
}

Result<void> read_missing(Session& session, DirectorFigures& figures) {
  return visit_rows(
      session,
      "SELECT fact, count(*) FROM (SELECT unnest(string_split(missing, ',')) AS fact FROM compared_decisions WHERE "
      "missing IS NOT NULL) "
      "GROUP BY fact ORDER BY 2 DESC, 1 LIMIT 10",
      [&](const Chunk& chunk, std::int64_t row) {
        figures.missing.push_back({text(chunk, 0, row), number(chunk, 1, row)});
      });
}

}  // namespace

Result<DirectorFigures> director_figures(Session& session, const DirectorInputs& inputs) {
  CHECK_PROMISE(!inputs.nights.empty());
  const PageNight& night = inputs.nights.back();
  DirectorFigures figures;
  TRY_VOID(open_night(session, night));
  TRY_VOID(create_compared(session, inputs));
  TRY_VOID(read_totals(session, figures));
  TRY_VOID(read_counties(session, figures));
  TRY_VOID(read_towns(session, inputs, figures));
  TRY_VOID(read_programmes(session, figures));
  TRY_VOID(read_nights(session, inputs, figures));
  TRY_VOID(read_sources(session, inputs, figures));
  TRY_VOID(read_groups(session, night.date, figures));
  TRY_VOID(read_missing(session, figures));
  return figures;
}

}  // namespace songtan::report
