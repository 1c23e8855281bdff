#include "report/measures.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/text.h"
#include "model/schema.h"

namespace songtan::report {
namespace {

struct WordColumn {
  const char* table;
  const char* column;
};

// Columns of code words: where a department's codes slip, these move.
constexpr std::array kWordColumns = {WordColumn{"identity", "number_state"},
                                     WordColumn{"identity", "sex"},
                                     WordColumn{"identity", "ethnicity"},
                                     WordColumn{"relation", "relation"},
                                     WordColumn{"address", "residence_type"},
                                     WordColumn{"enrolment", "programme"},
                                     WordColumn{"enrolment", "state"},
                                     WordColumn{"payment", "programme"},
                                     WordColumn{"income", "kind"},
                                     WordColumn{"asset", "kind"},
                                     WordColumn{"asset", "detail"},
                                     WordColumn{"spending", "kind"},
                                     WordColumn{"certificate", "category"},
                                     WordColumn{"certificate", "grade"},
                                     WordColumn{"certificate", "state"},
                                     WordColumn{"event", "kind"},
                                     WordColumn{"event", "detail"},
                                     WordColumn{"consent", "kind"}};

// "<delivery>.<full|delta>[.part].<digest>"
constexpr const char* kPart = "CASE WHEN len(string_split(load, '.')) = 4 THEN string_split(load, '.')[3] ELSE '' END";

// What places a record in its file and delivery says nothing of what it says.
bool places_only(std::string_view column) {
  const std::set<std::string_view> kPlaces = {"record_id", "source",   "file",   "row",
                                              "load",      "known_on", "office", "other_record_id"};
  return kPlaces.contains(column);
}

std::string words_of(const WordColumn& words, const std::string& files) {
  return fmt::format(
      "SELECT source, part, '{0}.{1}' AS measure, CASE WHEN sum(count) OVER (PARTITION BY source, value) < 5 THEN '*' "
      "ELSE value END AS value, count, "
      "0::BIGINT AS digest FROM (SELECT source, {2} AS part, coalesce(CAST({1} AS VARCHAR), '') AS value, "
      "count(*)::BIGINT AS count FROM {3} GROUP BY ALL)",
      words.table, words.column, kPart, files);
}

// The sum of hashes does not depend on the order of rows; 30 bits each leave room for billions of rows.
std::string content_of(const model::TableSchema& schema, const std::string& files) {
  std::string columns;
  for (const model::Column& column : schema.columns) {
    if (!places_only(column.name)) columns += fmt::format(", {}", column.name);
  }
  return fmt::format(
      "SELECT source, {} AS part, coalesce(office, '') AS value, {} AS count, sum((hash('{}'{}) >> "
      "34)::BIGINT)::BIGINT AS digest FROM {} GROUP BY ALL",
      kPart, schema.name == "identity" ? "count(*)::BIGINT" : "0::BIGINT", schema.name, columns, files);
}

}  // namespace

Result<std::int64_t> measure(table::Session& session, const MeasureInputs& inputs, const std::filesystem::path& out) {
  const model::TableSchema& schema = model::schema_of("measures");
  const std::string persons = table::parquet_list(inputs.person_records);
  std::vector<std::string> branches = {
      fmt::format("SELECT source, {} AS part, 'rows' AS measure, '' AS value, count(DISTINCT record_id >> 4)::BIGINT "
                  "AS count, 0::BIGINT AS digest "
                  "FROM {} GROUP BY ALL",
                  kPart, persons),
      fmt::format("SELECT source, {0} AS part, 'records' AS measure, CASE WHEN size > 1 THEN 'linked' ELSE 'alone' END "
                  "AS value, count(*)::BIGINT AS count, "
                  "0::BIGINT AS digest FROM {1} JOIN (SELECT person_id, count(*) AS size FROM {1} GROUP BY person_id) "
                  "USING (person_id) GROUP BY ALL",
                  kPart, persons)};
  std::vector<std::string> contents;
  for (const model::TableSchema& kind : model::record_schemas()) {
    const auto found = inputs.records.find(std::string(kind.name));
    if (found == inputs.records.end() || found->second.empty()) continue;
    const std::string files = table::parquet_list(found->second);
    contents.push_back(content_of(kind, files));
    for (const WordColumn& words : kWordColumns) {
      if (kind.name == words.table) branches.push_back(words_of(words, files));
    }
  }
  if (!contents.empty())
    branches.push_back(
        fmt::format("SELECT source, part, 'office' AS measure, value, sum(count)::BIGINT AS count, sum(digest)::BIGINT "
                    "AS digest FROM ({}) GROUP BY source, part, value",
                    fmt::join(contents, " UNION ALL ")));
  return session.write_parquet(fmt::format("SELECT {} FROM (SELECT source, part, measure, value, sum(count)::BIGINT AS "
                                           "count, sum(digest)::BIGINT AS digest FROM ({}) "
                                           "GROUP BY source, part, measure, value) ORDER BY {}",
                                           model::select_list(schema), fmt::join(branches, " UNION ALL "), schema.key),
                               out / "part-0.parquet");
}

}  // namespace songtan::report
