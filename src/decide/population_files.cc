#include "decide/population_files.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "decide/detail/text_table.h"

namespace songtan::decide {
namespace {
namespace fs = std::filesystem;
using Index = std::map<std::string, std::int32_t, std::less<>>;

constexpr std::string_view kUnknownWord = "待核";

Result<Index> index_of(const TextTable& table) {
  const auto id = table.column("id");
  if (!id)
    return fail(table.refusal(0, "id", {"没有 id 列", "there is no column id"},
                              {"每行写一个不重复的 id", "give every row an id of its own"}));
  Index index;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& text = table.cells[*id][row];
    if (text.empty() || !index.emplace(text, static_cast<std::int32_t>(row)).second) {
      return fail(table.refusal(row + 1, "id", {"id 为空或重复", "the id is empty or occurs twice"},
                                {"每行写一个不重复的 id", "give every row an id of its own"}));
    }
  }
  return index;
}

Result<policy::Membership> membership_of(const TextTable& persons, const policy::EntityInfo& group,
                                         const Index& groups) {
  const auto at = persons.column(group.name + "_id");
  if (!at)
    return fail(
        persons.refusal(0, group.name + "_id",
                        {fmt::format("没有 {}_id 列", group.name), fmt::format("there is no column {}_id", group.name)},
                        {"写上每个人所在群体的 id", "name the group of every person"}));
  const auto role = persons.column(group.name + "_role");
  std::vector<std::pair<std::int32_t, std::int32_t>> slots;
  for (std::size_t row = 0; row < persons.rows(); ++row) {
    const auto found = groups.find(persons.cells[*at][row]);
    if (found == groups.end())
      return fail(persons.refusal(row + 1, group.name + "_id", {"没有这个群体", "there is no such group"},
                                  {"写上群体文件中有的 id", "write an id of the group's file"}));
    slots.emplace_back(found->second, static_cast<std::int32_t>(row));
  }
  std::ranges::sort(slots);
  policy::Membership made;
  made.offsets.assign(groups.size() + 1, 0);
  for (const auto& [owner, row] : slots) {
    ++made.offsets[static_cast<std::size_t>(owner) + 1];
    made.members.push_back(row);
    const std::string& word = role ? persons.cells[*role][static_cast<std::size_t>(row)] : std::string{};
    const auto code = std::ranges::find(group.roles, word);
    if (!word.empty() && code == group.roles.end())
      return fail(persons.refusal(
          static_cast<std::size_t>(row) + 1, group.name + "_role", {"没有这个角色", "there is no such role"},
          {"写政策中声明的角色，或留空", "write a role that the policies declare, or nothing"}));
    made.roles.push_back(word.empty() ? policy::Membership::kNoRole
                                      : static_cast<std::uint8_t>(code - group.roles.begin()));
  }
  for (std::size_t g = 1; g < made.offsets.size(); ++g) made.offsets[g] += made.offsets[g - 1];
  return made;
}

/// Ids separated by blanks; a link without a column links nobody.
Result<policy::LinkLists> links_of(const TextTable& persons, const std::string& link, const Index& people) {
  policy::LinkLists lists;
  const auto at = persons.column(link);
  if (!at) return lists;
  lists.offsets.push_back(0);
  for (std::size_t row = 0; row < persons.rows(); ++row) {
    for (const std::string_view id : split(persons.cells[*at][row], ' ')) {
      if (id.empty()) continue;
      const auto found = people.find(id);
      if (found == people.end())
        return fail(persons.refusal(row + 1, link, {"没有这个人", "there is no such person"},
                                    {"写人的 id，用空格分开", "write ids of persons, separated by blanks"}));
      lists.targets.push_back(found->second);
    }
    lists.offsets.push_back(static_cast<std::int64_t>(lists.targets.size()));
  }
  return lists;
}

/// "12.34" as an integer in units of 10^-scale; nothing when it is no such number.
std::optional<std::int64_t> scaled(std::string_view text, int scale) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::int64_t value = 0;
  int decimals = -1;
  if (text.empty() || text.size() > 17) return std::nullopt;
  for (const char c : text) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (decimals == scale) {
      if (c != '0') return std::nullopt;
      continue;
    }
    value = value * 10 + (c - '0');
    if (decimals >= 0) ++decimals;
  }
  for (int i = std::max(decimals, 0); i < scale; ++i) value *= 10;
  return negative ? -value : value;
}

std::optional<std::int64_t> value_of(const policy::Program& program, const policy::VariableInfo& variable,
                                     const std::string& text) {
  switch (variable.kind) {
    case policy::ValueKind::boolean:
      if (text == "是" || text == "true" || text == "1") return 1;
      return text == "否" || text == "false" || text == "0" ? std::optional<std::int64_t>(0) : std::nullopt;
    case policy::ValueKind::date: {
      const auto day = policy::PeriodKey::parse(text);
      return day && day->unit == policy::TimeUnit::day ? std::optional<std::int64_t>(day->first().days) : std::nullopt;
    }
    case policy::ValueKind::enumeration: return program.code(variable.enumeration, text);
    case policy::ValueKind::number: return scaled(text, variable.scale);
  }
  return std::nullopt;
}

