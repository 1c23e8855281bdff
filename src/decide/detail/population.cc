#include "decide/detail/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "base/text.h"
#include "policy/inputs.h"

namespace songtan::decide::detail {
namespace {

using table::Chunk;

Result<void> each_row(table::Session& session, const std::string& sql,
                      const std::function<void(const Chunk&, std::int64_t)>& visit) {
  TRY(auto rows, session.query(sql));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) visit(rows.chunk(), row);
  }
}

std::string from(const std::filesystem::path& profile, std::string_view table) {
  return table::parquet_list(parts_of(profile, table));
}

// The family of the person and of those linked to its members, as a set of person ids; everybody when nobody is named.
std::string people_sql(const std::filesystem::path& profile, const profile::FactCatalogue& catalogue,
                       std::optional<std::int64_t> around) {
  const std::string members = from(profile, "family_members");
  if (!around) {
    return fmt::format("SELECT person_id FROM {} UNION SELECT person_id FROM {}", members, from(profile, "facts"));
  }
  std::string conditions;
  for (const auto& link : catalogue.links)
    conditions += fmt::format("{}relation = {}", conditions.empty() ? "" : " OR ", sql_literal(link.relation));
  return fmt::format(
      "WITH own AS (SELECT {0} AS person_id UNION SELECT m.person_id FROM {1} m JOIN {1} o ON o.family_id = "
      "m.family_id WHERE o.person_id = {0}), "
      "linked AS (SELECT other_person_id AS person_id FROM {2} JOIN own USING (person_id) WHERE {3}) "
      "SELECT person_id FROM own UNION SELECT person_id FROM linked UNION "
      "SELECT m.person_id FROM {1} m JOIN {1} o ON o.family_id = m.family_id JOIN linked l ON l.person_id = "
      "o.person_id",
      *around, members, from(profile, "kin"), conditions.empty() ? "false" : conditions);
}

struct MemberRow {
  std::int64_t family;
  std::int32_t place;
  std::uint8_t role;
};

std::map<std::string, std::uint8_t, std::less<>> role_codes(const profile::FactCatalogue& catalogue,
                                                            const policy::Program& program) {
  std::map<std::string, std::uint8_t, std::less<>> codes;
  for (const policy::EntityInfo& entity : program.entities()) {
    if (!entity.group) continue;
    for (const auto& [role, name] : catalogue.family_roles) {
      const auto found = std::ranges::find(entity.roles, name);
      if (found != entity.roles.end()) codes[role] = static_cast<std::uint8_t>(found - entity.roles.begin());
    }
    break;
  }
  return codes;
}

void form_groups(Population& population, const std::vector<MemberRow>& rows) {
  population.group_of.assign(population.persons.size(), -1);
  for (const MemberRow& row : rows) {
    if (population.families.empty() || population.families.back() != row.family) {
      population.families.push_back(row.family);
      population.offsets.push_back(static_cast<std::int64_t>(population.members.size()));
      population.references.push_back(population.place_of(row.family));  // a family's id is its reference person's
    }
    population.group_of[static_cast<std::size_t>(row.place)] =
        static_cast<std::int32_t>(population.families.size() - 1);
    population.members.push_back(row.place);
    population.roles.push_back(row.role);
  }
  for (std::size_t place = 0; place < population.persons.size(); ++place) {
    if (population.group_of[place] >= 0) continue;
    population.group_of[place] = static_cast<std::int32_t>(population.families.size());
    population.families.push_back(0);
    population.offsets.push_back(static_cast<std::int64_t>(population.members.size()));
    population.references.push_back(static_cast<std::int32_t>(place));
    population.members.push_back(static_cast<std::int32_t>(place));
    population.roles.push_back(policy::Membership::kNoRole);
  }
  population.offsets.push_back(static_cast<std::int64_t>(population.members.size()));
}

