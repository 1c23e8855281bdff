#include "model/schema.h"

#include <fmt/format.h>

#include <array>

#include "base/result.h"

namespace songtan::model {
namespace {

constexpr std::array<Column, 20> kIdentityColumns = {{
    {"record_id", "BIGINT"},  {"source", "VARCHAR"},
    {"file", "VARCHAR"},      {"row", "BIGINT"},
    {"role", "VARCHAR"},      {"load", "VARCHAR"},
    {"known_on", "DATE"},     {"office", "VARCHAR"},
    {"number", "VARCHAR"},    {"number_state", "VARCHAR"},
    {"name", "VARCHAR"},      {"sex", "TINYINT"},
    {"birth", "DATE"},        {"birth_precision", "VARCHAR"},
    {"ethnicity", "VARCHAR"}, {"phone", "VARCHAR"},
    {"region", "VARCHAR"},    {"address", "VARCHAR"},
    {"group_key", "VARCHAR"}, {"local_id", "VARCHAR"},
}};

constexpr std::array<Column, 14> kRelationColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"group_key", "VARCHAR"},
    {"other_record_id", "BIGINT"},
    {"relation", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 14> kAddressColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"region", "VARCHAR"},
    {"residence_type", "VARCHAR"},
    {"text", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 15> kEnrolmentColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"programme", "VARCHAR"},
    {"state", "VARCHAR"},
    {"group_key", "VARCHAR"},
    {"amount", "BIGINT"},
    {"detail", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 12> kPaymentColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"programme", "VARCHAR"},
    {"month", "DATE"},
    {"amount", "BIGINT"},
    {"account_digest", "VARCHAR"},
}};

constexpr std::array<Column, 13> kIncomeColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"amount", "BIGINT"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
    {"payer", "VARCHAR"},
}};

