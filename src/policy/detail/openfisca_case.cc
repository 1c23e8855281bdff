#include "policy/detail/openfisca_case.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "policy/detail/ask.h"
#include "policy/detail/law.h"

namespace songtan::policy::detail {
namespace {

std::unexpected<Error> refuse(std::string zh, std::string en) {
  return fail(Outcome::bad_data, "openfisca.case", {std::move(zh), std::move(en)});
}

/// Whether a number of a longer period is the sum of its parts'.
bool flows(const VariableInfo& variable) {
  return variable.kind == ValueKind::number &&
         (variable.time == TimeKind::monthly_flow || variable.time == TimeKind::yearly_flow ||
          variable.unit.find('/') != std::string::npos);
}

/// Named instances of an entity: a mapping, or the older list with ids.
std::vector<std::pair<std::string, YAML::Node>> instances_of(const YAML::Node& node) {
  std::vector<std::pair<std::string, YAML::Node>> out;
  if (node.IsMap()) {
    for (const auto& each : node) out.emplace_back(each.first.Scalar(), each.second);
  } else if (node.IsSequence()) {
    for (const auto& each : node)
      out.emplace_back(each.IsMap() && each["id"] ? each["id"].Scalar() : std::to_string(out.size()), each);
  }
  return out;
}

/// "input" or, in older suites, "input_variables"; null where neither is there.
YAML::Node part_of(const YAML::Node& test, const std::string& key) {
  for (const std::string& name : {key, key + "_variables"}) {
    if (test[name].IsDefined()) return test[name];
  }
  return {};
}

}  // namespace

// Some suites list instances under the singular: then every value is a mapping, and no key is a variable or a role.
bool OpenfiscaCase::lists_instances(const MappedEntity& mapped, const YAML::Node& node) const {
  if (!node.IsMap() || node.size() == 0) return false;
  for (const auto& field : node) {
    const std::string key = field.first.Scalar();
    if (!(field.second.IsMap() || field.second.IsNull()) || mapped.roles.contains(key) ||
        variable(key, entity_of(mapped)))
      return false;
  }
  return true;
}

const MappedEntity* OpenfiscaCase::mapped(const std::string& key, const YAML::Node& node, bool& plural) const {
  for (const MappedEntity& each : map_.entities) {
    if (key != each.plural && key != each.singular) continue;
    plural = key != each.singular || lists_instances(each, node);
    return &each;
  }
  return nullptr;
}

// Where an entity is named, its own variable comes first.
Result<int> OpenfiscaCase::variable(const std::string& name, int entity) const {
  const auto renamed = map_.variables.find(name);
  const std::string& own = renamed == map_.variables.end() ? name : renamed->second;
  if (const auto found = entity >= 0 ? program_.variable(entity, own) : std::nullopt) return *found;
  for (std::size_t e = 0; e < program_.entities().size(); ++e) {
    if (const auto found = program_.variable(static_cast<int>(e), own)) return *found;
  }
  return refuse(fmt::format("包里没有变量“{}”；在对照表 [variables] 里写上它的名称", own),
                fmt::format("the pack has no variable '{}'; name it under [variables] of the map", own));
}

Result<std::int64_t> OpenfiscaCase::value(const std::string& name, const VariableInfo& variable,
                                          const YAML::Node& node) const {
  if (!node.IsScalar())
    return refuse(fmt::format("“{}”的值不是单个值", name),
                  fmt::format("the value of '{}' is not a single value", name));
  std::string text = node.Scalar();
  if (const auto words = map_.words.find(name); words != map_.words.end()) {
    if (const auto word = words->second.find(text); word != words->second.end()) text = word->second;
  }
  if (variable.kind == ValueKind::number || variable.kind == ValueKind::boolean) {
    if (text == "true" || text == "True" || text == "false" || text == "False") {
      std::int64_t one = 1;
      for (int i = 0; i < variable.scale; ++i) one *= 10;
      return text[0] == 't' || text[0] == 'T' ? one : 0;
    }
    const auto fixed = fixed_of(text);
    if (!fixed)
      return refuse(fmt::format("“{}”不是“{}”的值", text, name), fmt::format("'{}' is no value of '{}'", text, name));
    const Fixed unit = power_of_ten(kExpectedDecimals - variable.scale);
    return static_cast<std::int64_t>((*fixed + (*fixed >= 0 ? unit / 2 : -unit / 2)) / unit);
  }
  const auto parsed = parse_value(program_, variable, text);
  if (!parsed)
    return refuse(fmt::format("“{}”不是“{}”的值", text, name), fmt::format("'{}' is no value of '{}'", text, name));
  return *parsed;
}

void OpenfiscaCase::add_person(const std::string& name) {
  if (persons_.emplace(name, std::ssize(person_names_)).second) person_names_.push_back(name);
}

// Inputs written as lists stand for as many persons, each alone in groups of one.
void OpenfiscaCase::persons_of_lists(const YAML::Node& input) {
  std::size_t most = 0;
  for (const auto& field : input) {
    if (field.second.IsSequence()) most = std::max(most, field.second.size());
    if (!field.second.IsMap()) continue;
    for (const auto& entry : field.second) {
      if (entry.second.IsSequence()) most = std::max(most, entry.second.size());
    }
  }
  for (std::size_t i = 0; i < std::max<std::size_t>(most, 1); ++i) add_person("\x01" + std::to_string(i));
}

// Persons come from their own list and from the roles of groups; a case that only names variables has one person.
Result<void> OpenfiscaCase::population(const YAML::Node& input) {
  for (const auto& entry : input) {
    bool plural = false;
    const std::string key = entry.first.Scalar();
    const MappedEntity* found = mapped(key, entry.second, plural);
    if (found == nullptr) continue;
    if (entity_of(*found) < 0)
      return refuse(fmt::format("包里没有实体“{}”", found->entity),
                    fmt::format("the pack has no entity '{}'", found->entity));
    if (entity_of(*found) == 0) {
      if (plural) {
        for (const auto& [name, person] : instances_of(entry.second)) add_person(name);
      } else {
        add_person(found->singular);
      }
    }
  }
  for (const auto& entry : input) {
    bool plural = false;
    const MappedEntity* found = mapped(entry.first.Scalar(), entry.second, plural);
    if (found == nullptr || entity_of(*found) <= 0) continue;
    const auto roles_of = [&](const YAML::Node& instance) {
      for (const auto& field : instance) {
        if (!found->roles.contains(field.first.Scalar())) continue;
        if (field.second.IsScalar()) add_person(field.second.Scalar());
        for (const auto& name : field.second) add_person(name.Scalar());
      }
    };
    if (!plural) {
      roles_of(entry.second);
    } else {
      for (const auto& [name, instance] : instances_of(entry.second)) roles_of(instance);
    }
  }
  if (person_names_.empty()) persons_of_lists(input);
  inputs_.persons = std::ssize(person_names_);
  inputs_.links.resize(program_.links().size());
  inputs_.groups.resize(program_.entities().size() - 1);
  groups_.resize(inputs_.groups.size());
  for (std::size_t g = 0; g < inputs_.groups.size(); ++g) {
    MappedEntity plain;
    plain.entity = plain.singular = plain.plural = program_.entities()[g + 1].name;
    const auto found = std::ranges::find(map_.entities, plain.entity, &MappedEntity::entity);
    TRY_VOID(group(found == map_.entities.end() ? plain : *found, input));
  }
  return {};
}

// Whoever no group names is alone in one of their own, with its first role.
Result<void> OpenfiscaCase::group(const MappedEntity& mapped, const YAML::Node& input) {
  const auto g = static_cast<std::size_t>(entity_of(mapped)) - 1;
  const auto& roles = program_.entities()[g + 1].roles;
  Membership& made = inputs_.groups[g];
  made.offsets = {0};
  std::vector<bool> placed(person_names_.size(), false);
  const auto role_code = [&](const std::string& key, std::size_t nth) -> std::uint8_t {
    const auto named = mapped.roles.find(key);
    if (named == mapped.roles.end() || named->second.empty()) return Membership::kNoRole;
    const auto at = std::ranges::find(roles, named->second[std::min(nth, named->second.size() - 1)]);
    return at == roles.end() ? Membership::kNoRole : static_cast<std::uint8_t>(at - roles.begin());
  };
  const auto place = [&](const std::string& name, std::uint8_t role) {
    const auto person = persons_.find(name);
    if (person == persons_.end() || placed[static_cast<std::size_t>(person->second)]) return;
    placed[static_cast<std::size_t>(person->second)] = true;
    made.members.push_back(static_cast<std::int32_t>(person->second));
    made.roles.push_back(role);
  };
  const auto add = [&](const std::string& id, const YAML::Node& instance) {
    groups_[g][id] = std::ssize(made.offsets) - 1;
    bool any = false;
    for (const auto& field : instance) {
      const std::string key = field.first.Scalar();
      if (!mapped.roles.contains(key)) continue;
      any = true;
      std::size_t nth = 0;
      if (field.second.IsScalar()) place(field.second.Scalar(), role_code(key, 0));
      for (const auto& name : field.second) place(name.Scalar(), role_code(key, nth++));
    }
    if (!any && groups_[g].size() == 1) {
      for (const std::string& name : person_names_) place(name, roles.empty() ? Membership::kNoRole : std::uint8_t{0});
    }
    made.offsets.push_back(std::ssize(made.members));
  };
  for (const auto& entry : input) {
    const std::string key = entry.first.Scalar();
    if (key != mapped.plural && key != mapped.singular) continue;
    if (key == mapped.singular && !lists_instances(mapped, entry.second)) {
      add(key, entry.second);
      continue;
    }
    for (const auto& [name, instance] : instances_of(entry.second)) add(name, instance);
  }
  for (std::size_t p = 0; p < placed.size(); ++p) {
    if (placed[p]) continue;
    groups_[g].emplace(person_names_[p], std::ssize(made.offsets) - 1);
    place(person_names_[p], roles.empty() ? Membership::kNoRole : std::uint8_t{0});
    made.offsets.push_back(std::ssize(made.members));
  }
  return {};
}

// What flows is spread over the stretch, the rest of a division on its first periods; a state holds throughout.
Result<void> OpenfiscaCase::give_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                                    const YAML::Node& node) {
  const VariableInfo& variable = info(index);
  if (node.IsSequence()) {
    const std::int64_t rows = rows_of(inputs_, variable.entity);
    const auto size = static_cast<std::int64_t>(node.size());
    if (row >= 0 ? size != 1 : size != rows)
      return refuse(fmt::format("“{}”给了 {} 个值，有 {} 行", name, size, row >= 0 ? 1 : rows),
                    fmt::format("'{}' is given {} values, there are {} rows", name, size, row >= 0 ? 1 : rows));
    for (std::int64_t r = 0; r < size; ++r)
      TRY_VOID(give_at(name, index, row >= 0 ? row : r, stretch, node[static_cast<std::size_t>(r)]));
    return {};
  }
  TRY(std::int64_t number, value(name, variable, node));
  const std::vector<PeriodKey> periods = periods_in(stretch, variable.period);
  const auto count = std::max<std::int64_t>(1, std::ssize(periods));
  std::int64_t rest = flows(variable) ? number % count : 0;
  if (flows(variable)) number /= count;
  const auto rows = static_cast<std::size_t>(rows_of(inputs_, variable.entity));
  for (const PeriodKey& period : periods) {
    Slot& slot = given_[{index, period}];
    slot.values.resize(rows);
    slot.known.resize(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      if (row >= 0 && r != static_cast<std::size_t>(row)) continue;
      slot.values[r] = number + (rest > 0 ? 1 : rest < 0 ? -1 : 0);
      slot.known[r] = 1;
    }
    rest += rest > 0 ? -1 : rest < 0 ? 1 : 0;
  }
  return {};
}

