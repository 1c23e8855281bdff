#include <fmt/format.h>

#include <algorithm>

#include "base/record_id.h"
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
  return "CAST(" + detail::between_quantiles(days, fmt::format("draw({}, r.record_id)", sql_literal(form.source + std::string(what)))) + " AS INTEGER)";
}

constexpr std::size_t kLineageColumns = 8;

/// A total order of a table's perfect records: by id, then by everything they say.
std::string total_order(const model::TableSchema& schema) {
  std::string order = "r.record_id, r.person_id";
  for (const model::Column& column : schema.columns.subspan(kLineageColumns)) order += fmt::format(", r.\"{}\"", column.name);
  return order;
}

/// The columns after the eight that every record has; an end that was not reported in time is still open.
std::string own_columns(const ExtractPlan& plan, const RegisterForm& form, const Delivers& delivers, const model::TableSchema& schema) {
  std::string list;
  for (const model::Column& column : schema.columns.subspan(kLineageColumns)) {
    if (column.name == "valid_to" && !delivers.end_is_planned) {
      list += fmt::format(", CASE WHEN r.valid_to + {} <= {} THEN r.valid_to END AS valid_to", delay_days(plan, form, ".end"),
                          detail::sql_date(plan.delivery_of(form)));
    } else {
      list += fmt::format(", r.\"{}\"", column.name);
    }
  }
  return list;
}

/// What one office delivers of one table: rows with new ids in the order of the perfect records' keys.
std::string delivered_select(const ExtractPlan& plan, const RegisterForm& form, std::size_t index) {
  const Delivers& delivers = form.delivers[index];
  const model::TableSchema& schema = model::schema_of(delivers.table);
  const Day delivery = plan.delivery_of(form);
  std::string condition = "(" + delivers.where + ")";
  if (plan.dirt.unambiguous) condition += " AND (" + delivers.unambiguous + ")";
  if (!delivers.began.empty()) {
    condition += fmt::format(" AND ({0} IS NULL OR CAST({0} AS DATE) + {1} <= {2})", delivers.began, delay_days(plan, form, ".began"), detail::sql_date(delivery));
  }
  condition = detail::with_parameters(condition, plan, delivery);
  const bool asks_person = condition.find("p.") != std::string::npos;
  return fmt::format(
      "SELECT (CAST({key} AS BIGINT) << 32) | (row_number() OVER (ORDER BY {order}) << 4) AS record_id, {source} AS source, 'truth' AS file, "
      "row_number() OVER (ORDER BY {order}) AS \"row\", 'self' AS role, '' AS load, {delivery} AS known_on, r.office"
      "{columns}, r.person_id{other} FROM {table} r {person} WHERE {condition}",
      fmt::arg("key", file_key(form.source, fmt::format("{}.{}", delivers.table, index))), fmt::arg("order", total_order(schema)),
      fmt::arg("source", sql_literal(form.source)), fmt::arg("delivery", detail::sql_date(delivery)),
      fmt::arg("columns", own_columns(plan, form, delivers, schema)), fmt::arg("table", delivers.table),
      fmt::arg("other", delivers.table == "relation" ? ", r.other_person_id" : ""),
      fmt::arg("person", asks_person ? "JOIN person p ON p.person_id = r.person_id" : ""), fmt::arg("condition", condition));
}

/// A pair's other person is the role after self of the same record.
constexpr std::string_view kOtherRole = "UNION ALL SELECT source, file, \"row\", 'relative', load, other_person_id, other_record_id FROM delivered WHERE other_person_id IS NOT NULL";

Result<void> write_table(Session& session, const ExtractPlan& plan, const model::TableSchema& schema, const std::filesystem::path& folder) {
  std::string all;
  for (const RegisterForm& form : plan.registers) {
    for (std::size_t i = 0; i < form.delivers.size(); ++i) {
      if (form.delivers[i].table == schema.name) all += (all.empty() ? "" : " UNION ALL ") + delivered_select(plan, form, i);
    }
  }
  const bool relation = schema.name == "relation";
  if (all.empty()) {
    all = "SELECT *, 0::BIGINT AS person_id" + std::string(relation ? ", 0::BIGINT AS other_person_id" : "") + " FROM (" + model::empty_select(schema) + ")";
  }
  auto ran = session.run("CREATE TABLE delivered AS " + all);
  if (!ran) return detail::in_section(ran.error(), fmt::format("synth/registers [[delivers]] {}", schema.name));
  if (relation) {
    TRY_VOID(session.run("UPDATE delivered SET other_record_id = CASE WHEN other_person_id IS NULL THEN NULL ELSE record_id | 1 END"));
  }
  auto written = session.write_parquet(fmt::format("SELECT {} FROM delivered ORDER BY record_id", model::select_list(schema)),
                                       folder / fmt::format("{}.parquet", schema.name));
  if (!written) return std::unexpected<Error>(written.error());
  return session.run(fmt::format("INSERT INTO delivered_person SELECT source, file, \"row\", role, load, person_id, record_id FROM delivered {}; DROP TABLE delivered",
                                 relation ? kOtherRole : std::string_view()));
}

}  // namespace

Result<void> lawful_records(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources) {
  TRY(Session session, detail::open_extract_session(plan, resources));
  TRY_VOID(detail::make_folder(folders.lawful));
  TRY_VOID(detail::create_world_views(session, folders, true));
  TRY_VOID(detail::create_person_table(session, folders));
  auto persons = session.write_parquet("SELECT * FROM person ORDER BY person_id", folders.lawful / "person.parquet");
  if (!persons) return std::unexpected<Error>(persons.error());
  TRY_VOID(session.run("CREATE TABLE delivered_person(source VARCHAR, file VARCHAR, \"row\" BIGINT, role VARCHAR, load VARCHAR, person_id BIGINT, record_id BIGINT)"));
  for (const model::TableSchema& schema : model::record_schemas()) TRY_VOID(write_table(session, plan, schema, folders.lawful));
  auto records = session.write_parquet("SELECT * FROM delivered_person ORDER BY record_id", folders.lawful / "person_records.parquet");
  if (!records) return std::unexpected<Error>(records.error());
  return {};
}

}  // namespace songtan::synth
