#include <fmt/format.h>

#include <algorithm>

#include "base/record_id.h"
#include "base/tasks.h"
#include "base/text.h"
#include "model/schema.h"
#include "synth/detail/extract_session.h"
#include "synth/detail/world_views.h"
#include "synth/extracts.h"

namespace songtan::synth {
namespace {

using table::Session;

std::string delay_days(const ExtractPlan& plan, const RegisterForm& form, std::string_view what) {
  std::vector<std::int64_t> days = form.delay_days;
  for (std::int64_t& day : days) day = day * plan.dirt.delay_percent / 100;
  return "CAST(" +
         detail::between_quantiles(days,
                                   fmt::format("draw({}, r.record_id)", sql_literal(form.source + std::string(what)))) +
         " AS INTEGER)";
}

constexpr std::size_t kLineageColumns = 8;

/// A total order of a table's perfect records: the key, then whatever else could differ between two of one key. A person
/// has one identity and one address of a kind, and a relation's key is all of it.
std::string total_order(const model::TableSchema& schema) {
  std::string order = "record_id, person_id";
  if (schema.name == "identity") return order;
  if (schema.name == "address") return order + ", kind, valid_from";
  for (const model::Column& column : schema.columns.subspan(kLineageColumns))
    order += fmt::format(", \"{}\"", column.name);
  return order;
}

/// The columns after the eight that every record has; an end that was not reported in time is still open.
std::string own_columns(const ExtractPlan& plan, const RegisterForm& form, const Delivers& delivers,
                        const model::TableSchema& schema) {
  std::string list;
  for (const model::Column& column : schema.columns.subspan(kLineageColumns)) {
    if (column.name == "valid_to" && !delivers.end_is_planned) {
      list += fmt::format(", CASE WHEN r.valid_to + {} <= {} THEN r.valid_to END AS valid_to",
                          delay_days(plan, form, ".end"), detail::sql_date(plan.delivery_of(form)));
    } else {
      list += fmt::format(", r.\"{}\"", column.name);
    }
  }
  return list;
}

/// The records of one [[delivers]] that were reported by the delivery, as they are but for ends not yet reported.
std::string delivered_select(const ExtractPlan& plan, const RegisterForm& form, const Delivers& delivers) {
  const model::TableSchema& schema = model::schema_of(delivers.table);
  const Day delivery = plan.delivery_of(form);
  std::string condition = "(" + delivers.where + ")";
  if (plan.dirt.unambiguous) condition += " AND (" + delivers.unambiguous + ")";
  if (!delivers.began.empty()) {
    condition += fmt::format(" AND ({0} IS NULL OR CAST({0} AS DATE) + {1} <= {2})", delivers.began,
                             delay_days(plan, form, ".began"), detail::sql_date(delivery));
  }
  condition = detail::with_parameters(condition, plan, delivery);
  const bool asks_person = condition.find("p.") != std::string::npos;
  return fmt::format("SELECT r.record_id, r.office{}, r.person_id{} FROM {} r {} WHERE {}",
                     own_columns(plan, form, delivers, schema), schema.name == "relation" ? ", r.other_person_id" : "",
                     schema.name, asks_person ? "JOIN person p ON p.person_id = r.person_id" : "", condition);
}

/// Writes what one office delivers of one table, and whose it is. Ids are new, in the order of the perfect records.
Result<void> write_part(Session& session, const ExtractPlan& plan, const RegisterForm& form,
                        const model::TableSchema& schema, const std::filesystem::path& folder) {
  std::string all;
  for (const Delivers& delivers : form.delivers) {
    if (delivers.table == schema.name)
      all += (all.empty() ? "" : " UNION ALL ") + delivered_select(plan, form, delivers);
  }
  auto ran = session.run(
      fmt::format("CREATE OR REPLACE TABLE delivered AS SELECT row_number() OVER (ORDER BY {}) AS place, * FROM ({})",
                  total_order(schema), all));
  if (!ran) return detail::in_section(ran.error(), fmt::format("{} [[delivers]] {}", form.source, schema.name));
  const bool pairs = schema.name == "relation";
  std::string own;
  for (const model::Column& column : schema.columns.subspan(kLineageColumns)) {
    own +=
        column.name == "other_record_id"
            ? fmt::format(", CASE WHEN other_person_id IS NOT NULL THEN {} | (place << 4) | 1 END AS other_record_id",
                          "$key")
            : fmt::format(", \"{}\"", column.name);
  }
  const std::string key = fmt::format("(CAST({} AS BIGINT) << 32)", file_key(form.source, schema.name));
  if (const std::size_t at = own.find("$key"); at != std::string::npos) own.replace(at, 4, key);
  const std::string lineage =
      fmt::format("{} AS source, '{}' AS file, place AS \"row\"", sql_literal(form.source), schema.name);
  auto records = session.write_parquet(
      fmt::format("SELECT {} FROM (SELECT {} | (place << 4) AS record_id, {}, 'self' AS role, '' AS load, {} AS "
                  "known_on, office{} FROM delivered) ORDER BY record_id",
                  model::select_list(schema), key, lineage, detail::sql_date(plan.delivery_of(form)), own),
      folder / std::string(schema.name) / (form.source + ".parquet"));
  if (!records) return std::unexpected<Error>(records.error());
  std::string persons =
      fmt::format("SELECT {0}, 'self' AS role, '' AS load, person_id, {1} | (place << 4) AS record_id FROM delivered",
                  lineage, key);
  // A pair's other person is the role after self of the same record.
  if (pairs)
    persons += fmt::format(
        " UNION ALL SELECT {0}, 'relative', '', other_person_id, {1} | (place << 4) | 1 FROM delivered WHERE "
        "other_person_id IS NOT NULL",
        lineage, key);
  auto linked =
      session.write_parquet("SELECT * FROM (" + persons + ") ORDER BY record_id",
                            folder / "person_records" / fmt::format("{}.{}.parquet", form.source, schema.name));
  if (!linked) return std::unexpected<Error>(linked.error());
  return {};
}

struct LawfulTask {
  const ExtractPlan& plan;
  const ExtractFolders& folders;
  const ExtractResources& resources;  ///< of one task
};

Result<void> deliver(const LawfulTask& task, const RegisterForm& form) {
  TRY(Session session, detail::open_extract_session(task.plan, task.resources));
  TRY_VOID(detail::create_world_views(session, task.folders, true));
  TRY_VOID(
      session.run("CREATE VIEW person AS SELECT * FROM " + detail::parquet_at(task.folders.lawful / "person.parquet")));
  for (const model::TableSchema& schema : model::record_schemas()) {
    const bool has =
        std::ranges::any_of(form.delivers, [&](const Delivers& delivers) { return delivers.table == schema.name; });
    if (has) TRY_VOID(write_part(session, task.plan, form, schema, task.folders.lawful));
  }
  return {};
}

/// Folders of all tables; a table that no office delivers has one empty part.
Result<void> prepare_parts(Session& session, const ExtractPlan& plan, const std::filesystem::path& lawful) {
  TRY_VOID(detail::make_folder(lawful / "person_records"));
  for (const model::TableSchema& schema : model::record_schemas()) {
    TRY_VOID(detail::make_folder(lawful / std::string(schema.name)));
    const bool has = std::ranges::any_of(plan.registers, [&](const RegisterForm& form) {
      return std::ranges::any_of(form.delivers,
                                 [&](const Delivers& delivers) { return delivers.table == schema.name; });
    });
    if (has) continue;
    auto written =
        session.write_parquet(model::empty_select(schema), lawful / std::string(schema.name) / "nobody.parquet");
    if (!written) return std::unexpected<Error>(written.error());
  }
  return {};
}

}  // namespace

Result<void> lawful_records(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources) {
  {
    TRY(Session session, detail::open_extract_session(plan, resources));
    TRY_VOID(detail::make_folder(folders.lawful));
    TRY_VOID(detail::create_world_views(session, folders, true));
    TRY_VOID(detail::create_person_table(session, folders));
    auto persons = session.write_parquet("SELECT * FROM person ORDER BY person_id", folders.lawful / "person.parquet");
    if (!persons) return std::unexpected<Error>(persons.error());
    TRY_VOID(prepare_parts(session, plan, folders.lawful));
  }
  const ExtractResources share = detail::share_of(resources);
  const LawfulTask task{plan, folders, share};
  std::vector<Result<void>> results(plan.registers.size());
  parallel_for(resources.threads, plan.registers.size(),
               [&](std::size_t i) { results[i] = deliver(task, plan.registers[i]); });
  for (const auto& result : results) TRY_VOID(result);
  return {};
}

}  // namespace songtan::synth
