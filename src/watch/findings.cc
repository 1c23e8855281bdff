#include "watch/findings.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "model/schema.h"
#include "watch/detail/steps.h"

namespace songtan::watch {
namespace {

using StepFunction = Result<void> (*)(const detail::Step&);

constexpr std::array<StepFunction, 10> kSteps = {detail::lay_out_rules, detail::read_rosters,
                                                 detail::read_events,   detail::compare,
                                                 detail::read_facts,    detail::weigh,
                                                 detail::find_causes,   detail::obey_outcomes,
                                                 detail::rank,          detail::compare_with_last_night};

Result<WatchReport> count(table::Session& session) {
  WatchReport report;
  TRY(report.withdrawn, session.integer("SELECT count(*) FROM watch_result WHERE state = 'withdrawn'"));
  TRY(table::Rows rows,
      session.query("SELECT class, state, count(*) FROM watch_result WHERE state <> 'withdrawn' GROUP BY ALL"));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return report;
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) {
      const std::int64_t found = rows.chunk().bigints(2)[static_cast<std::size_t>(row)];
      report.by_class[std::string(rows.chunk().text(0, row))] += found;
      report.by_state[std::string(rows.chunk().text(1, row))] += found;
      report.findings += found;
    }
  }
}

Result<void> tidy(table::Session& session) {
  for (const char* name :
       {"sounding",       "also",     "word",       "class", "programme", "enrolment", "entry_family",
        "roster_person",  "received", "last_state", "sign",  "event",     "compared",  "candidate",
        "subject_person", "fact",     "cause",      "need",  "start",     "dated",     "scored",
        "finding",        "last",     "result",     "grant", "silenced"}) {
    TRY_VOID(session.run(fmt::format("DROP TABLE IF EXISTS watch_{}", name)));
  }
  return {};
}

}  // namespace

Result<WatchReport> find(table::Session& session, const Ranking& ranking, const WatchInputs& inputs,
                         const std::filesystem::path& out, Progress& progress) {
  const detail::Step step{session, ranking, inputs};
  std::int64_t done = 0;
  for (const StepFunction run : kSteps) {
    progress.report("watch", done++, static_cast<std::int64_t>(kSteps.size()));
    if (progress.interrupted()) return fail(Outcome::interrupted, "interrupted", {"已中断", "interrupted"});
    TRY_VOID(run(step));
  }
  const model::TableSchema& schema = model::schema_of("findings");
  TRY_VOID(session.write_parquet(
      fmt::format("SELECT {} FROM watch_result ORDER BY {}", model::select_list(schema), schema.key),
      out / "part-0.parquet"));
  TRY(WatchReport report, count(session));
  TRY_VOID(tidy(session));
  progress.report("watch", done, done);
  return report;
}

}  // namespace songtan::watch