/// `name@period` if the file has it, else `name`, which holds in every period; nothing if it has neither.
Result<std::optional<policy::InputColumn>> column_of(const policy::Program& program, const TextTable& table,
                                                     const policy::Need& need) {
  const policy::VariableInfo& variable = program.variables()[static_cast<std::size_t>(need.variable)];
  auto at = table.column(variable.name + "@" + need.period.text());
  if (!at) at = table.column(variable.name);
  if (!at) return std::nullopt;
  policy::InputColumn column{.need = need, .values = {}, .known = {}};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& text = table.cells[*at][row];
    const bool known = !text.empty() && text != kUnknownWord;
    const auto value = known ? value_of(program, variable, text) : 0;
    if (!value)
      return fail(table.refusal(
          row + 1, table.columns[*at],
          {fmt::format("读不成“{}”的值", variable.name), fmt::format("this is no value of '{}'", variable.name)},
          {"按声明的类型写：是/否，2026-08-31，枚举的词，或数",
           "write it as declared: 是/否, 2026-08-31, a word of the enumeration, or a number"}));
    column.values.push_back(*value);
    column.known.push_back(known ? 1 : 0);
  }
  return column;
}

/// A column that nothing declares is a misspelling more often than not.
Result<void> check_columns(const policy::Program& program, int entity, const TextTable& table) {
  for (const std::string& column : table.columns) {
    const std::string name = column.substr(0, column.find('@'));
    bool known = name == "id" || program.variable(entity, name).has_value();
    if (entity == 0) {
      known = known || program.link(name).has_value();
      for (const policy::EntityInfo& group : program.entities())
        known = known || (group.group && (name == group.name + "_id" || name == group.name + "_role"));
    }
    if (!known)
      return fail(table.refusal(
          0, column, {fmt::format("政策中没有“{}”", name), fmt::format("the policies declare no '{}'", name)},
          {"改正列名，或删去这一列", "correct the column's name or leave the column out"}));
  }
  return {};
}

std::string yuan(std::int64_t fen) {
  return fen == policy::ProgrammeDecisions::kNoAmount ? std::string{} : fmt::format("{}.{:02}", fen / 100, fen % 100);
}

std::string_view word_of(policy::Status status) {
  return status == policy::Status::yes ? "yes" : status == policy::Status::no ? "no" : "to_verify";
}

std::string labels(const policy::ProgrammeInfo& programme, std::uint64_t bits) {
  std::string text;
  for (const policy::ConditionInfo& condition : programme.conditions) {
    if (((bits >> condition.bit) & 1U) == 0) continue;
    if (!text.empty()) text += ' ';
    text += condition.label.zh;
  }
  return text;
}

void write_entity(std::ofstream& file, const policy::Program& program, int entity, const std::vector<std::string>& ids,
                  const policy::Decisions& decisions) {
  std::string header = "id";
  std::vector<const policy::ProgrammeDecisions*> shown;
  for (const policy::ProgrammeDecisions& each : decisions.programmes) {
    const policy::ProgrammeInfo& info = program.programmes()[static_cast<std::size_t>(each.programme)];
    if (info.entity != entity) continue;
    shown.push_back(&each);
    for (const char* part : {"", "_amount", "_probable", "_probable_amount", "_reasons", "_unknown", "_missing"})
      header += "," + info.code + part;
  }
  file << header << '\n';
  for (std::size_t row = 0; row < ids.size(); ++row) {
    file << ids[row];
    for (const policy::ProgrammeDecisions* each : shown) {
      const policy::ProgrammeInfo& info = program.programmes()[static_cast<std::size_t>(each->programme)];
      file << ',' << word_of(each->status[row]) << ',' << yuan(each->amount[row]) << ',' << word_of(each->probable[row])
           << ',' << yuan(each->probable_amount[row]) << ',' << labels(info, each->reasons[row]) << ','
           << labels(info, each->unknown[row]) << ",\"" << program.missing_names(each->programme, each->missing[row])
           << '"';
    }
    file << '\n';
  }
}

}  // namespace

Result<FilePopulation> read_population(table::Session& session, const policy::Program& program, const fs::path& folder,
                                       Month month, const policy::Options& options) {
  FilePopulation population;
  std::vector<TextTable> tables;
  std::vector<Index> indexes;
  for (const policy::EntityInfo& entity : program.entities()) {
    TRY(TextTable table, read_text_table(session, folder, entity.name));
    TRY_VOID(check_columns(program, static_cast<int>(tables.size()), table));
    TRY(Index index, index_of(table));
    population.ids.push_back(table.cells[*table.column("id")]);
    tables.push_back(std::move(table));
    indexes.push_back(std::move(index));
  }
  population.inputs.persons = static_cast<std::int64_t>(tables.front().rows());
  for (std::size_t e = 0; e < tables.size(); ++e) {
    if (!program.entities()[e].group) continue;
    TRY(policy::Membership membership, membership_of(tables.front(), program.entities()[e], indexes[e]));
    population.inputs.groups.push_back(std::move(membership));
  }
  for (const policy::LinkInfo& link : program.links()) {
    TRY(policy::LinkLists lists, links_of(tables.front(), link.name, indexes.front()));
    population.inputs.links.push_back(std::move(lists));
  }
  TRY(const std::vector<policy::Need> needs, policy::needs(program, month, options));
  for (const policy::Need& need : needs) {
    const int entity = program.variables()[static_cast<std::size_t>(need.variable)].entity;
    TRY(auto column, column_of(program, tables[static_cast<std::size_t>(entity)], need));
    if (column) population.inputs.columns.push_back(std::move(*column));
  }
  return population;
}

Result<void> write_decisions(const policy::Program& program, const FilePopulation& population,
                             const policy::Decisions& decisions, const fs::path& folder) {
  std::error_code trouble;
  fs::create_directories(folder, trouble);
  for (std::size_t e = 0; e < population.ids.size(); ++e) {
    std::ofstream file(folder / (program.entities()[e].name + ".csv"), std::ios::binary);
    write_entity(file, program, static_cast<int>(e), population.ids[e], decisions);
    if (!file.flush()) {
      return fail(Outcome::environment, "population.write", {"写不了结果", "the results cannot be written"},
                  {"查看磁盘空间和权限", "check disk space and permissions"});
    }
  }
  return {};
}

}  // namespace songtan::decide
