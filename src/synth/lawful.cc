#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/record_id.h"
#include "base/tasks.h"
#include "base/text.h"
#include "model/schema.h"
#include "synth/detail/extract_session.h"
#include "synth/detail/session_pool.h"
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
                                   fmt::format("draw({}, r.person_id)", sql_literal(form.source + std::string(what)))) +
         " AS INTEGER)";
}

constexpr std::size_t kLineageColumns = 8;

/// A total order of a table's perfect records: the key, then whatever else could differ between two of one key. A person
/// has one identity and one address of a kind, and a relation's key is all of it.
std::vector<std::string> order_columns(const model::TableSchema& schema) {
  std::vector<std::string> order = {"record_id", "person_id"};
  if (schema.name == "identity") return order;
  if (schema.name == "address") {
    order.insert(order.end(), {"kind", "valid_from"});
    return order;
  }
  for (const model::Column& column : schema.columns.subspan(kLineageColumns))
    order.push_back(fmt::format("\"{}\"", column.name));
  return order;
}

std::string total_order(const model::TableSchema& schema) {
  return fmt::format("{}", fmt::join(order_columns(schema), ", "));
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

/// The columns by which a record is the same one in the next delivery: what may change later is left out.
std::vector<std::string> lasting_columns(const model::TableSchema& schema) {
  constexpr std::array<std::string_view, 6> kChanging = {"valid_to", "amount", "quantity",
                                                         "state",    "phone",  "other_record_id"};
  std::vector<std::string> names = {"person_id"};
  if (schema.name == "relation") names.emplace_back("other_person_id");
  for (const model::Column& column : schema.columns.subspan(kLineageColumns)) {
    if (std::ranges::find(kChanging, column.name) == kChanging.end())
      names.push_back(fmt::format("\"{}\"", column.name));
  }
  return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::string high_place_file(const RegisterForm& form, const model::TableSchema& schema) {
  return fmt::format("{}.{}.parquet", form.source, schema.name);
}

/// SQL of `all` with the place of each record: the one it had in the delivery before, or the next that was never used.
/// Places make record ids, and those key every later draw, so what was delivered keeps its dirt.
std::string placed_select(const std::string& all, const ExtractFolders& folders, const RegisterForm& form,
                          const model::TableSchema& schema) {
  const auto records = folders.lawful_before / std::string(schema.name) / (form.source + ".parquet");
  if (!folders.goes_on() || !std::filesystem::exists(records))
    return fmt::format("SELECT row_number() OVER (ORDER BY {}) AS place, * FROM ({})", total_order(schema), all);
  const auto persons =
      folders.lawful_before / "person_records" / fmt::format("{}.{}.parquet", form.source, schema.name);
  const std::vector<std::string> lasting = lasting_columns(schema);
  std::vector<std::string> same = {"a.nth = b.nth"};
  for (const std::string& column : lasting) same.push_back(fmt::format("a.{0} IS NOT DISTINCT FROM b.{0}", column));
  const std::string other = schema.name == "relation" ? ", o.person_id AS other_person_id" : "";
  return fmt::format(
      "SELECT coalesce(b.place, (SELECT place FROM {high}) + row_number() OVER (PARTITION BY b.place IS NULL ORDER BY "
      "{order_a})) AS place, a.* EXCLUDE (nth) FROM (SELECT *, row_number() OVER (PARTITION BY {lasting} ORDER BY "
      "{order}) AS nth FROM ({all})) a LEFT JOIN (SELECT *, row_number() OVER (PARTITION BY {lasting} ORDER BY place) "
      "AS nth FROM (SELECT (r.record_id >> 4) & 268435455 AS place, p.person_id{other}, r.* FROM {records} r JOIN "
      "(SELECT record_id, person_id FROM {persons}) p USING (record_id){join})) b ON {same}",
      fmt::arg("high", detail::parquet_at(folders.lawful_before / "places" / high_place_file(form, schema))),
      fmt::arg("order_a", "a." + joined(order_columns(schema), ", a.")), fmt::arg("lasting", joined(lasting, ", ")),
      fmt::arg("order", total_order(schema)), fmt::arg("all", all), fmt::arg("other", other),
      fmt::arg("records", detail::parquet_at(records)), fmt::arg("persons", detail::parquet_at(persons)),
      fmt::arg("join", other.empty() ? ""
                                     : fmt::format(" LEFT JOIN (SELECT record_id, person_id FROM {}) o ON o.record_id "
                                                   "= r.other_record_id",
                                                   detail::parquet_at(persons))),
      fmt::arg("same", joined(same, " AND ")));
}

/// The highest place ever given, so that none is given twice.
Result<void> remember_places(Session& session, const ExtractFolders& folders, const RegisterForm& form,
                             const model::TableSchema& schema) {
  std::string before = "0";
  const auto earlier = folders.lawful_before / "places" / high_place_file(form, schema);
  if (folders.goes_on() && std::filesystem::exists(earlier))
    before = "(SELECT place FROM " + detail::parquet_at(earlier) + ")";
  auto written = session.write_parquet(
      fmt::format("SELECT greatest(coalesce(max(place), 0), {})::BIGINT AS place FROM delivered", before),
      folders.lawful / "places" / high_place_file(form, schema));
  if (!written) return std::unexpected<Error>(written.error());
  return {};
}

/// Writes what one office delivers of one table, and whose it is.
Result<void> write_part(Session& session, const ExtractPlan& plan, const RegisterForm& form,
                        const model::TableSchema& schema, const ExtractFolders& folders) {
  const std::filesystem::path& folder = folders.lawful;
  std::string all;
  for (const Delivers& delivers : form.delivers) {
    if (delivers.table == schema.name)
      all += (all.empty() ? "" : " UNION ALL ") + delivered_select(plan, form, delivers);
  }
  auto ran = session.run("CREATE OR REPLACE TABLE delivered AS " + placed_select(all, folders, form, schema));
  if (!ran) return detail::in_section(ran.error(), fmt::format("{} [[delivers]] {}", form.source, schema.name));
  TRY_VOID(remember_places(session, folders, form, schema));
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

/// A session that sees the world and its people.
Result<Session> open_world(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& share) {
  TRY(Session session, detail::open_extract_session(plan, share));
  TRY_VOID(detail::create_world_views(session, folders, true));
  TRY_VOID(session.run("CREATE VIEW person AS SELECT * FROM " + detail::parquet_at(folders.lawful / "person.parquet")));
  return session;
}

Result<void> deliver(Session& session, const ExtractPlan& plan, const ExtractFolders& folders,
                     const RegisterForm& form) {
  for (const model::TableSchema& schema : model::record_schemas()) {
    const bool has =
        std::ranges::any_of(form.delivers, [&](const Delivers& delivers) { return delivers.table == schema.name; });
    if (has) TRY_VOID(write_part(session, plan, form, schema, folders));
  }
  return {};
}

/// Folders of all tables; a table that no office delivers has one empty part.
Result<void> prepare_parts(Session& session, const ExtractPlan& plan, const std::filesystem::path& lawful) {
  TRY_VOID(detail::make_folder(lawful / "person_records"));
  TRY_VOID(detail::make_folder(lawful / "places"));
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
  detail::SessionPool worlds([&] { return open_world(plan, folders, share); });
  std::vector<Result<void>> results(plan.registers.size());
  parallel_for(resources.threads, plan.registers.size(), [&](std::size_t i) {
    results[i] = worlds.with([&](Session& session) { return deliver(session, plan, folders, plan.registers[i]); });
  });
  for (const auto& result : results) TRY_VOID(result);
  return {};
}

}  // namespace songtan::synth
