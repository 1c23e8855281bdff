#include "night/stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "decide/decide.h"
#include "ingest/contract.h"
#include "ingest/loads.h"
#include "link/night_link.h"
#include "model/schema.h"
#include "night/source_coverage.h"
#include "profile/profile.h"
#include "report/gate.h"
#include "report/measures.h"
#include "table/session.h"
#include "table/writer.h"
#include "watch/findings.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

Result<table::Session> session_of(const StageContext& context) {
  std::error_code code;
  fs::create_directories(context.spill, code);
  return table::Session::open({.threads = context.resources.threads,
                               .memory_bytes = context.resources.memory_bytes,
                               .spill_folder = context.spill});
}

/// Parts of one table of a finished stage or night, in the order of their names; empty if it has none.
std::vector<fs::path> parts_of(const fs::path& folder, std::string_view table) {
  std::vector<fs::path> parts;
  std::error_code code;
  for (const auto& part : fs::directory_iterator(folder / std::string(table), code)) parts.push_back(part.path());
  std::sort(parts.begin(), parts.end());
  return parts;
}

std::vector<fs::path> previous_parts(const StageContext& context, std::string_view table) {
  if (!context.inputs.previous) return {};
  return parts_of(context.workspace.night(*context.inputs.previous), table);
}

/// A table of the day under tonight's ids; empty if there is none.
std::vector<fs::path> day_file(const Checkpoints& checkpoints, const std::string& table) {
  const fs::path file = checkpoints.folder_of("day") / (table + ".parquet");
  return fs::exists(file) ? std::vector{file} : std::vector<fs::path>();
}

Result<std::int64_t> write_loads(table::Session& session, const std::vector<ingest::Load>& loads, const fs::path& out) {
  const model::TableSchema& schema = model::schema_of("loads");
  TRY_VOID(session.run(model::create_table_sql(schema, "loads")));
  TRY(auto writer, table::TableWriter::open(session, "loads"));
  for (const ingest::Load& load : loads) {
    writer.text(load.id);
    writer.text(load.source);
    writer.text(load.file);
    writer.date(load.delivery);
    writer.text(load.delta ? "delta" : "full");
    writer.bigint(load.rows);
    writer.bigint(load.accepted);
    writer.bigint(load.rejected);
    writer.text(load.sha256);
    writer.text(load.contract_version);
    writer.end_row();
  }
  TRY_VOID(writer.finish());
  return session.write_parquet(fmt::format("SELECT * FROM loads ORDER BY {}", schema.key),
                               out / "loads" / "part-0.parquet");
}

}  // namespace

Result<StageCounts> loads_stage(const StageContext& context, const fs::path& out) {
  TRY(table::Session session, session_of(context));
  StageCounts counts;
  TRY(counts["files"], write_loads(session, context.inputs.loads, out));
  for (const ingest::Load& load : context.inputs.loads) {
    counts["rows"] += load.rows;
    counts["rejected"] += load.rejected;
  }
  const model::TableSchema& schema = model::schema_of("issues");
  const auto files = ingest::records_of(context.inputs.loads, "issues");
  const std::string rows =
      files.empty() ? model::empty_select(schema)
                    : fmt::format("SELECT {} FROM {}", model::select_list(schema), table::parquet_list(files));
  TRY(counts["issues"],
      session.write_parquet(fmt::format("{} ORDER BY {}", rows, schema.key), out / "issues" / "part-0.parquet"));
  return counts;
}

Result<StageCounts> link_stage(const StageContext& context, const fs::path& out) {
  TRY(table::Session session, session_of(context));
  const auto& loads = context.inputs.loads;
  link::NightLinkInputs inputs{
      .identity = ingest::records_of(loads, "identity"),
      .relation = ingest::records_of(loads, "relation"),
      .address = ingest::records_of(loads, "address"),
      .payment = ingest::records_of(loads, "payment"),
      .income = ingest::records_of(loads, "income"),
      .previous = {.person_records = previous_parts(context, "person_records"),
                   .person_keys = previous_parts(context, "person_keys"),
                   .person_log = previous_parts(context, "person_log"),
                   .decided_records = previous_parts(context, "decided_records")},
      .decisions = context.inputs.day.files("identity_decisions.parquet"),
      .options_file = fs::exists(context.pack / "link.toml") ? context.pack / "link.toml" : fs::path(),
      .night = context.inputs.id(),
      .threads = context.resources.threads};
  TRY(const link::LinkReport report, link::link_night(session, inputs, out, context.progress));
  return StageCounts{{"records", report.records},
                     {"persons", report.persons},
                     {"repaired_numbers", report.repaired},
                     {"refused_numbers", report.refused_numbers},
                     {"without_number", report.without_number},
                     {"undecided", report.undecided},
                     {"created", report.created},
                     {"merged", report.merged},
                     {"split", report.split},
                     {"idle_decisions", report.idle_decisions}};
}

Result<StageCounts> day_stage(const StageContext& context, const fs::path& link, const fs::path& out) {
  if (context.inputs.day.tables.empty()) return StageCounts{};
  TRY(table::Session session, session_of(context));
  return name_as_tonight(session, context.inputs.day, link, out);
}