Result<void> load_links(table::Session& session, const std::filesystem::path& profile,
                        const profile::FactCatalogue& catalogue, const policy::Program& program,
                        Population& population) {
  for (const policy::LinkInfo& link : program.links()) {
    auto& pairs = population.links.emplace_back();
    const auto found = std::ranges::find(catalogue.links, link.name, &profile::LinkDefinition::name);
    if (found == catalogue.links.end()) {
      return fail(Outcome::bad_data, "pack.link_undefined",
                  {"联系没有定义：" + link.name, "the link '" + link.name + "' is not defined"},
                  {"在 facts/facts.toml 中写 [[link]]", "write a [[link]] in facts/facts.toml"});
    }
    TRY_VOID(each_row(
        session,
        fmt::format(
            "SELECT person_id, other_person_id FROM {} WHERE relation = {} {} {} ORDER BY person_id, other_person_id",
            from(profile, "kin"), sql_literal(found->relation), found->obligors ? "AND obligor" : "",
            found->outside ? "AND NOT same_family" : ""),
        [&](const Chunk& chunk, std::int64_t row) {
          const std::int32_t person = population.place_of(chunk.bigints(0)[static_cast<std::size_t>(row)]);
          const std::int32_t other = population.place_of(chunk.bigints(1)[static_cast<std::size_t>(row)]);
          if (person >= 0 && other >= 0) pairs.emplace_back(person, other);
        }));
  }
  return {};
}

}  // namespace

std::int32_t Population::place_of(std::int64_t person) const {
  const auto found = std::ranges::lower_bound(persons, person);
  return found != persons.end() && *found == person ? static_cast<std::int32_t>(found - persons.begin()) : -1;
}

std::vector<std::filesystem::path> parts_of(const std::filesystem::path& folder, std::string_view table) {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder / std::string(table), code)) {
    if (entry.path().extension() == ".parquet") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

Result<Population> load_population(table::Session& session, const std::filesystem::path& profile,
                                   const profile::FactCatalogue& catalogue, const policy::Program& program,
                                   std::optional<std::int64_t> around) {
  for (const char* table : {"families", "family_members", "kin", "facts", "absences"}) {
    if (!parts_of(profile, table).empty()) continue;
    return fail(Outcome::usage, "profile.absent",
                {fmt::format("缺少 {} 表：{}", table, profile.string()),
                 fmt::format("table {} is missing in {}", table, profile.string())},
                {"先运行画像一步", "build the profile first"});
  }
  Population population;
  TRY_VOID(
      session.run(fmt::format("CREATE OR REPLACE TEMP TABLE people AS {}", people_sql(profile, catalogue, around))));
  TRY_VOID(
      each_row(session, "SELECT person_id FROM people ORDER BY person_id", [&](const Chunk& chunk, std::int64_t row) {
        population.persons.push_back(chunk.bigints(0)[static_cast<std::size_t>(row)]);
      }));
  const auto codes = role_codes(catalogue, program);
  std::vector<MemberRow> rows;
  TRY_VOID(each_row(session,
                    fmt::format("SELECT family_id, person_id, member_role FROM {} JOIN people USING (person_id) ORDER "
                                "BY family_id, person_id",
                                from(profile, "family_members")),
                    [&](const Chunk& chunk, std::int64_t row) {
                      const auto at = static_cast<std::size_t>(row);
                      const auto role = codes.find(chunk.text(2, row));
                      rows.push_back({chunk.bigints(0)[at], population.place_of(chunk.bigints(1)[at]),
                                      role == codes.end() ? policy::Membership::kNoRole : role->second});
                    }));
  form_groups(population, rows);
  TRY_VOID(load_links(session, profile, catalogue, program, population));
  return population;
}

Scope scope_of(const Population& population, std::size_t begin, std::size_t end) {
  Scope scope;
  scope.row_of.assign(population.persons.size(), -1);
  const auto take = [&](std::int32_t group) {
    const auto at = static_cast<std::size_t>(group);
    if (scope.row_of[static_cast<std::size_t>(population.members[static_cast<std::size_t>(population.offsets[at])])] >=
        0)
      return;
    scope.groups.push_back(group);
    for (std::int64_t i = population.offsets[at]; i < population.offsets[at + 1]; ++i) {
      const std::int32_t place = population.members[static_cast<std::size_t>(i)];
      scope.row_of[static_cast<std::size_t>(place)] = static_cast<std::int32_t>(scope.places.size());
      scope.places.push_back(place);
    }
  };
  for (std::size_t group = begin; group < end; ++group) take(static_cast<std::int32_t>(group));
  scope.decided = scope.groups.size();
  if (begin == 0 && end == population.families.size()) return scope;
  for (const auto& link : population.links) {
    for (const auto& [person, other] : link) {
      const auto group = static_cast<std::size_t>(population.group_of[static_cast<std::size_t>(person)]);
      if (group >= begin && group < end) take(population.group_of[static_cast<std::size_t>(other)]);
    }
  }
  return scope;
}

}  // namespace songtan::decide::detail
