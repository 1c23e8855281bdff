#include "profile/relations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "profile/detail/place_key.h"

namespace songtan::profile {
namespace {

// A relation as a pack sees it: columns after person_id, record_id, source, role, known_on. An expression reads the
// standard record `r`.
struct OfferedColumn {
  std::string_view name;
  std::string_view sql_type;
  std::string_view expression;
};

constexpr std::array<OfferedColumn, 5> kLineage = {{
    {"person_id", "BIGINT", "p.person_id"},
    {"record_id", "BIGINT", "r.record_id"},
    {"source", "VARCHAR", "r.source"},
    {"role", "VARCHAR", "r.role"},
    {"known_on", "DATE", "r.known_on"},
}};

// GB 11643-1999: digits 7–14 are the birth date, an odd digit 17 is a man. A valid number has an existing date.
constexpr std::array<OfferedColumn, 8> kIdentity = {{
    {"number_state", "VARCHAR", "r.number_state"},
    {"number_birth", "DATE",
     "CASE WHEN r.number_state = 'valid' THEN try_cast(r.number[7:10] || '-' || r.number[11:12] || '-' || "
     "r.number[13:14] AS DATE) END"},
    {"number_sex", "TINYINT",
     "CASE WHEN r.number_state = 'valid' THEN CAST(2 - try_cast(r.number[17] AS INTEGER) % 2 AS TINYINT) END"},
    {"sex", "TINYINT", "r.sex"},
    {"birth", "DATE", "r.birth"},
    {"birth_precision", "VARCHAR", "r.birth_precision"},
    {"ethnicity", "VARCHAR", "r.ethnicity"},
    {"region", "VARCHAR", "r.region"},
}};
constexpr std::array<OfferedColumn, 6> kRelation = {{
    {"other_person_id", "BIGINT", "q.person_id"},
    {"kind", "VARCHAR", "r.kind"},
    {"group_key", "VARCHAR", "r.source || ':' || r.group_key"},
    {"relation", "VARCHAR", "r.relation"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 6> kAddress = {{
    {"kind", "VARCHAR", "r.kind"},
    {"region", "VARCHAR", "r.region"},
    {"residence_type", "VARCHAR", "r.residence_type"},
    {"place", "BIGINT", "place_key(r.region, r.text)"},  // NULL without a written address
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 7> kEnrolment = {{
    {"programme", "VARCHAR", "r.programme"},
    {"state", "VARCHAR", "r.state"},
    {"group_key", "VARCHAR", "r.source || ':' || r.group_key"},
    {"amount", "BIGINT", "r.amount"},
    {"detail", "VARCHAR", "r.detail"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 3> kPayment = {{
    {"programme", "VARCHAR", "r.programme"},
    {"month", "DATE", "r.month"},
    {"amount", "BIGINT", "r.amount"},
}};
constexpr std::array<OfferedColumn, 5> kIncome = {{
    {"kind", "VARCHAR", "r.kind"},
    {"amount", "BIGINT", "r.amount"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
    {"payer", "VARCHAR", "r.payer"},
}};
constexpr std::array<OfferedColumn, 6> kAsset = {{
    {"kind", "VARCHAR", "r.kind"},
    {"quantity", "BIGINT", "r.quantity"},
    {"amount", "BIGINT", "r.amount"},
    {"detail", "VARCHAR", "r.detail"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 5> kSpending = {{
    {"kind", "VARCHAR", "r.kind"},
    {"amount", "BIGINT", "r.amount"},
    {"detail", "VARCHAR", "r.detail"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 6> kCertificate = {{
    {"kind", "VARCHAR", "r.kind"},
    {"category", "VARCHAR", "r.category"},
    {"grade", "INTEGER", "r.grade"},
    {"state", "VARCHAR", "r.state"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 4> kEvent = {{
    {"kind", "VARCHAR", "r.kind"},
    {"detail", "VARCHAR", "r.detail"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};
constexpr std::array<OfferedColumn, 4> kConsent = {{
    {"kind", "VARCHAR", "r.kind"},
    {"group_key", "VARCHAR", "r.source || ':' || r.group_key"},
    {"valid_from", "DATE", "r.valid_from"},
    {"valid_to", "DATE", "r.valid_to"},
}};

struct OfferedRelation {
  std::string_view name;
  std::span<const OfferedColumn> columns;
};
constexpr std::array<OfferedRelation, 11> kOffered = {{
    {"identity", kIdentity},
    {"relation", kRelation},
    {"address", kAddress},
    {"enrolment", kEnrolment},
    {"payment", kPayment},
    {"income", kIncome},
    {"asset", kAsset},
    {"spending", kSpending},
    {"certificate", kCertificate},
    {"event", kEvent},
    {"consent", kConsent},
}};

constexpr std::string_view kDivision = "division";
constexpr std::string_view kScope = "scope";

template <typename Visit>
void for_each_column(const OfferedRelation& relation, const Visit& visit) {
  for (const OfferedColumn& column : kLineage) visit(column);
  for (const OfferedColumn& column : relation.columns) visit(column);
}

std::string create_sql(const OfferedRelation& relation) {
  std::string columns;
  for_each_column(relation, [&](const OfferedColumn& column) {
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", column.name, column.sql_type);
  });
  return fmt::format("CREATE TABLE {}({});\n", relation.name, columns);
}

std::string fill_sql(const OfferedRelation& relation, const std::vector<std::filesystem::path>& files, Day as_of) {
  std::string list;
  for_each_column(relation, [&](const OfferedColumn& column) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", column.expression);
  });
  const bool is_pair = relation.name == "relation";
  return fmt::format(
      "INSERT INTO {} SELECT {} FROM {} r JOIN record_person p ON p.record_id = r.record_id {} WHERE r.known_on <= "
      "DATE '{}'",
      relation.name, list, table::parquet_list(files),
      is_pair ? "LEFT JOIN record_person q ON q.record_id = r.other_record_id" : "", as_of.text());
}

Result<void> load_divisions(table::Session& session, const std::filesystem::path& pack) {
  const auto file = pack / "regions" / "divisions.csv";
  if (!std::filesystem::exists(file)) return {};
  return session.run(
      fmt::format("INSERT INTO {} SELECT code, level, parent, TRY_CAST(valid_from AS DATE), TRY_CAST(valid_to AS "
                  "DATE), successor FROM "
                  "read_csv({}, comment = '#', header = true, delim = ',', quote = '\"', all_varchar = true)",
                  kDivision, sql_literal(file.string())));
}

Result<void> add_place_key(table::Session& session) {
  return session.add_function({.name = "place_key",
                               .parameters = {table::ColumnType::text, table::ColumnType::text},
                               .result = table::ColumnType::bigint,
                               .body = [](const table::Chunk& arguments, table::OutputColumn& result) {
                                 for (std::int64_t row = 0; row < arguments.size(); ++row) {
                                   if (arguments.is_null(1, row))
                                     result.set_null(row);
                                   else
                                     result.set_bigint(
                                         row, detail::place_key(arguments.text(0, row), arguments.text(1, row)));
                                 }
                               }});
}

}  // namespace

std::set<std::string> relation_names() {
  std::set<std::string> names = {std::string(kScope), std::string(kDivision)};
  for (const OfferedRelation& relation : kOffered) names.emplace(relation.name);
  return names;
}

Result<void> make_empty_relations(table::Session& session) {
  std::string sql = fmt::format(
      "CREATE TABLE {}(person_id BIGINT);\n"
      "CREATE TABLE {}(code VARCHAR, level VARCHAR, parent VARCHAR, valid_from DATE, valid_to DATE, successor "
      "VARCHAR);\n",
      kScope, kDivision);
  for (const OfferedRelation& relation : kOffered) sql += create_sql(relation);
  return session.run(sql);
}

Result<void> load_relations(table::Session& session, const RelationInputs& inputs,
                            const std::set<std::string>& wanted) {
  TRY_VOID(make_empty_relations(session));
  TRY_VOID(add_place_key(session));
  TRY_VOID(session.run(fmt::format("CREATE TEMP TABLE record_person AS SELECT record_id, person_id FROM {}",
                                   table::parquet_list(inputs.person_records))));
  TRY_VOID(session.run(
      fmt::format("INSERT INTO {} SELECT DISTINCT person_id FROM record_person ORDER BY person_id", kScope)));
  TRY_VOID(load_divisions(session, inputs.pack));
  for (const OfferedRelation& relation : kOffered) {
    const auto files = inputs.records.find(std::string(relation.name));
    if (!wanted.contains(std::string(relation.name)) || files == inputs.records.end() || files->second.empty())
      continue;
    TRY_VOID(session.run(fill_sql(relation, files->second, inputs.as_of)));
  }
  return session.run("DROP TABLE record_person");
}

}  // namespace songtan::profile