Result<void> OpenfiscaCase::give(const std::string& name, int entity, std::int64_t row, const YAML::Node& node) {
  TRY(const int index, variable(name, entity));
  if (entity >= 0 && info(index).entity != entity)
    return refuse(fmt::format("“{}”不属于这个实体", name), fmt::format("'{}' belongs to another entity", name));
  if (node.IsNull()) return {};
  if (!node.IsMap()) return give_at(name, index, row, period_, node);
  for (const auto& entry : node) {
    const auto stretch = stretch_of(entry.first.Scalar());
    if (!stretch)
      return refuse(fmt::format("“{}”不是期间", entry.first.Scalar()),
                    fmt::format("'{}' is not a period", entry.first.Scalar()));
    TRY_VOID(give_at(name, index, row, *stretch, entry.second));
  }
  return {};
}

Result<void> OpenfiscaCase::instance(int entity, std::int64_t row, const MappedEntity* mapped, const YAML::Node& node) {
  for (const auto& field : node) {
    const std::string key = field.first.Scalar();
    if (key == "id" || (mapped != nullptr && mapped->roles.contains(key))) continue;
    TRY_VOID(give(key, entity, row, field.second));
  }
  return {};
}

Result<void> OpenfiscaCase::inputs(const YAML::Node& input) {
  for (const auto& entry : input) {
    const std::string key = entry.first.Scalar();
    bool plural = false;
    const MappedEntity* found = mapped(key, entry.second, plural);
    if (found == nullptr) {
      TRY_VOID(give(key, -1, -1, entry.second));
      continue;
    }
    const int entity = entity_of(*found);
    const auto& rows = entity == 0 ? persons_ : groups_[static_cast<std::size_t>(entity - 1)];
    if (!plural) {
      TRY_VOID(instance(entity, rows.at(found->singular), found, entry.second));
      continue;
    }
    for (const auto& [name, each] : instances_of(entry.second)) TRY_VOID(instance(entity, rows.at(name), found, each));
  }
  for (auto& [need, slot] : given_) inputs_.columns.push_back({need, std::move(slot.values), std::move(slot.known)});
  return {};
}

