#include "policy/openfisca.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "policy/detail/ask.h"
#include "policy/detail/mistake.h"
#include "policy/detail/openfisca_map.h"

namespace songtan::policy {
namespace {

using detail::Fixed;
using detail::MappedEntity;
using detail::OpenfiscaMap;

/// "month:2019-01:2", "2017", "2023-07-01": a first day, a unit and a count.
struct Stretch {
  TimeUnit unit = TimeUnit::month;
  Day first;
  int count = 1;
};

std::unexpected<Error> refuse(std::string zh, std::string en) {
  return fail(Outcome::bad_data, "openfisca.case", {std::move(zh), std::move(en)});
}

std::optional<Stretch> stretch_of(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) {
    const auto key = PeriodKey::parse(text);
    if (!key) return std::nullopt;
    return Stretch{key->unit, key->first(), 1};
  }
  static constexpr std::array<std::pair<std::string_view, TimeUnit>, 6> kUnits = {{{"year", TimeUnit::year},
                                                                                   {"month", TimeUnit::month},
                                                                                   {"week", TimeUnit::week},
                                                                                   {"day", TimeUnit::day},
                                                                                   {"weekday", TimeUnit::day},
                                                                                   {"eternity", TimeUnit::eternity}}};
  const std::string_view unit = std::string_view(text).substr(0, colon);
  const auto known = std::ranges::find(kUnits, unit, &std::pair<std::string_view, TimeUnit>::first);
  const auto second = text.find(':', colon + 1);
  const auto key =
      PeriodKey::parse(text.substr(colon + 1, second == std::string::npos ? std::string::npos : second - colon - 1));
  if (known == kUnits.end() || !key) return std::nullopt;
  Stretch out{known->second, key->first(), 1};
  if (second != std::string::npos) {
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data() + second + 1, end, out.count).ptr != end || out.count < 1 || out.count > 1200)
      return std::nullopt;
  }
  return out;
}

/// The variable's own periods inside a stretch.
std::vector<PeriodKey> periods_in(const Stretch& stretch, TimeUnit unit) {
  if (unit == TimeUnit::eternity) return {PeriodKey::eternity()};
  if (stretch.unit == TimeUnit::eternity) return {};
  const Day last = PeriodKey::containing(stretch.unit, stretch.first).plus(stretch.count - 1).last();
  std::vector<PeriodKey> out;
  for (PeriodKey key = PeriodKey::containing(unit, stretch.first); key.first() <= last && out.size() < 40'000;
       key = key.plus(1))
    out.push_back(key);
  return out;
}

/// One YAML case on one programme.
class Case {
 public:
  Case(const Program& program, const OpenfiscaMap& map, const YAML::Node& test)
      : program_(program), map_(map), test_(test) {}

  Result<void> run();

 private:
  struct Slot {
    std::vector<std::int64_t> values;
    std::vector<std::uint8_t> known;
  };

  const Program& program_;
  const OpenfiscaMap& map_;
  const YAML::Node& test_;
  Stretch period_;
  Inputs inputs_;
  std::map<std::string, std::int64_t> persons_;
  std::vector<std::string> person_names_;
  std::vector<std::map<std::string, std::int64_t>> groups_;
  std::map<Need, Slot> given_;

  int entity_of(const MappedEntity& mapped) const { return program_.entity(mapped.entity).value_or(-1); }
  const MappedEntity* mapped(const std::string& key, bool& plural) const;
  Result<int> variable(const std::string& name) const;
  const VariableInfo& info(int index) const { return program_.variables()[static_cast<std::size_t>(index)]; }
  Result<std::int64_t> value(const std::string& name, const VariableInfo& info, const YAML::Node& node) const;
  Result<void> population(const YAML::Node& input);
  Result<void> group(const MappedEntity& mapped, const YAML::Node& input);
  void add_person(const std::string& name);
  Result<void> inputs(const YAML::Node& input);
  Result<void> instance(int entity, std::int64_t row, const MappedEntity* mapped, const YAML::Node& node);
  Result<void> give(const std::string& name, int entity, std::int64_t row, const YAML::Node& node);
  Result<void> give_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                       const YAML::Node& node);
  Result<void> outputs(const YAML::Node& output);
  Result<void> expect_instance(int entity, std::int64_t row, const YAML::Node& node);
  Result<void> expect(const std::string& name, int entity, std::int64_t row, const YAML::Node& node);
  Result<void> expect_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                         const YAML::Node& node);
  std::optional<Fixed> margin(const char* key, const std::string& name) const;
  Result<void> compare(const std::string& name, const VariableInfo& info, const ValueColumn& column, std::int64_t row,
                       const YAML::Node& node) const;
};

