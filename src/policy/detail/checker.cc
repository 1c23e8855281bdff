#include "policy/detail/checker.h"

#include <algorithm>

#include "base/hash.h"
#include "policy/detail/check_expression.h"

namespace songtan::policy::detail {
namespace {

constexpr std::size_t kMostVariables = 20'000;
constexpr std::int64_t kFarDay = 100'000;

void check_entities(CheckState& s, const Declarations& d) {
  for (const EntityDecl& decl : d.entities) {
    if (!s.law.entities.empty()) {
      s.note(s.refuse("policy.entity", decl.place, {"只能有一个个人实体", "there is one entity of persons"},
                      {"多人的单位写 群体", "declare units of several persons with group"})
                 .error());
      continue;
    }
    s.law.entities.push_back({{decl.name, false, {}}, {}});
    s.entity_index[decl.name] = 0;
  }
  if (s.law.entities.empty()) {
    s.law.entities.push_back({{"人", false, {}}, {}});
    s.entity_index["人"] = 0;
  }
  for (const GroupDecl& decl : d.groups) {
    if (s.entity_index.contains(decl.name) || !s.entity_index.contains(decl.person)) {
      const bool twice = s.entity_index.contains(decl.name);
      s.note(s.refuse("policy.entity", decl.place,
                      {twice ? fmt::format("“{}”声明了两次", decl.name)
                             : fmt::format("成员的实体“{}”没有声明", decl.person),
                       twice ? fmt::format("'{}' is declared twice", decl.name)
                             : fmt::format("the entity '{}' of the members is not declared", decl.person)},
                      {twice ? "换个名称" : fmt::format("先写 实体 {}", decl.person),
                       twice ? "choose another name" : fmt::format("first write: entity {}", decl.person)})
                 .error());
      continue;
    }
    Entity made{{decl.name, true, {}}, {}};
    for (const RoleDecl& role : decl.roles) {
      made.info.roles.push_back(role.name);
      made.roles.push_back({role.name, role.most});
    }
    s.entity_index[decl.name] = static_cast<int>(s.law.entities.size());
    s.law.entities.push_back(std::move(made));
  }
  for (const LinkDecl& decl : d.links) {
    if (!s.link_index.emplace(decl.name, static_cast<int>(s.law.links.size())).second) {
      s.note(s.refuse("policy.link", decl.place,
                      {fmt::format("联系“{}”声明了两次", decl.name),
                       fmt::format("the link '{}' is declared twice", decl.name)},
                      {"删去一个", "remove one"})
                 .error());
      continue;
    }
    s.law.links.push_back({decl.name, decl.many});
  }
}

void check_words(CheckState& s, const Declarations& d) {
  for (const UnitDecl& decl : d.units) (decl.currency ? s.currencies : s.counts).insert(decl.name);
  for (const EnumDecl& decl : d.enums) {
    if (!s.enum_index.emplace(decl.name, static_cast<int>(s.law.enums.size())).second) {
      s.note(s.refuse("policy.enum", decl.place,
                      {fmt::format("枚举“{}”声明了两次", decl.name),
                       fmt::format("the enumeration '{}' is declared twice", decl.name)},
                      {"删去一个", "remove one"})
                 .error());
      continue;
    }
    Enumeration made;
    made.name = decl.name;
    made.open = decl.open;
    for (const std::string& word : decl.words) made.intern(word);
    s.law.enums.push_back(std::move(made));
  }
  for (const DefaultRoundingDecl& decl : d.default_roundings) s.default_rounding[decl.place.file] = decl.rounding;
}

TimeUnit unit_of_time(std::string_view time, const Type& type) {
  if (time == "恒定") return TimeUnit::eternity;
  if (time == "年流量" || time == "按年") return TimeUnit::year;
  if (time == "按日") return TimeUnit::day;
  if (time == "按周") return TimeUnit::week;
  (void)type;
  return TimeUnit::month;
}

TimeKind kind_of_time(std::string_view time) {
  if (time == "恒定") return TimeKind::constant;
  if (time == "月流量") return TimeKind::monthly_flow;
  if (time == "年流量") return TimeKind::yearly_flow;
  if (time == "存量") return TimeKind::stock;
  return TimeKind::state;
}

Result<int> declare_variable(CheckState& s, const std::string& entity, const std::string& name, const Type& type,
                             std::string_view time, Place place, bool input) {
  const auto at = s.entity_index.find(entity);
  if (at == s.entity_index.end()) {
    return s.refuse("policy.entity", place,
                    {fmt::format("没有实体“{}”", entity), fmt::format("there is no entity '{}'", entity)},
                    s.entities_there_are());
  }
  if (s.law.variables.size() >= kMostVariables)
    return s.refuse(
        "policy.limit", place,
        {fmt::format("变量超过 {} 个", kMostVariables), fmt::format("more than {} variables", kMostVariables)},
        {"把政策分成几个包", "split the pack"});
  const auto [slot, fresh] =
      s.law.variable_index.emplace(std::pair(at->second, name), static_cast<int>(s.law.variables.size()));
  if (!fresh) {
    const Variable& known = s.law.variable(slot->second);
    if (input || known.info.input) {
      return s.refuse(
          "policy.twice", place,
          {fmt::format("“{}·{}”声明了两次（另一处：{}:{}）", entity, name, known.info.file, known.info.line),
           fmt::format("'{}·{}' is declared twice (the other: {}:{})", entity, name, known.info.file, known.info.line)},
          {"删去一个，或换个名称", "remove one, or choose another name"});
    }
    if (known.type.kind != type.kind || known.type.scale != type.scale || !(known.type.unit == type.unit)) {
      return s.refuse(
          "policy.twice", place,
          {fmt::format("“{}”的各版本类型不同", name), fmt::format("the versions of '{}' have different types", name)},
          {"改成相同的类型", "give them one type"});
    }
    return slot->second;
  }
  Variable made;
  made.type = type;
  made.info.name = name;
  made.info.entity = at->second;
  made.info.input = input;
  made.info.kind = type.kind;
  made.info.unit = type.unit.text();
  made.info.scale = type.kind == ValueKind::number ? type.scale : 0;
  made.info.enumeration = type.enumeration;
  made.info.period = unit_of_time(time, type);
  made.info.time = kind_of_time(time);
  made.info.file = s.law.file_names[static_cast<std::size_t>(place.file)];
  made.info.line = place.line;
  s.law.variables.push_back(std::move(made));
  return slot->second;
}

void ordinary_range(Variable& variable) {
  switch (variable.type.kind) {
    case ValueKind::boolean: variable.highest = 1; break;
    case ValueKind::date:
      variable.lowest = -kFarDay;
      variable.highest = kFarDay;
      break;
    case ValueKind::enumeration:
      variable.lowest = -1;
      variable.highest = std::int64_t{1} << 31;
      break;
    case ValueKind::number:
      variable.lowest = -kOrdinaryAmount;
      variable.highest = kOrdinaryAmount;
      break;
  }
}

Result<std::int64_t> bound(CheckState& s, ExprId id, const Type& type, Place place) {
  ExpressionChecker expressions(s);
  TRY(const int node, expressions.check(id, Context{}, &type));
  TRY(const int stored, expressions.store(node, type, nullptr, place));
  const Node& found = s.law.node(stored);
  if (found.op != Op::constant || found.value > kLargestInput || found.value < -kLargestInput) {
    return s.refuse("policy.literal", place, {"范围的两端要是固定的值", "the ends of a range are fixed values"},
                    {"例如 范围 0元/月 以上", "for example range 0元/month upwards"});
  }
  return static_cast<std::int64_t>(found.value);
}

Result<void> declare_fact(CheckState& s, const FactDecl& decl) {
  TRY(const Type type, s.type_of(decl.type));
  TRY(const int index, declare_variable(s, decl.entity, decl.name, type, decl.time, decl.place, true));
  Variable& made = s.law.variables[static_cast<std::size_t>(index)];
  made.info.article = decl.article;
  made.info.collect_cost = decl.collect_cost.value_or(5);
  ordinary_range(made);
  return {};
}

Result<void> finish_fact(CheckState& s, const FactDecl& decl) {
  const auto entity = s.entity_index.find(decl.entity);
  if (entity == s.entity_index.end()) return {};
  const auto found = s.law.variable_index.find(std::pair(entity->second, decl.name));
  if (found == s.law.variable_index.end()) return {};
  const int index = found->second;
  const Type type = s.law.variable(index).type;
  ExpressionChecker expressions(s);
  const Context context{entity->second, s.law.variable(index).info.period};
  for (const bool presumed : {false, true}) {
    const ExprId id = presumed ? decl.presumption : decl.default_value;
    if (id == kNoExpr) continue;
    TRY(const int node, expressions.check(id, context, &type));
    TRY(const int stored, expressions.store(node, type, nullptr, decl.place));
    Variable& made = s.law.variables[static_cast<std::size_t>(index)];
    (presumed ? made.presumption : made.default_node) = stored;
    if (presumed) made.info.uncheckable = true;
  }
  if (decl.lowest != kNoExpr) {
    TRY(s.law.variables[static_cast<std::size_t>(index)].lowest, bound(s, decl.lowest, type, decl.place));
  }
  if (decl.highest != kNoExpr) {
    TRY(s.law.variables[static_cast<std::size_t>(index)].highest, bound(s, decl.highest, type, decl.place));
  }
  return {};
}

void declare_computed(CheckState& s, const VariableDecl& decl) {
  const auto type = s.type_of(decl.type);
  if (!type) return s.note(type.error());
  const auto index = declare_variable(s, decl.entity, decl.name, *type, decl.time, decl.place, false);
  if (!index) return s.note(index.error());
  Variable& made = s.law.variables[static_cast<std::size_t>(*index)];
  made.rule |= decl.rule;
  if (made.info.article.empty()) made.info.article = decl.article;
  ordinary_range(made);
}

template <typename Decl, typename Same>
void replace_into(std::vector<Decl>& law, const std::vector<Decl>& overrides, Same same) {
  for (const Decl& each : overrides) {
    std::erase_if(law, [&](const Decl& old) { return same(old, each); });
  }
  law.insert(law.end(), overrides.begin(), overrides.end());
}

// A scenario's declarations replace those of the same name.
void apply_scenario(Declarations& law, const Declarations& overrides) {
  const auto same_variable = [](const auto& a, const auto& b) { return a.entity == b.entity && a.name == b.name; };
  for (const VariableDecl& each : overrides.variables) {
    std::erase_if(law.facts, [&](const FactDecl& old) { return same_variable(old, each); });
  }
  for (const FactDecl& each : overrides.facts) {
    std::erase_if(law.variables, [&](const VariableDecl& old) { return same_variable(old, each); });
  }
  replace_into(law.variables, overrides.variables, same_variable);
  replace_into(law.facts, overrides.facts, same_variable);
  replace_into(law.parameters, overrides.parameters,
               [](const ParameterDecl& a, const ParameterDecl& b) { return b.factor == kNoExpr && a.name == b.name; });
  replace_into(law.scales, overrides.scales, [](const ScaleDecl& a, const ScaleDecl& b) { return a.name == b.name; });
  replace_into(law.enums, overrides.enums, [](const EnumDecl& a, const EnumDecl& b) { return a.name == b.name; });
}

Result<Declarations> effective(CheckState& s, std::span<const std::string> scenario) {
  Declarations law = s.syntax.law;
  for (const std::string& name : scenario) {
    const auto found = std::ranges::find(s.syntax.scenarios, name, &ScenarioDecl::name);
    if (found == s.syntax.scenarios.end()) {
      std::vector<std::string> known;
      for (const ScenarioDecl& each : s.syntax.scenarios) known.push_back(each.name);
      Error error;
      error.outcome = Outcome::usage;
      error.code = "policy.scenario";
      error.message = {fmt::format("没有情景“{}”", name), fmt::format("there is no scenario '{}'", name)};
      error.mend = {fmt::format("情景有：{}", fmt::join(known, "、")),
                    fmt::format("scenarios: {}", fmt::join(known, ", "))};
      return fail(std::move(error));
    }
    apply_scenario(law, found->overrides);
  }
  return law;
}

void hand_out(Law& law) {
  for (const Entity& entity : law.entities) law.entity_infos.push_back(entity.info);
  for (const Variable& variable : law.variables) law.variable_infos.push_back(variable.info);
  for (const Award& award : law.awards) law.programme_infos.push_back(award.info);
}

std::string version_of(const PackText& pack, std::string_view ending) {
  std::vector<const PackFile*> files;
  for (const PackFile& file : pack.files) {
    if (file.name.ends_with(ending)) files.push_back(&file);
  }
  std::ranges::sort(files, {}, [](const PackFile* file) -> const std::string& { return file->name; });
  Sha256 digest;
  for (const PackFile* file : files) {
    digest.add(file->name);
    digest.add(std::string_view("\0", 1));
    digest.add(file->text);
    digest.add(std::string_view("\0", 1));
  }
  return digest.hex().substr(0, 16);
}

}  // namespace

Checked check(const Syntax& syntax, const PackText& pack, std::span<const std::string> scenario) {
  Checked out;
  out.law.file_names = syntax.file_names;
  CheckState s(syntax, out.law, out.mistakes);
  auto declarations = effective(s, scenario);
  if (!declarations) {
    out.mistakes.push_back(declarations.error());
    return out;
  }
  check_entities(s, *declarations);
  check_words(s, *declarations);
  for (const FactDecl& decl : declarations->facts) s.note(declare_fact(s, decl));
  for (const VariableDecl& decl : declarations->variables) declare_computed(s, decl);
  check_tables(s, *declarations, pack);
  for (const FactDecl& decl : declarations->facts) s.note(finish_fact(s, decl));
  check_rules(s, *declarations);
  if (out.mistakes.empty()) check_programmes(s, *declarations);
  out.law.tests = declarations->tests;
  for (const ScenarioDecl& each : syntax.scenarios) out.law.scenario_names.push_back(each.name);
  out.law.policy_version = version_of(pack, ".policy");
  out.law.parameter_version = version_of(pack, ".csv");
  if (out.mistakes.empty()) hand_out(out.law);
  return out;
}

}  // namespace songtan::policy::detail
