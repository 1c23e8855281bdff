#include "policy/detail/scene.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "policy/detail/check_state.h"
#include "policy/detail/simple.h"
#include "policy/testing.h"

namespace songtan::policy::detail {

std::unexpected<Error> SceneBuilder::refuse(Place place, Text message, Text mend) const {
  const auto& files = program_.law().file_names;
  return fail(
      mistake("policy.test", files[static_cast<std::size_t>(place.file)], place, std::move(message), std::move(mend)));
}

Result<Program> SceneBuilder::with_parameters() const {
  if (test_.parameters.empty()) return program_;
  auto law = std::make_shared<Law>(program_.law());
  for (const TestValue& each : test_.parameters) {
    const auto found = std::ranges::find(law->parameters, each.name.back(), &Parameter::name);
    if (found == law->parameters.end())
      return refuse(each.place, {fmt::format("没有参数“{}”", each.name.back()),
                                 fmt::format("there is no parameter '{}'", each.name.back())});
    VariableInfo like;
    like.kind = found->type.kind;
    like.scale = found->type.scale;
    like.enumeration = found->type.enumeration;
    const auto value = parse_value(program_, like, each.values[0] + (each.unit == "%" ? "%" : ""));
    if (!value)
      return refuse(each.place, {fmt::format("“{}”不是参数“{}”的值", each.values[0], found->name),
                                 fmt::format("'{}' is no value of '{}'", each.values[0], found->name)});
    ParameterRow row;
    row.keys.resize(found->keys.size());
    row.value = *value;
    row.document = "测试";
    found->rows = {row};
  }
  return Program(std::move(law));
}

Result<void> SceneBuilder::group_members(std::size_t group, const std::vector<std::string>& names,
                                         const std::vector<std::string>& roles) {
  Membership& made = scene_.inputs.groups[group];
  auto& rows = scene_.groups[group];
  std::vector<std::vector<std::int32_t>> members;
  std::int64_t alone = 0;
  for (std::size_t p = 0; p < names.size(); ++p) {
    const std::string name = names[p].empty() ? fmt::format("\x01{}", alone++) : names[p];
    const auto [at, fresh] = rows.emplace(name, std::ssize(members));
    if (fresh) members.emplace_back();
    members[static_cast<std::size_t>(at->second)].push_back(static_cast<std::int32_t>(p));
  }
  const auto& known = program_.entities()[group + 1].roles;
  made.offsets = {0};
  for (const auto& each : members) {
    for (const std::int32_t p : each) {
      made.members.push_back(p);
      const std::string& role = roles.empty() ? std::string{} : roles[static_cast<std::size_t>(p)];
      const auto found = std::ranges::find(known, role);
      if (!role.empty() && found == known.end())
        return refuse(
            test_.place, {fmt::format("没有角色“{}”", role), fmt::format("there is no role '{}'", role)},
            {fmt::format("角色：{}", fmt::join(known, "、")), fmt::format("roles: {}", fmt::join(known, ", "))});
      made.roles.push_back(role.empty() ? Membership::kNoRole : static_cast<std::uint8_t>(found - known.begin()));
    }
    made.offsets.push_back(std::ssize(made.members));
  }
  return {};
}

std::vector<std::string> SceneBuilder::column(std::string_view name) const {
  std::vector<std::string> cells;
  for (std::size_t c = 0; !test_.rows.empty() && c < test_.rows[0].size(); ++c) {
    const std::string& head = test_.rows[0][c].text;
    if (head != name && canonical(head) != name) continue;
    for (std::size_t r = 1; r < test_.rows.size(); ++r) cells.push_back(test_.rows[r][c].text);
  }
  return cells;
}

Result<void> SceneBuilder::people() {
  const std::size_t count = test_.rows.empty() ? 1 : test_.rows.size() - 1;
  scene_.inputs.persons = static_cast<std::int64_t>(count);
  scene_.inputs.groups.resize(program_.entities().size() - 1);
  scene_.groups.resize(scene_.inputs.groups.size());
  scene_.inputs.links.resize(program_.links().size());
  const std::vector<std::string> names = column("成员");
  for (std::size_t p = 0; p < names.size(); ++p) scene_.persons[names[p]] = static_cast<std::int64_t>(p);
  for (std::size_t g = 0; g < scene_.groups.size(); ++g) {
    const std::string& group = program_.entities()[g + 1].name;
    std::vector<std::string> of = column(group);
    std::vector<std::string> roles = column(group + "角色");
    if (roles.empty() && g == 0) roles = column("角色");
    if (of.empty()) of.assign(count, "\x01");
    TRY_VOID(group_members(g, of, roles));
  }
  TRY_VOID(linked());
  for (std::size_t r = 1; r < test_.rows.size(); ++r) {
    for (std::size_t c = 0; c < test_.rows[0].size(); ++c)
      TRY_VOID(read_cell(static_cast<std::int64_t>(r) - 1, test_.rows[0][c].text, test_.rows[r][c]));
  }
  return {};
}

Result<void> SceneBuilder::linked() {
  const auto count = static_cast<std::size_t>(scene_.inputs.persons);
  for (std::size_t l = 0; l < scene_.inputs.links.size(); ++l) {
    std::vector<std::string> cells = column(program_.links()[l].name);
    cells.resize(count);
    LinkLists& links = scene_.inputs.links[l];
    links.offsets = {0};
    for (std::string& text : cells) {
      for (std::size_t at; (at = text.find("、")) != std::string::npos;)
        text.replace(at, std::string_view("、").size(), ",");
      for (const std::string_view each : split(text, ',')) {
        const std::string name{trimmed(each)};
        if (name.empty()) continue;
        const auto found = scene_.persons.find(name);
        if (found == scene_.persons.end())
          return refuse(
              test_.place,
              {fmt::format("表里没有“{}”这个人", name), fmt::format("there is nobody called '{}' in the table", name)},
              {"改正这一格，或给表加一行", "correct the cell, or add a row"});
        links.targets.push_back(static_cast<std::int32_t>(found->second));
      }
      links.offsets.push_back(std::ssize(links.targets));
    }
  }
  return {};
}

Result<void> SceneBuilder::read_cell(std::int64_t person, const std::string& column, const TestCell& cell) {
  if (cell.text.empty() || canonical(column) == "成员" || column.ends_with("角色") || canonical(column) == "角色")
    return {};
  if (program_.link(column) || program_.entity(column)) return {};
  const auto variable = program_.variable(0, column);
  if (!variable)
    return refuse(cell.place, {fmt::format("人没有“{}”", column), fmt::format("a person has no '{}'", column)},
                  {"改正表头", "correct the header"});
  Scene::Given given{*variable, person, std::nullopt, std::nullopt};
  if (canonical(cell.text) != "待核") {
    given.value = parse_value(program_, info(*variable), cell.text);
    if (!given.value)
      return refuse(cell.place,
                    {fmt::format("“{}”不是“{}”的值", cell.text, column),
                     fmt::format("'{}' is no value of '{}'", cell.text, column)},
                    {"改正这一格", "correct the cell"});
  }
  scene_.given.push_back(given);
  return {};
}

// `甲·HL`, `甲·HL·金额`, `一·DB`, `DB`: what an award decides after stacking.
std::optional<std::pair<int, std::int64_t>> SceneBuilder::decided(std::vector<std::string> name) const {
  const bool amount = name.size() > 1 && canonical(name.back()) == "金额";
  if (amount) name.pop_back();
  const auto& awards = program_.law().awards;
  const auto award = std::ranges::find_if(awards, [&](const auto& each) { return each.info.code == name.back(); });
  if (award == awards.end() || name.size() > 2 || (amount && award->amount < 0)) return std::nullopt;
  const int variable = amount ? award->amount : award->status;
  if (name.size() == 1) return std::pair(variable, std::int64_t{-1});
  const int entity = award->info.entity;
  const auto& rows = entity == 0 ? scene_.persons : scene_.groups[static_cast<std::size_t>(entity - 1)];
  const auto row = rows.find(name[0]);
  if (row == rows.end()) return std::nullopt;
  return std::pair(variable, row->second);
}

Result<std::pair<int, std::int64_t>> SceneBuilder::target(const TestValue& value) const {
  if (const auto found = decided(value.name)) return *found;
  const std::string& name = value.name.back();
  const auto entities = program_.entities();
  if (value.name.size() == 1) {
    for (std::size_t e = 1; e <= entities.size(); ++e) {  // groups first
      const int entity = static_cast<int>(e % entities.size());
      if (const auto found = program_.variable(entity, name)) return std::pair(*found, std::int64_t{-1});
    }
  }
  if (value.name.size() == 2) {
    if (const auto entity = program_.entity(value.name[0])) {
      if (const auto found = program_.variable(*entity, name)) return std::pair(*found, std::int64_t{-1});
    }
    if (const auto person = scene_.persons.find(value.name[0]); person != scene_.persons.end()) {
      if (const auto found = program_.variable(0, name)) return std::pair(*found, person->second);
    }
    for (std::size_t g = 0; g < scene_.groups.size(); ++g) {
      const auto row = scene_.groups[g].find(value.name[0]);
      const auto found = program_.variable(static_cast<int>(g) + 1, name);
      if (row != scene_.groups[g].end() && found) return std::pair(*found, row->second);
    }
  }
  return refuse(value.place,
                {fmt::format("找不到“{}”", fmt::join(value.name, "·")),
                 fmt::format("cannot find '{}'", fmt::join(value.name, "·"))},
                {"写成 变量、实体·变量 或 成员·变量", "write variable, entity·variable or member·variable"});
}

Result<void> SceneBuilder::read_given(const TestValue& value) {
  TRY(const auto found, target(value));
  Scene::Given given{found.first, found.second, std::nullopt, std::nullopt};
  if (!value.period.empty()) given.period = PeriodKey::parse(value.period);
  if (canonical(value.values[0]) != "待核") {
    given.value = parse_value(program_, info(found.first), value.values[0] + (value.unit == "%" ? "%" : ""));
    if (!given.value)
      return refuse(value.place, {fmt::format("“{}”不是“{}”的值", value.values[0], value.name.back()),
                                  fmt::format("'{}' is no value of '{}'", value.values[0], value.name.back())});
  }
  scene_.given.push_back(given);
  return {};
}

// Later givens win; without 其余 缺省 what is not given is unknown.
void SceneBuilder::fill(const Program& program, const std::vector<Need>& needs) {
  std::vector<Need> all = needs;
  for (const Scene::Given& given : scene_.given) {  // a value given for a computed variable replaces its rule
    const VariableInfo& each = info(given.variable);
    if (each.input) continue;
    all.push_back({given.variable, given.period.value_or(PeriodKey::containing(each.period, month_.first()))});
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  SimpleEvaluator evaluator(program.law(), scene_.inputs, options_);
  std::vector<InputColumn> columns;
  for (const Need& need : all) {
    const Variable& variable = program.law().variable(need.variable);
    const auto rows = static_cast<std::size_t>(rows_of(scene_.inputs, variable.info.entity));
    InputColumn column{need, std::vector<std::int64_t>(rows), std::vector<std::uint8_t>(rows)};
    for (std::size_t row = 0; row < rows && test_.use_defaults; ++row) {
      if (variable.default_node == kNoNode) {
        column.known[row] = variable.recurrent && !variable.info.input ? 1 : 0;
        continue;
      }
      const Value value = evaluator.node(variable.default_node, variable.info.entity,
                                         {static_cast<std::int64_t>(row), need.period, false, false});
      column.known[row] = value.exact() ? 1 : 0;
      column.values[row] = static_cast<std::int64_t>(value.low);
    }
    for (const Scene::Given& given : scene_.given) {
      if (given.variable != need.variable || (given.period && *given.period != need.period)) continue;
      for (std::size_t row = 0; row < rows; ++row) {
        if (given.row >= 0 && given.row != static_cast<std::int64_t>(row)) continue;
        column.known[row] = given.value ? 1 : 0;
        column.values[row] = given.value.value_or(0);
      }
    }
    columns.push_back(std::move(column));
  }
  scene_.inputs.columns = std::move(columns);
}

Result<Program> SceneBuilder::prepare() {
  const auto time = PeriodKey::parse(test_.time);
  if (!time)
    return refuse(test_.place,
                  {fmt::format("“{}”不是期间", test_.time), fmt::format("'{}' is not a period", test_.time)});
  month_ = Month::of(time->first());
  if (!test_.decision_day.empty()) {
    const auto day = PeriodKey::parse(test_.decision_day);
    if (!day)
      return refuse(test_.place, {fmt::format("“{}”不是日期", test_.decision_day),
                                  fmt::format("'{}' is not a date", test_.decision_day)});
    options_.decision_day = day->first();
  }
  TRY_VOID(people());
  for (const TestValue& each : test_.given) TRY_VOID(read_given(each));
  return with_parameters();
}

}  // namespace songtan::policy::detail