std::optional<Fixed> OpenfiscaCase::margin(const char* key, const std::string& name) const {
  const YAML::Node node = test_[key];
  if (!node || node.IsNull()) return std::nullopt;
  if (node.IsScalar()) return fixed_of(node.Scalar());
  const YAML::Node own = node[name] ? node[name] : node["default"];
  return own ? fixed_of(own.Scalar()) : std::nullopt;
}

Result<void> OpenfiscaCase::compare(const std::string& name, const VariableInfo& variable, const Found& found,
                                    std::int64_t row, const YAML::Node& node) const {
  const auto r = static_cast<std::size_t>(row);
  const std::int64_t low = found.column.low[r];
  const Trouble trouble = found.column.trouble.empty() ? Trouble::none : found.column.trouble[r];
  const std::string text = node.IsScalar() ? node.Scalar() : "…";
  const auto differs = [&] {
    const std::string seen =
        value_text(program_, variable, low / found.parts, found.column.high[r] / found.parts, trouble);
    return refuse(fmt::format("期望 {} = {}，算得 {}", name, text, seen),
                  fmt::format("expected {} = {} but found {}", name, text, seen));
  };
  if (trouble != Trouble::none || low != found.column.high[r]) return differs();
  TRY(const std::int64_t expected, value(name, variable, node));
  if (variable.kind != ValueKind::number) return expected == low ? Result<void>{} : differs();
  if (expected == low / found.parts && low % found.parts == 0) return {};
  const auto absolute = margin("absolute_error_margin", name);
  const auto relative = margin("relative_error_margin", name);
  const Fixed unit = power_of_ten(kExpectedDecimals - variable.scale);
  const Fixed wanted = fixed_of(text).value_or(Fixed{expected} * unit);
  const Fixed computed = low * unit / found.parts;
  const Fixed apart = wanted > computed ? wanted - computed : computed - wanted;
  if (found.parts > 1 && !absolute && !relative && apart <= unit / 2) return {};
  if (absolute && apart <= *absolute) return {};
  if (relative &&
      apart / 1'000'000 <= (wanted < 0 ? -wanted : wanted) / 1'000'000 * (*relative / 1'000) / 1'000'000'000)
    return {};
  return differs();
}

// What flows is added up over a longer stretch and divided for a shorter one; anything else is read at its first day.
Result<OpenfiscaCase::Found> OpenfiscaCase::found(int index, const Stretch& stretch) const {
  const VariableInfo& variable = info(index);
  Options options;
  options.use_defaults = map_.defaults;
  std::vector<PeriodKey> periods = periods_in(stretch, variable.period);
  if (stretch.unit == TimeUnit::eternity) periods = {PeriodKey{variable.period, 0}};
  if (!flows(variable)) periods.resize(1);
  std::vector<Wanted> wanted;
  for (const PeriodKey& period : periods) wanted.push_back({index, period, false});
  TRY(auto columns, compute(program_, inputs_, wanted, options));
  Found out{std::move(columns[0]), 1};
  for (std::size_t i = 1; i < columns.size(); ++i) {
    for (std::size_t r = 0; r < out.column.low.size(); ++r) {
      out.column.low[r] += columns[i].low[r];
      out.column.high[r] += columns[i].high[r];
    }
    if (out.column.trouble.empty()) out.column.trouble = std::move(columns[i].trouble);
  }
  if (flows(variable) && variable.period == TimeUnit::year && stretch.unit == TimeUnit::month && stretch.count < 12)
    out.parts = 12 / stretch.count;
  return out;
}

Result<void> OpenfiscaCase::expect_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                                      const YAML::Node& node) {
  TRY(const Found all, found(index, stretch));
  const std::int64_t rows = std::ssize(all.column.low);
  if (node.IsSequence()) {
    const auto size = static_cast<std::int64_t>(node.size());
    if (row >= 0 ? size != 1 : size != rows)
      return refuse(fmt::format("“{}”期望 {} 个值，有 {} 行", name, size, row >= 0 ? 1 : rows),
                    fmt::format("'{}' expects {} values, there are {} rows", name, size, row >= 0 ? 1 : rows));
    for (std::int64_t r = 0; r < size; ++r)
      TRY_VOID(compare(name, info(index), all, row >= 0 ? row : r, node[static_cast<std::size_t>(r)]));
    return {};
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    if (row < 0 || row == r) TRY_VOID(compare(name, info(index), all, r, node));
  }
  return {};
}

