#include "report/worklist.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/region_code.h"
#include "base/text.h"

namespace songtan::report {
namespace {

std::string table_of(const std::filesystem::path& night, std::string_view name) {
  return "read_parquet(" + sql_literal((night / std::string(name) / "*.parquet").string()) + ")";
}

std::string reason_in(const std::string& reasons, std::string_view language) {
  const auto json = nlohmann::json::parse(reasons, nullptr, false);
  if (json.is_object() && json.contains(std::string(language))) return json[std::string(language)].get<std::string>();
  return reasons;
}

std::string class_word(const std::string& word, bool zh) {
  if (!zh) {
    std::string plain = word;
    for (char& c : plain) c = c == '_' ? ' ' : c;
    return plain;
  }
  if (word == "entitled_not_receiving") return "应享未享";
  if (word == "receiving_not_entitled") return "享而不符";
  if (word == "amount_differs") return "金额不符";
  if (word == "to_verify") return "待核";
  if (word == "early_warning") return "预警";
  return "一事一议";
}

std::string yuan(std::int64_t fen) {
  return fmt::format("{}{}.{:02}", fen < 0 ? "-" : "", std::abs(fen) / 100, std::abs(fen) % 100);
}

// A cell that begins like a formula would be run by a spreadsheet; an apostrophe makes it text.
std::string csv_field(const std::string& cell) {
  const std::string text = cell.find_first_of("=+-@\t\r") == 0 ? "'" + cell : cell;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

Result<void> require_region(table::Session& session, const std::filesystem::path& night, const std::string& region) {
  if (region.empty()) return {};
  const std::string prefix(significant_region(region));
  const std::string sql = fmt::format("SELECT count(*) FROM {} WHERE starts_with(region, {})",
                                      table_of(night, "families"), sql_literal(prefix));
  TRY(const std::int64_t families, session.integer(sql));
  if (region.size() >= 2 && families > 0) return {};
  return fail(Outcome::usage, "region.unknown", {"本次运行没有区划 " + region, "the night has no division " + region},
              {"写区划代码或其前缀，至少 2 位", "write a division code or its prefix, at least 2 characters"});
}

WorklistRow row_of(const table::Chunk& chunk, std::int64_t row) {
  const auto at = static_cast<std::size_t>(row);
  const auto text = [&](std::int64_t column) { return std::string(chunk.text(column, row)); };
  const auto number = [&](std::int64_t column) { return chunk.is_null(column, row) ? 0 : chunk.bigints(column)[at]; };
  return {.rank = number(0),
          .finding_id = number(1),
          .finding_class = text(2),
          .disposition = text(3),
          .programme = text(4),
          .subject = number(5),
          .family_id = number(6),
          .name = text(7),
          .region = text(8),
          .cause = text(9),
          .certainty = text(10),
          .amount_fen = number(11),
          .months = number(12),
          .since = text(13),
          .reasons = text(14),
          .collect = text(15),
          .state = text(16)};
}

}  // namespace

Result<std::vector<WorklistRow>> worklist(table::Session& session, const std::filesystem::path& night,
                                          const WorklistQuery& query) {
  TRY_VOID(require_region(session, night, query.region));
  const std::string sql = fmt::format(
      "SELECT f.rank, f.finding_id, f.class, f.disposition, f.programme, f.subject, f.family_id, p.name, g.region, "
      "f.cause, f.certainty, "
      "f.amount, f.months, CAST(f.since AS VARCHAR), f.reasons, f.collect, f.state "
      "FROM {} f LEFT JOIN {} p ON p.person_id = f.subject LEFT JOIN {} g ON g.family_id = f.family_id "
      "WHERE f.state <> 'withdrawn' AND ({} OR starts_with(g.region, {})) ORDER BY f.rank, f.finding_id LIMIT {}",
      table_of(night, "findings"), table_of(night, "persons"), table_of(night, "families"),
      query.region.empty() ? "true" : "false", sql_literal(significant_region(query.region)), query.top);
  TRY(table::Rows rows, session.query(sql));
  std::vector<WorklistRow> list;
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return list;
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) list.push_back(row_of(rows.chunk(), row));
  }
}

std::string worklist_text(const std::vector<WorklistRow>& rows, std::string_view language) {
  const bool zh = language == "zh";
  std::string text;
  for (const WorklistRow& row : rows) {
    const std::string certainty = zh ? (row.certainty == "certain" ? "确定" : "很可能") : row.certainty;
    text += fmt::format("{:>5}. {} [{} · {} · {}] {} {}\n", row.rank, row.name, class_word(row.finding_class, zh),
                        row.programme, certainty, row.region,
                        zh ? "家庭 " + std::to_string(row.family_id) : "family " + std::to_string(row.family_id));
    text += fmt::format("       {}\n", reason_in(row.reasons, language));
    if (!row.collect.empty()) text += fmt::format("       {}{}\n", zh ? "需核实：" : "to collect: ", row.collect);
  }
  return text;
}

std::string worklist_csv(const std::vector<WorklistRow>& rows, std::string_view language) {
  std::string csv =
      "rank,finding_id,class,disposition,programme,subject,family_id,name,region,cause,certainty,amount_yuan,months,"
      "since,reason,collect,state\r\n";
  for (const WorklistRow& row : rows) {
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", row.rank, row.finding_id,
                       row.finding_class, csv_field(row.disposition), row.programme, row.subject, row.family_id,
                       csv_field(row.name), row.region, csv_field(row.cause), row.certainty, yuan(row.amount_fen),
                       row.months, row.since, csv_field(reason_in(row.reasons, language)), csv_field(row.collect),
                       row.state);
  }
  return csv;
}

std::string worklist_json(const std::vector<WorklistRow>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const WorklistRow& row : rows) {
    const auto reasons = nlohmann::ordered_json::parse(row.reasons, nullptr, false);
    list.push_back({{"rank", row.rank},
                    {"finding_id", row.finding_id},
                    {"class", row.finding_class},
                    {"disposition", row.disposition},
                    {"programme", row.programme},
                    {"subject", row.subject},
                    {"family_id", row.family_id},
                    {"name", row.name},
                    {"region", row.region},
                    {"cause", row.cause},
                    {"certainty", row.certainty},
                    {"amount_fen", row.amount_fen},
                    {"months", row.months},
                    {"since", row.since},
                    {"reasons", reasons.is_discarded() ? nlohmann::ordered_json(row.reasons) : reasons},
                    {"collect", row.collect},
                    {"state", row.state}});
  }
  return list.dump(2);
}

}  // namespace songtan::report