constexpr std::array<Column, 14> kAssetColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"quantity", "BIGINT"},
    {"amount", "BIGINT"},
    {"detail", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 13> kSpendingColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"amount", "BIGINT"},
    {"detail", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 14> kCertificateColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"category", "VARCHAR"},
    {"grade", "INTEGER"},
    {"state", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 12> kEventColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"detail", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 12> kConsentColumns = {{
    {"record_id", "BIGINT"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"known_on", "DATE"},
    {"office", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"group_key", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
}};

constexpr std::array<Column, 8> kPersonsColumns = {{
    {"person_id", "BIGINT"},
    {"number_state", "VARCHAR"},
    {"name", "VARCHAR"},
    {"sex", "TINYINT"},
    {"birth", "DATE"},
    {"ethnicity", "VARCHAR"},
    {"region", "VARCHAR"},
    {"records", "BIGINT"},
}};

constexpr std::array<Column, 7> kPersonRecordsColumns = {{
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"load", "VARCHAR"},
    {"person_id", "BIGINT"},
    {"record_id", "BIGINT"},
}};

constexpr std::array<Column, 2> kPersonKeysColumns = {{
    {"person_key", "BIGINT"},
    {"person_id", "BIGINT"},
}};

constexpr std::array<Column, 6> kPersonLogColumns = {{
    {"sequence", "BIGINT"},
    {"kind", "VARCHAR"},
    {"person_id", "BIGINT"},
    {"other_person_id", "BIGINT"},
    {"reason", "VARCHAR"},
    {"night", "VARCHAR"},
}};

constexpr std::array<Column, 4> kLinksColumns = {{
    {"rule", "VARCHAR"},
    {"weight_millibits", "BIGINT"},
    {"record_l", "BIGINT"},
    {"record_r", "BIGINT"},
}};

constexpr std::array<Column, 7> kFamiliesColumns = {{
    {"family_id", "BIGINT"},
    {"reference_person", "BIGINT"},
    {"region", "VARCHAR"},
    {"county", "VARCHAR"},
    {"residence_type", "VARCHAR"},
    {"size", "BIGINT"},
    {"composition", "VARCHAR"},
}};

constexpr std::array<Column, 5> kFamilyMembersColumns = {{
    {"family_id", "BIGINT"},
    {"person_id", "BIGINT"},
    {"member_role", "VARCHAR"},
    {"reason", "VARCHAR"},
    {"article", "VARCHAR"},
}};

constexpr std::array<Column, 7> kKinColumns = {{
    {"person_id", "BIGINT"},
    {"relation", "VARCHAR"},
    {"other_person_id", "BIGINT"},
    {"obligor", "BOOLEAN"},
    {"same_family", "BOOLEAN"},
    {"source", "VARCHAR"},
    {"record_id", "BIGINT"},
}};

constexpr std::array<Column, 12> kFactsColumns = {{
    {"person_id", "BIGINT"},
    {"fact", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
    {"value", "BIGINT"},
    {"text", "VARCHAR"},
    {"known_on", "DATE"},
    {"source", "VARCHAR"},
    {"record_id", "BIGINT"},
    {"used", "BOOLEAN"},
    {"reason", "VARCHAR"},
}};

constexpr std::array<Column, 9> kAbsencesColumns = {{
    {"fact", "VARCHAR"},
    {"region", "VARCHAR"},
    {"known", "BOOLEAN"},
    {"value", "BIGINT"},
    {"text", "VARCHAR"},
    {"sources", "VARCHAR"},
    {"known_on", "DATE"},
    {"fresh_until", "DATE"},
    {"reason", "VARCHAR"},
}};

constexpr std::array<Column, 14> kDecisionsColumns = {{
    {"programme", "VARCHAR"},
    {"entity", "VARCHAR"},
    {"subject", "BIGINT"},
    {"family_id", "BIGINT"},
    {"month", "DATE"},
    {"status", "VARCHAR"},
    {"probable", "VARCHAR"},
    {"amount", "BIGINT"},
    {"probable_amount", "BIGINT"},
    {"reasons", "BIGINT"},
    {"unknown", "BIGINT"},
    {"missing", "VARCHAR"},
    {"policy_version", "VARCHAR"},
    {"parameter_version", "VARCHAR"},
}};

constexpr std::array<Column, 17> kFindingsColumns = {{
    {"finding_id", "BIGINT"},
    {"class", "VARCHAR"},
    {"disposition", "VARCHAR"},
    {"programme", "VARCHAR"},
    {"subject", "BIGINT"},
    {"family_id", "BIGINT"},
    {"cause", "VARCHAR"},
    {"certainty", "VARCHAR"},
    {"rank", "BIGINT"},
    {"score", "BIGINT"},
    {"amount", "BIGINT"},
    {"months", "BIGINT"},
    {"since", "DATE"},
    {"reasons", "VARCHAR"},
    {"collect", "VARCHAR"},
    {"state", "VARCHAR"},
    {"state_reason", "VARCHAR"},
}};

constexpr std::array<Column, 9> kIssuesColumns = {{
    {"load", "VARCHAR"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"column_name", "VARCHAR"},
    {"rule", "VARCHAR"},
    {"severity", "VARCHAR"},
    {"value_class", "VARCHAR"},
    {"count", "BIGINT"},
}};

constexpr std::array<Column, 10> kLoadsColumns = {{
    {"load", "VARCHAR"},
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"delivery", "DATE"},
    {"kind", "VARCHAR"},
    {"rows", "BIGINT"},
    {"accepted", "BIGINT"},
    {"rejected", "BIGINT"},
    {"sha256", "VARCHAR"},
    {"contract_version", "VARCHAR"},
}};

constexpr std::array<Column, 2> kDecidedRecordsColumns = {{
    {"record_id", "BIGINT"},
    {"record_key", "BIGINT"},
}};

constexpr std::array<Column, 6> kMeasuresColumns = {{
    {"source", "VARCHAR"},
    {"part", "VARCHAR"},
    {"measure", "VARCHAR"},
    {"value", "VARCHAR"},
    {"count", "BIGINT"},
    {"digest", "BIGINT"},
}};

constexpr std::array<Column, 5> kTruthRecordsColumns = {{
    {"source", "VARCHAR"},
    {"file", "VARCHAR"},
    {"row", "BIGINT"},
    {"role", "VARCHAR"},
    {"person_id", "BIGINT"},
}};

constexpr std::array<Column, 9> kTruthPersonsColumns = {{
    {"person_id", "BIGINT"},
    {"name", "VARCHAR"},
    {"sex", "TINYINT"},
    {"birth", "DATE"},
    {"death", "DATE"},
    {"ethnicity", "VARCHAR"},
    {"region", "VARCHAR"},
    {"county", "VARCHAR"},
    {"residence_type", "VARCHAR"},
}};

constexpr std::array<Column, 2> kTruthFamiliesColumns = {{
    {"person_id", "BIGINT"},
    {"family_id", "BIGINT"},
}};

constexpr std::array<Column, 7> kTruthFactsColumns = {{
    {"person_id", "BIGINT"},
    {"fact", "VARCHAR"},
    {"kind", "VARCHAR"},
    {"valid_from", "DATE"},
    {"valid_to", "DATE"},
    {"value", "BIGINT"},
    {"text", "VARCHAR"},
}};

constexpr std::array<Column, 8> kTruthFaultsColumns = {{
    {"class", "VARCHAR"},
    {"programme", "VARCHAR"},
    {"subject", "BIGINT"},
    {"since", "DATE"},
    {"months", "BIGINT"},
    {"amount", "BIGINT"},
    {"delivered", "BOOLEAN"},
    {"undetectable_why", "VARCHAR"},
}};

constexpr std::array<Column, 11> kTruthEntitlementsColumns = {{
    {"subject", "BIGINT"},
    {"programme", "VARCHAR"},
    {"month", "DATE"},
    {"status_true", "VARCHAR"},
    {"amount_true", "BIGINT"},
    {"status_lawful", "VARCHAR"},
    {"amount_lawful", "BIGINT"},
    {"probable_lawful", "VARCHAR"},
    {"probable_amount_lawful", "BIGINT"},
    {"receiving", "BOOLEAN"},
    {"amount_received", "BIGINT"},
}};

constexpr std::array<TableSchema, 11> kRecords = {{
    {"identity", 1, kIdentityColumns, "record_id"},
    {"relation", 1, kRelationColumns, "record_id, kind, group_key, other_record_id, relation, valid_from"},
    {"address", 1, kAddressColumns, "record_id, kind, valid_from"},
    {"enrolment", 1, kEnrolmentColumns, "record_id, programme, state, valid_from"},
    {"payment", 1, kPaymentColumns, "record_id, programme, month"},
    {"income", 1, kIncomeColumns, "record_id, kind, valid_from"},
    {"asset", 1, kAssetColumns, "record_id, kind, valid_from"},
    {"spending", 1, kSpendingColumns, "record_id, kind, valid_from"},
    {"certificate", 1, kCertificateColumns, "record_id, kind, valid_from"},
    {"event", 1, kEventColumns, "record_id, kind, valid_from"},
    {"consent", 1, kConsentColumns, "record_id, kind, valid_from"},
}};

constexpr std::array<TableSchema, 16> kNight = {{
    {"persons", 1, kPersonsColumns, "person_id"},
    {"person_records", 1, kPersonRecordsColumns, "record_id"},
    {"person_keys", 1, kPersonKeysColumns, "person_key, person_id"},
    {"person_log", 1, kPersonLogColumns, "sequence"},
    {"decided_records", 1, kDecidedRecordsColumns, "record_id"},
    {"links", 1, kLinksColumns, "record_l, record_r, rule"},
    {"families", 1, kFamiliesColumns, "family_id"},
    {"family_members", 1, kFamilyMembersColumns, "family_id, person_id"},
    {"kin", 1, kKinColumns, "person_id, relation, other_person_id"},
    {"facts", 1, kFactsColumns,
     "person_id, fact, valid_from, valid_to, source, record_id, value, text, known_on, used"},
    {"absences", 1, kAbsencesColumns, "fact, region"},
    {"decisions", 1, kDecisionsColumns, "programme, subject"},
    {"findings", 1, kFindingsColumns, "rank, finding_id"},
    {"issues", 1, kIssuesColumns, "load, row, column_name, rule"},
    {"loads", 1, kLoadsColumns, "source, load"},
    {"measures", 1, kMeasuresColumns, "source, part, measure, value"},
}};

constexpr std::array<TableSchema, 6> kTruth = {{
    {"truth.records", 1, kTruthRecordsColumns, "source, file, row, role"},
    {"truth.persons", 1, kTruthPersonsColumns, "person_id"},
    {"truth.families", 1, kTruthFamiliesColumns, "person_id"},
    {"truth.facts", 1, kTruthFactsColumns, "person_id, fact, valid_from, valid_to, value, text"},
    {"truth.faults", 1, kTruthFaultsColumns, "class, programme, subject, since"},
    {"truth.entitlements", 1, kTruthEntitlementsColumns, "programme, subject, month"},
}};

}  // namespace