// only_variables and ignore_variables of the case.
bool OpenfiscaCase::left_out(const std::string& name) const {
  const auto names = [&](const char* key) {
    for (const auto& each : test_[key]) {
      if (each.Scalar() == name) return true;
    }
    return false;
  };
  return (test_["only_variables"].IsDefined() && test_["only_variables"].IsSequence() && !names("only_variables")) ||
         (test_["ignore_variables"].IsDefined() && names("ignore_variables"));
}

Result<void> OpenfiscaCase::expect(const std::string& name, int entity, std::int64_t row, const YAML::Node& node) {
  if (left_out(name)) return {};
  TRY(const int index, variable(name, entity));
  if (entity >= 0 && info(index).entity != entity)
    return refuse(fmt::format("“{}”不属于这个实体", name), fmt::format("'{}' belongs to another entity", name));
  if (!node.IsMap()) return expect_at(name, index, row, period_, node);
  for (const auto& entry : node) {
    const auto stretch = stretch_of(entry.first.Scalar());
    if (!stretch)
      return refuse(fmt::format("“{}”不是期间", entry.first.Scalar()),
                    fmt::format("'{}' is not a period", entry.first.Scalar()));
    TRY_VOID(expect_at(name, index, row, *stretch, entry.second));
  }
  return {};
}

