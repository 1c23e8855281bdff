#include "synth/living.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/toml_file.h"
#include "model/schema.h"
#include "synth/detail/extract_session.h"
#include "synth/detail/truth_tables.h"
#include "synth/extracts.h"

namespace songtan::synth {
namespace {

using table::Session;

constexpr std::string_view kPeople = "people";

std::vector<std::string> world_tables() {
  std::vector<std::string> names = {std::string(kPeople), "person_records"};
  for (const model::TableSchema& schema : model::record_schemas()) names.emplace_back(schema.name);
  return names;
}

/// After `since` and at most one calendar month, `until` included.
struct Window {
  Day since;
  Day until;
  Day month;  ///< the first of the month
};

std::vector<Window> windows_between(Day since, Day until) {
  std::vector<Window> windows;
  for (Day from = since; from < until;) {
    const Month month = Month::from_civil(from.plus(1).year(), from.plus(1).month());
    windows.push_back({from, std::min(month.last(), until), month.first()});
    from = windows.back().until;
  }
  return windows;
}

/// To whom the event happens in this window: drawn for the whole month, so that the day decides which window has it.
std::string happened_select(const ExtractPlan& plan, const LifeEvent& event, const Window& window) {
  const int month = window.month.year() * 12 + window.month.month();
  return fmt::format(
      R"(
CREATE OR REPLACE TABLE happened AS
SELECT person_id, day, draw({purpose} || '.manner', key) AS draw FROM (
  SELECT person_id, key, CAST({month} + CAST(draw({purpose} || '.day', key) * date_diff('day', {month}, {month} + INTERVAL 1 MONTH) // 1000000 AS INTEGER) AS DATE) AS day
  FROM (SELECT person_id, max(ppm) AS ppm, person_id * 8192 + {number} % 8192 AS key FROM ({who}) GROUP BY person_id)
  WHERE draw({purpose}, key) < ppm)
WHERE day > {since} AND day <= {until} ORDER BY person_id)",
      fmt::arg("purpose", sql_literal("life." + event.name)), fmt::arg("month", detail::sql_date(window.month)),
      fmt::arg("number", month), fmt::arg("who", detail::with_parameters(event.who, plan, window.until)),
      fmt::arg("since", detail::sql_date(window.since)), fmt::arg("until", detail::sql_date(window.until)));
}

Result<void> happen(Session& session, const ExtractPlan& plan, const LifeEvent& event, const Window& window) {
  std::string sql = happened_select(plan, event, window) + ";";
  for (const std::string& change : event.changes) sql += detail::with_parameters(change, plan, window.until) + ";";
  auto done = session.run(sql);
  if (!done) return detail::in_section(done.error(), "living.toml [[events]] " + event.name);
  return {};
}

/// A record's columns with the lineage that every perfect record has.
std::string perfect_select(const model::TableSchema& schema) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kLineage = {{
      {"source", "'truth'"},
      {"file", "'people'"},
      {"row", "record_id % 100000000"},
      {"role", "'self'"},
      {"load", "'truth'"},
      {"known_on", ""},
  }};
  std::string list;
  for (const model::Column& column : schema.columns) {
    const auto found = std::ranges::find(kLineage, column.name, [](const auto& pair) { return pair.first; });
    std::string value = fmt::format("\"{}\"", column.name);
    if (found != kLineage.end()) value = found->second;
    if (column.name == "known_on") {
      const bool dated = std::ranges::any_of(schema.columns, [](const auto& c) { return c.name == "valid_from"; });
      value = dated                       ? "coalesce(known_on, valid_from)"
              : schema.name == "identity" ? "coalesce(known_on, birth)"
                                          : "known_on";
    }
    list += fmt::format("{}CAST({} AS {}) AS \"{}\"", list.empty() ? "" : ", ", value, column.sql_type, column.name);
  }
  return fmt::format("SELECT {} FROM {} ORDER BY {}", list, schema.name, schema.key);
}

Result<void> write_table(Session& session, const std::string& select, const std::filesystem::path& folder) {
  TRY_VOID(detail::make_folder(folder));
  auto written = session.write_parquet(select, folder / "part-00000.parquet");
  if (!written) return std::unexpected<Error>(written.error());
  return {};
}

}  // namespace

Result<std::vector<LifeEvent>> read_life_events(const std::filesystem::path& path) {
  std::vector<LifeEvent> events;
  if (!std::filesystem::exists(path)) return events;
  TRY(const TomlFile file, TomlFile::read(path));
  const TomlTable root = file.root();
  for (const TomlTable& table : root.tables("events"))
    events.push_back({.name = table.text("name"), .who = table.text("who"), .changes = table.texts("changes")});
  TRY_VOID(file.check());
  return events;
}

Result<void> live_on(const ExtractPlan& plan, Day since, const std::filesystem::path& before,
                     const std::filesystem::path& after, const ExtractResources& resources, Progress& progress) {
  TRY(Session session, detail::open_extract_session(plan, resources));
  for (const std::string& name : world_tables())
    TRY_VOID(session.run(fmt::format("CREATE TABLE {} AS SELECT * FROM {}", name, detail::parquet_at(before / name))));
  const std::vector<Window> windows = windows_between(since, plan.as_of);
  std::int64_t done = 0;
  for (const Window& window : windows) {
    for (const LifeEvent& event : plan.living) {
      if (progress.interrupted())
        return fail(Outcome::interrupted, "synth.interrupted", {"已中断", "interrupted"},
                    {"可重新运行", "run it again"});
      TRY_VOID(happen(session, plan, event, window));
    }
    progress.report("synth.living", ++done, static_cast<std::int64_t>(windows.size()));
  }
  for (const model::TableSchema& schema : model::record_schemas())
    TRY_VOID(write_table(session, perfect_select(schema), after / std::string(schema.name)));
  TRY_VOID(write_table(session,
                       "SELECT 'truth' AS source, 'people' AS file, person_id % 100000000 AS \"row\", 'self' AS role, "
                       "'truth' AS load, person_id, person_id AS record_id FROM people ORDER BY person_id",
                       after / "person_records"));
  TRY_VOID(write_table(session, "SELECT * FROM people ORDER BY person_id", after / "people"));
  TRY_VOID(detail::make_folder(after / "kin"));
  return write_kin(after, 1, resources.threads);
}

}  // namespace songtan::synth