std::span<const TableSchema> record_schemas() { return kRecords; }
std::span<const TableSchema> night_schemas() { return kNight; }
std::span<const TableSchema> truth_schemas() { return kTruth; }

const TableSchema& schema_of(std::string_view name) {
  for (const auto& group : {record_schemas(), night_schemas(), truth_schemas()}) {
    for (const TableSchema& schema : group) {
      if (schema.name == name) return schema;
    }
  }
  broken_promise("the table schema exists", __FILE__, __LINE__);
}

std::string create_table_sql(const TableSchema& schema, std::string_view table) {
  std::string columns;
  for (const Column& column : schema.columns) {
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", column.name, column.sql_type);
  }
  return fmt::format("CREATE TABLE {}({})", table, columns);
}

std::string select_list(const TableSchema& schema) {
  std::string list;
  for (const Column& column : schema.columns) {
    list += fmt::format("{}CAST({} AS {}) AS {}", list.empty() ? "" : ", ", column.name, column.sql_type, column.name);
  }
  return list;
}

std::string empty_select(const TableSchema& schema) {
  std::string list;
  for (const Column& column : schema.columns) {
    list += fmt::format("{}CAST(NULL AS {}) AS {}", list.empty() ? "" : ", ", column.sql_type, column.name);
  }
  return fmt::format("SELECT {} WHERE false", list);
}

}  // namespace songtan::model