const MappedEntity* Case::mapped(const std::string& key, bool& plural) const {
  for (const MappedEntity& each : map_.entities) {
    plural = key == each.plural;
    if (plural || key == each.singular) return &each;
  }
  return nullptr;
}

Result<int> Case::variable(const std::string& name) const {
  const auto renamed = map_.variables.find(name);
  const std::string& own = renamed == map_.variables.end() ? name : renamed->second;
  for (std::size_t e = 0; e < program_.entities().size(); ++e) {
    if (const auto found = program_.variable(static_cast<int>(e), own)) return *found;
  }
  return refuse(fmt::format("包里没有变量“{}”；在对照表 [variables] 里写上它的名称", own),
                fmt::format("the pack has no variable '{}'; name it under [variables] of the map", own));
}

Result<std::int64_t> Case::value(const std::string& name, const VariableInfo& variable, const YAML::Node& node) const {
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
    const auto fixed = detail::fixed_of(text);
    if (!fixed)
      return refuse(fmt::format("“{}”不是“{}”的值", text, name), fmt::format("'{}' is no value of '{}'", text, name));
    const Fixed unit = detail::power_of_ten(detail::kExpectedDecimals - variable.scale);
    return static_cast<std::int64_t>((*fixed + (*fixed >= 0 ? unit / 2 : -unit / 2)) / unit);
  }
  const auto parsed = parse_value(program_, variable, text);
  if (!parsed)
    return refuse(fmt::format("“{}”不是“{}”的值", text, name), fmt::format("'{}' is no value of '{}'", text, name));
  return *parsed;
}

void Case::add_person(const std::string& name) {
  if (persons_.emplace(name, std::ssize(person_names_)).second) person_names_.push_back(name);
}

// Persons come from their own list and from the roles of groups; a case that only names variables has one person.
Result<void> Case::population(const YAML::Node& input) {
  for (const auto& entry : input) {
    bool plural = false;
    const std::string key = entry.first.Scalar();
    const MappedEntity* found = mapped(key, plural);
    if (found == nullptr) continue;
    if (entity_of(*found) < 0)
      return refuse(fmt::format("包里没有实体“{}”", found->entity),
                    fmt::format("the pack has no entity '{}'", found->entity));
    if (entity_of(*found) == 0) {
      if (plural) {
        for (const auto& person : entry.second) add_person(person.first.Scalar());
      } else {
        add_person(found->singular);
      }
    }
  }
  for (const auto& entry : input) {
    bool plural = false;
    const MappedEntity* found = mapped(entry.first.Scalar(), plural);
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
      for (const auto& instance : entry.second) roles_of(instance.second);
    }
  }
  if (person_names_.empty()) add_person("\x01");
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
Result<void> Case::group(const MappedEntity& mapped, const YAML::Node& input) {
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
    if (key == mapped.singular) add(key, entry.second);
    if (key != mapped.plural || key == mapped.singular) continue;
    for (const auto& instance : entry.second) add(instance.first.Scalar(), instance.second);
  }
  for (std::size_t p = 0; p < placed.size(); ++p) {
    if (placed[p]) continue;
    groups_[g].emplace(person_names_[p], std::ssize(made.offsets) - 1);
    place(person_names_[p], roles.empty() ? Membership::kNoRole : std::uint8_t{0});
    made.offsets.push_back(std::ssize(made.members));
  }
  return {};
}

