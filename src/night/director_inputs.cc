#include "night/director_inputs.h"

#include <algorithm>
#include <map>

#include "base/region_code.h"
#include "base/text.h"
#include "base/toml_file.h"
#include "decide/pack_text.h"
#include "ingest/contract.h"
#include "night/kept_pack.h"
#include "night/publication.h"
#include "night/workspace.h"
#include "policy/program.h"
#include "table/visit_rows.h"
#include "watch/ranking.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostNights = 12;

// Published nights up to `night`'s date, one a date; of its own date only itself.
Result<std::vector<report::PageNight>> nights_up_to(const PublishedNight& night, Day date) {
  TRY(const Workspace workspace, Workspace::read(night.data));
  std::map<Day, report::PageNight> by_date;
  for (const std::string& id : workspace.published()) {
    const auto day = Day::parse(id.substr(0, 10));
    if (workspace.is_published(id) && day && *day < date) by_date[*day] = {id, *day, workspace.night(id)};
  }
  by_date[date] = {night.id, date, night.folder};
  std::vector<report::PageNight> nights;
  for (auto& [day, page_night] : by_date) nights.push_back(std::move(page_night));
  if (nights.size() > kMostNights) nights.erase(nights.begin(), nights.end() - kMostNights);
  return nights;
}

std::string csv_of(const fs::path& file) {
  return "read_csv(" + sql_literal(file.string()) + ", header = true, comment = '#', all_varchar = true, delim = ',')";
}

Result<void> read_divisions(table::Session& session, const fs::path& pack, const TomlTable& regions,
                            report::DirectorInputs& inputs) {
  const fs::path divisions = pack / regions.text_or("divisions", "regions/divisions.csv");
  const fs::path names = pack / regions.text_or("names", "regions/names.csv");
  if (!fs::exists(divisions)) return {};
  TRY_VOID(table::visit_rows(
      session, "SELECT code, name, coalesce(parent, '') FROM " + csv_of(divisions) + " ORDER BY valid_to NULLS LAST",
      [&](const table::Chunk& chunk, std::int64_t row) {
        const std::string name(chunk.text(1, row));
        inputs.divisions[std::string(significant_region(chunk.text(0, row)))] = {
            std::string(significant_region(chunk.text(2, row))), {name, name}};
      }));
  if (!fs::exists(names)) return {};
  return table::visit_rows(session, "SELECT code, english FROM " + csv_of(names),
                           [&](const table::Chunk& chunk, std::int64_t row) {
                             const auto at = inputs.divisions.find(significant_region(chunk.text(0, row)));
                             if (at != inputs.divisions.end()) at->second.name.en = chunk.text(1, row);
                           });
}

Result<void> read_map(table::Session& session, const fs::path& pack, const TomlTable& regions,
                      report::DirectorInputs& inputs) {
  const fs::path map = pack / regions.text_or("map", "regions/map.csv");
  if (!fs::exists(map)) return {};
  const auto tenths = [](const char* column) {
    return std::string("CAST(CAST(") + column + " AS DECIMAL(10, 1)) * 10 AS BIGINT)";
  };
  const std::string sql = "SELECT code, " + tenths("x") + ", " + tenths("y") + ", " + tenths("radius") + " FROM " +
                          csv_of(map) + " ORDER BY code";
  return table::visit_rows(session, sql, [&](const table::Chunk& chunk, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    inputs.map.push_back({std::string(significant_region(chunk.text(0, row))), chunk.bigints(1)[at],
                          chunk.bigints(2)[at], chunk.bigints(3)[at]});
  });
}

Result<void> read_words(const fs::path& pack, report::DirectorInputs& inputs) {
  TRY(const watch::Ranking ranking, watch::read_ranking(pack / "ranking.toml"));
  for (const watch::ClassRule& rule : ranking.classes) inputs.classes[rule.name] = rule.words;
  TRY(const auto text, decide::read_pack_text(pack));
  TRY(const policy::Program program, policy::load_program(text));
  for (const policy::ProgrammeInfo& programme : program.programmes())
    inputs.programmes[programme.code] = programme.name;
  // The list's own words are closer than the name of a policy that decides several programmes.
  for (const watch::ProgrammeRule& rule : ranking.programmes) {
    if (!rule.words.zh.empty()) inputs.programmes[rule.code] = rule.words;
    if (rule.compared) inputs.compared.insert(rule.code);
  }
  return {};
}

Result<void> read_sources(const fs::path& pack, report::DirectorInputs& inputs) {
  if (!fs::is_directory(pack / "sources")) return {};
  TRY(const auto contracts, ingest::read_contracts(pack));
  for (const ingest::Contract& contract : contracts) {
    inputs.sources.push_back({.id = contract.id,
                              .title = contract.title,
                              .department = contract.department,
                              .rhythm_days = contract.rhythm_days,
                              .required = contract.required});
  }
  return {};
}

Text text_of(const TomlTable& table) { return {table.text_or("zh", ""), table.text_or("en", "")}; }

// Whether the night was held, and what held it, in words.
Result<void> read_gate(const PublishedNight& night, report::DirectorInputs& inputs) {
  TRY(const Workspace workspace, Workspace::read(night.data));
  TRY(const auto breaches, breaches_of(workspace, night.id));
  for (const report::Breach& breach : breaches) inputs.held_reasons.push_back(breach.words);
  inputs.held = !breaches.empty() && !workspace.is_published(night.id);
  return {};
}

}  // namespace

Result<report::DirectorInputs> director_inputs(table::Session& session, const PublishedNight& night) {
  report::DirectorInputs inputs;
  TRY(const Day date, date_of_night(night));
  TRY(inputs.nights, nights_up_to(night, date));
  TRY(const fs::path pack, pack_of_night(night));
  TRY(const TomlFile file, TomlFile::read(pack / "pack.toml"));
  const TomlTable root = file.root();
  inputs.pack_title = text_of(root.table("title"));
  inputs.pack_version = root.text_or("version", "");
  const TomlTable currency = root.table("currency");
  inputs.currency.unit = currency.text_or("unit", inputs.currency.unit);
  inputs.currency.symbol =
      currency.text_or("symbol", currency.text_or("code", "CNY") == "CNY" ? "¥" : currency.text_or("code", "") + " ");
  TRY_VOID(read_divisions(session, pack, root.table("regions"), inputs));
  TRY_VOID(read_map(session, pack, root.table("regions"), inputs));
  TRY_VOID(read_words(pack, inputs));
  TRY_VOID(read_sources(pack, inputs));
  TRY_VOID(read_gate(night, inputs));
  return inputs;
}

}  // namespace songtan::night