Result<StageCounts> profile_stage(const StageContext& context, const Checkpoints& checkpoints, const fs::path& out) {
  TRY(const auto contracts, ingest::read_contracts(context.pack));
  profile::ProfileInputs inputs{.records = {},
                                .person_records = parts_of(checkpoints.folder_of("link"), "person_records"),
                                .pack = context.pack,
                                .as_of = context.inputs.date,
                                .coverage = coverage_of(contracts, deliveries_of(context.inputs.loads)),
                                .confirmed = day_file(checkpoints, "confirmed_facts")};
  for (const model::TableSchema& schema : model::record_schemas()) {
    inputs.records[std::string(schema.name)] = ingest::records_of(context.inputs.loads, schema.name);
  }
  TRY(const profile::ProfileCounts counts, profile::build_profile(inputs,
                                                                  {.threads = context.resources.threads,
                                                                   .memory_bytes = context.resources.memory_bytes,
                                                                   .spill_folder = context.spill},
                                                                  out, context.progress));
  return StageCounts{{"persons", counts.persons},
                     {"kin", counts.kin},
                     {"facts", counts.facts},
                     {"families", counts.families},
                     {"members", counts.members}};
}

Result<StageCounts> decide_stage(const StageContext& context, const Checkpoints& checkpoints, const fs::path& out) {
  const fs::path profile = checkpoints.folder_of("profile");
  const std::int64_t partitions = context.resources.partitions;
  const std::int64_t persons = checkpoints.counts().at("profile").at("persons");
  TRY(const decide::DecideCounts counts,
      decide::decide({.profile = profile, .pack = context.pack, .as_of = context.inputs.date, .scenario = {}},
                     {.threads = context.resources.threads,
                      .memory_bytes = context.resources.memory_bytes,
                      .spill_folder = context.spill,
                      .persons_of_piece = partitions == 0 ? 0 : (persons + partitions - 1) / partitions},
                     out, context.progress));
  StageCounts told{{"decisions", counts.decisions}};
  for (const auto& [programme, count] : counts.yes) told[programme + "_yes"] = count;
  for (const auto& [programme, count] : counts.to_verify) told[programme + "_to_verify"] = count;
  return told;
}

Result<StageCounts> watch_stage(const StageContext& context, const Checkpoints& checkpoints, const fs::path& out) {
  TRY(const watch::Ranking ranking, watch::read_ranking(context.pack / "ranking.toml"));
  TRY(auto programmes, decide::programmes_of(context.pack));
  const auto& loads = context.inputs.loads;
  const fs::path profile = checkpoints.folder_of("profile");
  const watch::WatchInputs inputs{.as_of = context.inputs.date,
                                  .programmes = std::move(programmes),
                                  .enrolment = ingest::records_of(loads, "enrolment"),
                                  .payment = ingest::records_of(loads, "payment"),
                                  .event = ingest::records_of(loads, "event"),
                                  .person_records = parts_of(checkpoints.folder_of("link"), "person_records"),
                                  .family_members = parts_of(profile, "family_members"),
                                  .families = parts_of(profile, "families"),
                                  .kin = parts_of(profile, "kin"),
                                  .facts = parts_of(profile, "facts"),
                                  .decisions = parts_of(checkpoints.folder_of("decide"), "decisions"),
                                  .previous_findings = previous_parts(context, "findings"),
                                  .person_log = parts_of(checkpoints.folder_of("link"), "person_log"),
                                  .night = context.inputs.id(),
                                  .outcomes = day_file(checkpoints, "outcomes"),
                                  .grants = day_file(checkpoints, "grants"),
                                  .day_payments = day_file(checkpoints, "payments")};
  TRY(table::Session session, session_of(context));
  TRY(const watch::WatchReport report, watch::find(session, ranking, inputs, out / "findings", context.progress));
  StageCounts counts = report.by_class;
  for (const auto& [state, count] : report.by_state) counts[state] = count;
  counts["findings"] = report.findings;
  counts["withdrawn"] = report.withdrawn;
  return counts;
}

Result<StageCounts> measure_stage(const StageContext& context, const fs::path& link, const fs::path& out) {
  TRY(table::Session session, session_of(context));
  report::MeasureInputs inputs{.records = {}, .person_records = parts_of(link, "person_records")};
  for (const model::TableSchema& schema : model::record_schemas()) {
    inputs.records[std::string(schema.name)] = ingest::records_of(context.inputs.loads, schema.name);
  }
  TRY(const std::int64_t rows, report::measure(session, inputs, out / "measures"));
  return StageCounts{{"measures", rows}};
}

Result<std::vector<report::Breach>> judge_night(const StageContext& context, const Checkpoints& checkpoints) {
  TRY(const auto limits, report::GateLimits::read(context.pack));
  TRY(const auto contracts, ingest::read_contracts(context.pack));
  std::vector<report::GateSource> sources;
  for (const ingest::Contract& contract : contracts)
    sources.push_back({contract.id, contract.required, contract.rhythm_days});
  const report::GateNight tonight{.date = context.inputs.date,
                                  .measures = parts_of(checkpoints.folder_of("measures"), "measures"),
                                  .loads = parts_of(checkpoints.folder_of("loads"), "loads"),
                                  .findings = parts_of(checkpoints.folder_of("watch"), "findings"),
                                  .persons = parts_of(checkpoints.folder_of("link"), "persons")};
  std::optional<report::GateNight> last;
  if (context.inputs.previous) {
    last = report::GateNight{.date = *Day::parse(context.inputs.previous->substr(0, 10)),
                             .measures = previous_parts(context, "measures"),
                             .loads = previous_parts(context, "loads"),
                             .findings = previous_parts(context, "findings"),
                             .persons = previous_parts(context, "persons")};
  }
  TRY(table::Session session, session_of(context));
  return report::judge(session, limits, sources, tonight, last);
}

}  // namespace songtan::night
