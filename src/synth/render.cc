#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "base/tasks.h"
#include "base/text.h"
#include "model/schema.h"
#include "synth/detail/extract_session.h"
#include "synth/detail/people_index.h"
#include "synth/detail/register_rows.h"
#include "synth/detail/session_pool.h"
#include "synth/extracts.h"

namespace songtan::synth {
namespace {

using detail::PeopleIndex;

/// The offices whose clerks are careless, a tenth of them by people served, and that share exactly.
Result<detail::BadOffices> choose_bad_offices(table::Session& session, const DirtProfile& profile) {
  detail::BadOffices bad;
  if (profile.bad_offices_ppm == 0) return bad;
  TRY(auto rows,
      session.query("SELECT office, count(*), sum(count(*)) OVER ()::BIGINT FROM person WHERE office IS NOT NULL "
                    "GROUP BY office ORDER BY scatter(office, 0), office"));
  std::int64_t chosen = 0;
  std::int64_t total = 1;
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const std::int64_t people = chunk.bigints(1)[static_cast<std::size_t>(row)];
      total = chunk.bigints(2)[static_cast<std::size_t>(row)];
      const std::int64_t wanted = total * profile.bad_offices_ppm / 1'000'000;
      // Large offices are passed over rather than letting the share run far beyond the wish.
      if (chosen >= wanted || chosen + people > wanted * 3 / 2) continue;
      chosen += people;
      bad.offices.emplace(chunk.text(0, row));
    }
  }
  bad.share_ppm = chosen * 1'000'000 / total;
  return bad;
}

/// True if the SQL text has the word.
bool mentions(std::string_view sql, std::string_view word) {
  const auto is_part = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (std::size_t at = sql.find(word); at != std::string_view::npos; at = sql.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(sql[at - 1])) && (end == sql.size() || !is_part(sql[end]))) return true;
  }
  return false;
}

/// SQL of one record table with the true person beside it, of one source or (empty) of all.
std::string records_select(const std::filesystem::path& lawful, const model::TableSchema& schema,
                           const std::string& source) {
  const std::string table(schema.name);
  const auto folder = lawful / table;
  if (!source.empty() && !std::filesystem::exists(folder / (source + ".parquet"))) {
    return "SELECT *, 0::BIGINT AS person_id, 0::BIGINT AS other_person_id FROM (" + model::empty_select(schema) + ")";
  }
  const std::string records = detail::parquet_at(source.empty() ? folder : folder / (source + ".parquet"));
  const std::string pattern = source.empty() ? "*." + table + ".parquet" : source + "." + table + ".parquet";
  const std::string persons =
      "(SELECT record_id, person_id FROM " + detail::parquet_at(lawful / "person_records" / pattern) + ")";
  if (table != "relation")
    return fmt::format("SELECT r.*, p.person_id FROM {} r JOIN {} p USING (record_id)", records, persons);
  return fmt::format(
      "SELECT r.*, p.person_id, o.person_id AS other_person_id FROM {0} r JOIN {1} p USING (record_id) "
      "LEFT JOIN {1} o ON o.record_id = r.other_record_id",
      records, persons);
}

Result<void> create_person_view(table::Session& session, const ExtractFolders& folders) {
  return session.run("CREATE VIEW person AS SELECT * FROM " + detail::parquet_at(folders.lawful / "person.parquet"));
}

/// A session that sees the people and what the rosters, applications and checks are about.
Result<table::Session> open_desk(const ExtractPlan& plan, const ExtractFolders& folders,
                                 const ExtractResources& share) {
  TRY(table::Session session, detail::open_extract_session(plan, share));
  TRY_VOID(create_person_view(session, folders));
  for (const std::string_view table : {"roster", "applications", "checks"}) {
    TRY_VOID(session.run(fmt::format("CREATE VIEW {} AS SELECT * FROM {}", table,
                                     detail::parquet_at(folders.planted / (std::string(table) + ".parquet")))));
  }
  return session;
}

