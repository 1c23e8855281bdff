#include "decide/detail/decision_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "model/schema.h"

namespace songtan::decide::detail {
namespace {

// Kept as codes until they are written, so that the sort moves small rows.
constexpr std::string_view kCreate =
    "CREATE TABLE decided(programme TINYINT, subject BIGINT, family_id BIGINT, status TINYINT, probable TINYINT, "
    "amount BIGINT, probable_amount BIGINT, "
    "reasons BIGINT, unknown BIGINT, missing INTEGER)";
constexpr std::string_view kStatusWords = "['no', 'yes', 'to_verify']";

std::string sql_list(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + sql_literal(word);
  return "CAST([" + list + "] AS VARCHAR[])";
}

void amount_or_null(table::TableWriter& writer, std::int64_t amount) {
  if (amount == policy::ProgrammeDecisions::kNoAmount)
    writer.null();
  else
    writer.bigint(amount);
}

}  // namespace

Result<DecisionTable> DecisionTable::open(const DecideLimits& limits) {
  TRY(auto session,
      table::Session::open(
          {.threads = limits.threads, .memory_bytes = limits.memory_bytes / 4, .spill_folder = limits.spill_folder}));
  TRY_VOID(session.run(kCreate));
  return DecisionTable(std::move(session));
}

std::int32_t DecisionTable::missing_code(const policy::Program& program, int programme, std::uint64_t bits) {
  const auto [found, is_new] =
      missing_codes_.try_emplace({programme, bits}, static_cast<std::int32_t>(missing_names_.size()));
  if (is_new) missing_names_.push_back(program.missing_names(programme, bits));
  return found->second;
}

void DecisionTable::add_programme(table::TableWriter& writer, const policy::Program& program,
                                  const policy::ProgrammeDecisions& decided, const Population& population,
                                  const Scope& scope) {
  const policy::ProgrammeInfo& info = program.programmes()[static_cast<std::size_t>(decided.programme)];
  const bool per_group = program.entities()[static_cast<std::size_t>(info.entity)].group;
  std::int64_t& yes = counts_.yes[info.code];
  std::int64_t& to_verify = counts_.to_verify[info.code];
  std::size_t row = 0;
  for (std::size_t i = 0; i < scope.decided; ++i) {
    const auto group = static_cast<std::size_t>(scope.groups[i]);
    const std::int64_t family = population.families[group];
    const auto size = per_group ? std::size_t{1}
                                : static_cast<std::size_t>(population.offsets[group + 1] - population.offsets[group]);
    for (const std::size_t end = row + size; row < end; ++row) {
      if (per_group && family == 0) continue;
      const bool sounds = decided.status[row] == policy::Status::yes || decided.probable[row] == policy::Status::yes;
      if (!info.warning_class.empty() && !sounds) continue;
      writer.tiny(static_cast<std::int8_t>(decided.programme));
      writer.bigint(per_group ? family : population.persons[static_cast<std::size_t>(scope.places[row])]);
      if (family == 0)
        writer.null();
      else
        writer.bigint(family);
      writer.tiny(static_cast<std::int8_t>(decided.status[row]));
      writer.tiny(static_cast<std::int8_t>(decided.probable[row]));
      amount_or_null(writer, decided.amount[row]);
      amount_or_null(writer, decided.probable_amount[row]);
      writer.bigint(static_cast<std::int64_t>(decided.reasons[row]));
      writer.bigint(static_cast<std::int64_t>(decided.unknown[row]));
      writer.integer(missing_code(program, decided.programme, decided.missing[row]));
      writer.end_row();
      yes += decided.status[row] == policy::Status::yes ? 1 : 0;
      to_verify += decided.status[row] == policy::Status::to_verify ? 1 : 0;
    }
  }
}

Result<void> DecisionTable::add(const policy::Program& program, const policy::Decisions& decisions,
                                const Population& population, const Scope& scope) {
  TRY(auto writer, table::TableWriter::open(session_, "decided"));
  for (const policy::ProgrammeDecisions& decided : decisions.programmes)
    add_programme(writer, program, decided, population, scope);
  return writer.finish();
}

Result<DecideCounts> DecisionTable::write(const policy::Program& program, const policy::Decisions& decisions,
                                          const std::filesystem::path& out) {
  std::vector<std::string> codes;
  std::vector<std::string> entities;
  for (const policy::ProgrammeInfo& info : program.programmes()) {
    codes.push_back(info.code);
    entities.emplace_back(program.entities()[static_cast<std::size_t>(info.entity)].group ? "family" : "person");
  }
  // Programmes are sorted by their code's place in the order of codes.
  std::vector<std::string> sorted = codes;
  std::ranges::sort(sorted);
  std::string rank;
  for (const std::string& code : codes)
    rank += fmt::format("{}{}", rank.empty() ? "" : ", ", std::ranges::find(sorted, code) - sorted.begin());
  missing_names_.emplace_back();  // never an empty list
  const std::string select = fmt::format(
      "SELECT {0}[programme + 1] AS programme, {1}[programme + 1] AS entity, subject, family_id, DATE '{2}' AS month, "
      "{3}[status + 1] AS status, "
      "{3}[probable + 1] AS probable, amount, probable_amount, reasons, unknown, nullif({4}[missing + 1], '') AS "
      "missing, {5} AS policy_version, {6} AS parameter_version "
      "FROM (SELECT *, CAST([{7}] AS TINYINT[])[programme + 1] AS rank FROM decided) ORDER BY rank, subject",
      sql_list(codes), sql_list(entities), decisions.month.first().text(), kStatusWords, sql_list(missing_names_),
      sql_literal(decisions.policy_version), sql_literal(decisions.parameter_version), rank);
  TRY(counts_.decisions, session_.write_parquet(select, out / "decisions" / "part-000.parquet"));
  return counts_;
}

}  // namespace songtan::decide::detail