Result<void> Case::give_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                           const YAML::Node& node) {
  const VariableInfo& variable = info(index);
  TRY(std::int64_t number, value(name, variable, node));
  const std::vector<PeriodKey> periods = periods_in(stretch, variable.period);
  const bool flow = variable.time == TimeKind::monthly_flow ||
                    (variable.kind == ValueKind::number && variable.unit.find('/') != std::string::npos);
  // What flows is spread over the stretch, the rest of a division on its first periods; a state holds throughout.
  const auto count = std::max<std::int64_t>(1, std::ssize(periods));
  std::int64_t rest = flow && variable.kind == ValueKind::number ? number % count : 0;
  if (flow && variable.kind == ValueKind::number) number /= count;
  const auto rows = static_cast<std::size_t>(detail::rows_of(inputs_, variable.entity));
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

Result<void> Case::give(const std::string& name, int entity, std::int64_t row, const YAML::Node& node) {
  TRY(const int index, variable(name));
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

Result<void> Case::instance(int entity, std::int64_t row, const MappedEntity* mapped, const YAML::Node& node) {
  for (const auto& field : node) {
    const std::string key = field.first.Scalar();
    if (mapped != nullptr && mapped->roles.contains(key)) continue;
    TRY_VOID(give(key, entity, row, field.second));
  }
  return {};
}

Result<void> Case::inputs(const YAML::Node& input) {
  for (const auto& entry : input) {
    const std::string key = entry.first.Scalar();
    bool plural = false;
    const MappedEntity* found = mapped(key, plural);
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
    for (const auto& each : entry.second) TRY_VOID(instance(entity, rows.at(each.first.Scalar()), found, each.second));
  }
  for (auto& [need, slot] : given_) inputs_.columns.push_back({need, std::move(slot.values), std::move(slot.known)});
  return {};
}

std::optional<Fixed> Case::margin(const char* key, const std::string& name) const {
  const YAML::Node node = test_[key];
  if (!node || node.IsNull()) return std::nullopt;
  if (node.IsScalar()) return detail::fixed_of(node.Scalar());
  const YAML::Node own = node[name] ? node[name] : node["default"];
  return own ? detail::fixed_of(own.Scalar()) : std::nullopt;
}

Result<void> Case::compare(const std::string& name, const VariableInfo& variable, const ValueColumn& column,
                           std::int64_t row, const YAML::Node& node) const {
  const auto r = static_cast<std::size_t>(row);
  const Trouble trouble = column.trouble.empty() ? Trouble::none : column.trouble[r];
  const std::string found = value_text(program_, variable, column.low[r], column.high[r], trouble);
  const std::string text = node.IsScalar() ? node.Scalar() : "…";
  const auto differs = [&] {
    return refuse(fmt::format("期望 {} = {}，算得 {}", name, text, found),
                  fmt::format("expected {} = {} but found {}", name, text, found));
  };
  if (trouble != Trouble::none || column.low[r] != column.high[r]) return differs();
  TRY(const std::int64_t expected, value(name, variable, node));
  if (variable.kind != ValueKind::number) return expected == column.low[r] ? Result<void>{} : differs();
  const auto absolute = margin("absolute_error_margin", name);
  const auto relative = margin("relative_error_margin", name);
  if (expected == column.low[r]) return {};
  const Fixed unit = detail::power_of_ten(detail::kExpectedDecimals - variable.scale);
  const Fixed wanted = detail::fixed_of(text).value_or(Fixed{expected} * unit);
  const Fixed apart = wanted > column.low[r] * unit ? wanted - column.low[r] * unit : column.low[r] * unit - wanted;
  if (absolute && apart <= *absolute) return {};
  if (relative &&
      apart / 1'000'000 <= (wanted < 0 ? -wanted : wanted) / 1'000'000 * (*relative / 1'000) / 1'000'000'000)
    return {};
  return differs();
}

Result<void> Case::expect_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                             const YAML::Node& node) {
  const VariableInfo& variable = info(index);
  Options options;
  options.use_defaults = map_.defaults;
  const PeriodKey period = stretch.unit == TimeUnit::eternity ? PeriodKey{variable.period, 0}
                                                              : PeriodKey::containing(variable.period, stretch.first);
  const Wanted wanted{index, period, false};
  TRY(const auto columns, compute(program_, inputs_, std::span(&wanted, 1), options));
  const std::int64_t rows = std::ssize(columns[0].low);
  if (node.IsSequence()) {
    if (static_cast<std::int64_t>(node.size()) != rows)
      return refuse(fmt::format("“{}”期望 {} 个值，有 {} 行", name, node.size(), rows),
                    fmt::format("'{}' expects {} values, there are {} rows", name, node.size(), rows));
    for (std::int64_t r = 0; r < rows; ++r)
      TRY_VOID(compare(name, variable, columns[0], r, node[static_cast<std::size_t>(r)]));
    return {};
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    if (row < 0 || row == r) TRY_VOID(compare(name, variable, columns[0], r, node));
  }
  return {};
}

Result<void> Case::expect(const std::string& name, int entity, std::int64_t row, const YAML::Node& node) {
  TRY(const int index, variable(name));
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

Result<void> Case::expect_instance(int entity, std::int64_t row, const YAML::Node& node) {
  for (const auto& field : node) TRY_VOID(expect(field.first.Scalar(), entity, row, field.second));
  return {};
}

Result<void> Case::outputs(const YAML::Node& output) {
  for (const auto& entry : output) {
    const std::string key = entry.first.Scalar();
    bool plural = false;
    const MappedEntity* found = mapped(key, plural);
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
    for (const auto& each : entry.second) {
      const auto row = rows.find(each.first.Scalar());
      if (row == rows.end())
        return refuse(fmt::format("输入里没有“{}”", each.first.Scalar()),
                      fmt::format("the input has no '{}'", each.first.Scalar()));
      TRY_VOID(expect_instance(entity, row->second, each.second));
    }
  }
  return {};
}

Result<void> Case::run() {
  const auto period = test_["period"] ? stretch_of(test_["period"].Scalar()) : std::nullopt;
  if (test_["period"] && !period)
    return refuse(fmt::format("“{}”不是期间", test_["period"].Scalar()),
                  fmt::format("'{}' is not a period", test_["period"].Scalar()));
  period_ = period.value_or(Stretch{TimeUnit::month, Day::from_civil(2015, 1, 1), 1});
  const YAML::Node input = test_["input"] ? test_["input"] : YAML::Node(YAML::NodeType::Map);
  if (!input.IsMap() && !input.IsNull()) return refuse("input 不是映射", "'input' is not a mapping");
  TRY_VOID(population(input));
  TRY_VOID(inputs(input));
  if (!test_["output"] || !test_["output"].IsMap()) return refuse("没有 output", "there is no 'output'");
  return outputs(test_["output"]);
}

/// Programmes by list of scenarios, loaded once each.
class Programmes {
 public:
  explicit Programmes(const PackText& pack) : pack_(pack) {}

  const Result<Program>& with(const std::vector<std::string>& scenarios) {
    const auto found = loaded_.find(scenarios);
    return found != loaded_.end() ? found->second
                                  : loaded_.emplace(scenarios, load_program(pack_, scenarios)).first->second;
  }

 private:
  const PackText& pack_;
  std::map<std::vector<std::string>, Result<Program>> loaded_;
};

Result<std::vector<std::string>> scenarios_of(const OpenfiscaMap& map, const YAML::Node& test) {
  std::vector<std::string> scenarios;
  const YAML::Node reforms = test["reforms"];
  if (!reforms || reforms.IsNull()) return scenarios;
  std::vector<std::string> names;
  if (reforms.IsScalar()) names.push_back(reforms.Scalar());
  for (const auto& each : reforms) names.push_back(each.Scalar());
  for (const std::string& name : names) {
    const auto found = map.reforms.find(name);
    if (found == map.reforms.end())
      return refuse(fmt::format("对照表 [reforms] 里没有“{}”", name),
                    fmt::format("the map has no reform '{}' under [reforms]", name));
    scenarios.insert(scenarios.end(), found->second.begin(), found->second.end());
  }
  return scenarios;
}

Result<void> run_case(Programmes& programmes, const OpenfiscaMap& map, const YAML::Node& test) {
  TRY(const std::vector<std::string> scenarios, scenarios_of(map, test));
  const Result<Program>& program = programmes.with(scenarios);
  if (!program) return std::unexpected(program.error());
  return Case(*program, map, test).run();
}

Result<void> run_file(Programmes& programmes, const OpenfiscaMap& map, const PackFile& file,
                      std::vector<TestResult>& results) {
  try {
    const YAML::Node root = YAML::Load(file.text);
    std::vector<YAML::Node> tests;
    if (root.IsSequence()) {
      for (const auto& each : root) tests.push_back(each);
    } else if (root.IsMap()) {
      tests.push_back(root);
    }
    for (const YAML::Node& test : tests) {
      TestResult result;
      result.file = file.name;
      result.line = test.Mark().line + 1;
      result.name =
          test["name"] && test["name"].IsScalar() ? test["name"].Scalar() : fmt::format("#{}", results.size() + 1);
      if (const auto done = run_case(programmes, map, test); !done) {
        result.state = TestState::failed;
        result.message = done.error().message;
      }
      results.push_back(std::move(result));
    }
    return {};
  } catch (const YAML::Exception& error) {  // the library speaks in exceptions; they end here
    return fail(detail::mistake("openfisca.yaml", file.name, {0, error.mark.line + 1, error.mark.column + 1},
                                {"不是能读的 YAML", "this is not readable YAML"}, {error.msg, error.msg}));
  }
}

}  // namespace

Result<std::vector<TestResult>> run_openfisca_tests(const PackText& pack, const PackFile& map_file,
                                                    std::span<const PackFile> files) {
  TRY(const OpenfiscaMap map, detail::read_openfisca_map(map_file));
  Programmes programmes(pack);
  const Result<Program>& law = programmes.with({});
  if (!law) return std::unexpected(law.error());
  std::vector<TestResult> results;
  for (const PackFile& file : files) TRY_VOID(run_file(programmes, map, file, results));
  return results;
}

}  // namespace songtan::policy