/// What a register's SELECT reads beside the desk: the office's own lawful records as identity, relation, …; those of all
/// offices as any_identity, …; who the rosters, applications and checks are about. Tables, not views: joined views
/// would let the optimizer reorder across a record and its person.
Result<void> create_tables(table::Session& session, const ExtractFolders& folders, const RegisterForm& form) {
  std::string sql;
  for (const model::TableSchema& schema : model::record_schemas()) {
    const std::string any = "any_" + std::string(schema.name);
    if (mentions(form.rows, schema.name))
      sql += fmt::format("CREATE OR REPLACE TABLE {} AS {};", schema.name,
                         records_select(folders.lawful, schema, form.source));
    if (mentions(form.rows, any))
      sql += fmt::format("CREATE OR REPLACE TABLE {} AS {};", any, records_select(folders.lawful, schema, ""));
  }
  return session.run(sql);
}

/// Leaves the desk as the next register wants to find it.
Result<void> drop_tables(table::Session& session) {
  std::string sql;
  for (const model::TableSchema& schema : model::record_schemas())
    sql += fmt::format("DROP TABLE IF EXISTS {0};DROP TABLE IF EXISTS any_{0};", schema.name);
  return session.run(sql);
}

struct RenderTask {
  const ExtractPlan& plan;
  const ExtractFolders& folders;
  const PeopleIndex& people;
  const detail::BadOffices& bad_offices;
  detail::SessionPool& desks;  ///< what registers read
  detail::SessionPool& sinks;  ///< and where their rows stand before they are written
};

Result<std::vector<ExtractFileCount>> render_register(const RenderTask& task, const RegisterForm& form) {
  using Files = Result<std::vector<ExtractFileCount>>;
  return task.desks.with([&](table::Session& session) -> Files {
    TRY_VOID(create_tables(session, task.folders, form));
    TRY(auto files, task.sinks.with([&](table::Session& sink) -> Files {
      detail::RegisterRows rows(task.plan, form, task.people, task.bad_offices);
      return rows.write(session, sink, task.folders);
    }));
    TRY_VOID(drop_tables(session));
    return files;
  });
}

}  // namespace

Result<std::vector<ExtractFileCount>> render_extracts(const ExtractPlan& plan, const ExtractFolders& folders,
                                                      const ExtractResources& resources, Progress& progress) {
  ExtractResources share = resources;
  share.memory_bytes /= 2;
  TRY(table::Session session, detail::open_extract_session(plan, share));
  TRY_VOID(create_person_view(session, folders));
  TRY(const detail::BadOffices bad_offices, choose_bad_offices(session, plan.dirt));
  TRY(const PeopleIndex people, PeopleIndex::read(session, plan.as_of));

  // A task holds two sessions: what it reads and, for Parquet, what it writes.
  share = detail::share_of({.threads = 2 * resources.threads,
                            .memory_bytes = resources.memory_bytes / 2,
                            .spill_folder = resources.spill_folder});
  detail::SessionPool desks([&] { return open_desk(plan, folders, share); });
  detail::SessionPool sinks([&] { return detail::open_extract_session(plan, share); });
  const RenderTask task{plan, folders, people, bad_offices, desks, sinks};
  std::vector<Result<std::vector<ExtractFileCount>>> results(plan.registers.size());
  std::mutex reporting;
  std::int64_t done = 0;
  parallel_for(resources.threads, plan.registers.size(), [&](std::size_t i) {
    if (!progress.interrupted()) results[i] = render_register(task, plan.registers[i]);
    const std::scoped_lock lock(reporting);
    progress.report("synth.extracts", ++done, static_cast<std::int64_t>(plan.registers.size()));
  });
  if (progress.interrupted())
    return fail(Outcome::interrupted, "synth.interrupted", {"已中断", "interrupted"}, {"可重新运行", "run it again"});
  std::vector<ExtractFileCount> files;
  for (auto& result : results) {
    TRY(auto counted, std::move(result));
    files.insert(files.end(), counted.begin(), counted.end());
  }
  return files;
}

}  // namespace songtan::synth