Result<void> OpenfiscaCase::expect_instance(int entity, std::int64_t row, const YAML::Node& node) {
  for (const auto& field : node) {
    if (field.first.Scalar() != "id") TRY_VOID(expect(field.first.Scalar(), entity, row, field.second));
  }
  return {};
}

Result<void> OpenfiscaCase::outputs(const YAML::Node& output) {
  for (const auto& entry : output) {
    const std::string key = entry.first.Scalar();
    bool plural = false;
    const MappedEntity* found = mapped(key, entry.second, plural);
    if (found == nullptr) {
      TRY_VOID(expect(key, -1, -1, entry.second));
      continue;
    }
    const int entity = entity_of(*found);
    const auto& rows = entity == 0 ? persons_ : groups_[static_cast<std::size_t>(entity - 1)];
    if (!plural) {
      const auto row = rows.find(found->singular);
      TRY_VOID(expect_instance(entity, row == rows.end() ? 0 : row->second, entry.second));
      continue;
    }
    for (const auto& [name, each] : instances_of(entry.second)) {
      const auto row = rows.find(name);
      if (row == rows.end())
        return refuse(fmt::format("输入里没有“{}”", name), fmt::format("the input has no '{}'", name));
      TRY_VOID(expect_instance(entity, row->second, each));
    }
  }
  return {};
}

Result<void> OpenfiscaCase::run() {
  const auto period = test_["period"] ? stretch_of(test_["period"].Scalar()) : std::nullopt;
  if (test_["period"] && !period)
    return refuse(fmt::format("“{}”不是期间", test_["period"].Scalar()),
                  fmt::format("'{}' is not a period", test_["period"].Scalar()));
  period_ = period.value_or(Stretch{TimeUnit::month, Day::from_civil(2015, 1, 1), 1});
  const YAML::Node input = part_of(test_, "input");
  if (!input.IsMap() && !input.IsNull()) return refuse("input 不是映射", "'input' is not a mapping");
  TRY_VOID(population(input));
  TRY_VOID(inputs(input));
  const YAML::Node output = part_of(test_, "output");
  if (!output.IsMap()) return refuse("没有 output", "there is no 'output'");
  return outputs(output);
}

}  // namespace songtan::policy::detail
