#include <algorithm>
#include <array>

#include "policy/detail/check_expression.h"

namespace songtan::policy::detail {

std::optional<int> ExpressionChecker::group_named(const std::string& name) const {
  for (const std::string_view prefix : {"所在", "own_", ""}) {
    if (!name.starts_with(prefix)) continue;
    const auto found = s_.entity_index.find(name.substr(prefix.size()));
    if (found != s_.entity_index.end() && found->second > 0) return found->second;
  }
  return std::nullopt;
}

std::optional<int> ExpressionChecker::role_named(int group, const std::string& name) const {
  if (group <= 0) return std::nullopt;
  const auto& roles = s_.law.entities[static_cast<std::size_t>(group)].info.roles;
  const auto found = std::ranges::find(roles, name);
  if (found == roles.end()) return std::nullopt;
  return static_cast<int>(found - roles.begin());
}

std::optional<int> ExpressionChecker::variable_named(int entity, const std::string& name) const {
  const auto found = s_.law.variable_index.find(std::pair(entity, name));
  if (found == s_.law.variable_index.end()) return std::nullopt;
  return found->second;
}

Result<int> ExpressionChecker::name(const Expr& expr, Context context, const Type* expected) {
  const bool wants_word = expected != nullptr && expected->kind == ValueKind::enumeration;
  if (expr.words.size() == 1 && wants_word) {
    const Enumeration& list = s_.law.enums[static_cast<std::size_t>(expected->enumeration)];
    if (list.codes.contains(expr.words[0])) return word(expr, expected);
    if (!list.open && is_word(expr, context)) return word(expr, expected);
  }
  if (expr.words.size() == 2) {
    const auto list = s_.enum_index.find(expr.words[0]);
    if (list != s_.enum_index.end()) {
      Type type;
      type.kind = ValueKind::enumeration;
      type.enumeration = list->second;
      Expr inner = expr;
      inner.words = {expr.words[1]};
      return word(inner, &type);
    }
  }
  return path(expr, 0, context);
}

// Reads a·b·c from the left: each part but the last moves to other rows.
Result<int> ExpressionChecker::path(const Expr& expr, std::size_t at, Context context) {
  const std::string& part = expr.words[at];
  if (at + 1 == expr.words.size()) return single(expr, part, context);
  const std::string& own = s_.law.entities[static_cast<std::size_t>(context.entity)].info.name;
  if (part == own && !(context.entity == 0 && s_.link_index.contains(part))) return path(expr, at + 1, context);
  Node made;
  made.place = expr.place;
  made.entity = context.entity;
  Context inner = context;
  if (const auto group = group_named(part); group && context.entity == 0) {
    made.op = Op::from_group;
    made.index = *group;
    inner.entity = *group;
  } else if (const auto link = s_.link_index.find(part); context.entity == 0 && link != s_.link_index.end()) {
    if (s_.law.links[static_cast<std::size_t>(link->second)].many) {
      return s_.refuse(
          "policy.link", expr.place,
          {fmt::format("“{}”可以有多个人，不能直接取值", part), fmt::format("'{}' may be several persons", part)},
          {fmt::format("写成 合计({}, …)、有任一({}, …) 或 第一个({}, …)", part, part, part),
           fmt::format("write sum({}, …), any({}, …) or first({}, …)", part, part, part)});
    }
    made.op = Op::from_link;
    made.index = link->second;
    inner.entity = 0;
  } else if (const auto role = role_named(context.entity, part)) {
    const Role& found =
        s_.law.entities[static_cast<std::size_t>(context.entity)].roles[static_cast<std::size_t>(*role)];
    if (found.most != 1) {
      return s_.refuse("policy.role", expr.place,
                       {fmt::format("角色“{}”可以有多个人，不能直接取值", part),
                        fmt::format("the role '{}' may have several members", part)},
                       {fmt::format("写成 合计({}, …) 或 第一个({}, …)，或声明 角色 {} 至多 1", part, part, part),
                        fmt::format("write sum({}, …) or first({}, …), or declare role {} max 1", part, part, part)});
    }
    made.op = Op::reduce;
    made.fold = Fold::nth;
    made.value = 1;
    made.over = {context.entity, -1, *role};
    inner.entity = 0;
  } else if (variable_named(context.entity, part)) {
    return unknown_name(expr, part, context);
  } else {
    return s_.refuse(
        "policy.path", expr.place,
        {fmt::format("“{}”不是{}的联系、角色或群体，不能从它取“{}”", part, own, expr.words[at + 1]),
         fmt::format("'{}' is no link, role or group of {}, so it has no '{}'", part, own, expr.words[at + 1])},
        {fmt::format("先声明，例如 联系 人·{} 一个", part),
         fmt::format("declare it first, for example: link 人.{} one", part)});
  }
  TRY(const int value, path(expr, at + 1, inner));
  made.type = type(value);
  made.args = made.op == Op::reduce ? std::vector<int>{kNoNode, value} : std::vector<int>{value};
  return s_.add(std::move(made));
}

Result<int> ExpressionChecker::single(const Expr& expr, const std::string& name, Context context) {
  if (const auto found = variable_named(context.entity, name)) return variable(*found, context, expr.place);
  if (const auto found = s_.parameter_index.find(name); found != s_.parameter_index.end()) {
    return parameter(found->second, {}, context, expr.place);
  }
  const std::string_view keyword = canonical(name);
  Node made;
  made.place = expr.place;
  if (keyword == "决定日" || keyword == "期初" || keyword == "期末") {
    made.op = Op::day_of_period;
    made.type.kind = ValueKind::date;
    made.value = keyword == "决定日" ? 0 : keyword == "期初" ? 1 : 2;
    return s_.add(std::move(made));
  }
  if ((name == "人数" || name == "count") && context.entity > 0) {
    made.op = Op::reduce;
    made.fold = Fold::count;
    made.over.group = context.entity;
    made.entity = context.entity;
    made.type.unit.base = "人";
    made.args = {kNoNode, kNoNode};
    return s_.add(std::move(made));
  }
  return unknown_name(expr, name, context);
}

std::vector<std::string> ExpressionChecker::names_in(Context context) const {
  std::vector<std::string> names;
  for (const Variable& variable : s_.law.variables) {
    if (variable.info.entity == context.entity) names.push_back(variable.info.name);
  }
  for (const Parameter& each : s_.law.parameters) names.push_back(each.name);
  return names;
}

Result<int> ExpressionChecker::unknown_name(const Expr& expr, const std::string& name, Context context) {
  const std::string& here = s_.law.entities[static_cast<std::size_t>(context.entity)].info.name;
  for (std::size_t e = 0; e < s_.law.entities.size(); ++e) {
    if (!variable_named(static_cast<int>(e), name)) continue;
    const std::string& there = s_.law.entities[e].info.name;
    const Text mend =
        context.entity == 0
            ? Text{fmt::format("写成 所在{}·{}", there, name), fmt::format("write {}·{}", there, name)}
            : Text{fmt::format("写成 合计(成员, {})、有任一(成员, …) 这类从{}到{}的汇总", name, there, here),
                   fmt::format("go up with sum(members, {}), any(members, …) and the like", name)};
    return s_.refuse("policy.entity_mix", expr.place,
                     {fmt::format("“{}”是{}的变量，这里说的是{}", name, there, here),
                      fmt::format("'{}' belongs to {}, but this is about {}", name, there, here)},
                     mend);
  }
  for (const std::string_view keyword : {"且", "或", "非"}) {
    if (name.find(keyword) != std::string::npos && name.size() > keyword.size()) {
      const std::size_t cut = name.find(keyword);
      const std::string split =
          name.substr(0, cut) + " " + std::string(keyword) + " " + name.substr(cut + keyword.size());
      return s_.refuse(
          "policy.blank", expr.place, {fmt::format("不认识“{}”", name), fmt::format("unknown name '{}'", name)},
          {fmt::format("词与词之间要有空格：{}", split), fmt::format("put blanks between words: {}", split)});
    }
  }
  const std::string near = nearest_names(name, names_in(context));
  return s_.refuse("policy.unknown_name", expr.place,
                   {fmt::format("{}没有“{}”", here, name), fmt::format("{} has no '{}'", here, name)},
                   {near.empty() ? fmt::format("先声明 事实、变量 或 参数 {}", name) : fmt::format("是不是 {}？", near),
                    near.empty() ? fmt::format("declare a fact, variable or parameter {} first", name)
                                 : fmt::format("did you mean {}?", near)});
}

Result<int> ExpressionChecker::variable(int index, Context context, Place place) {
  const Variable& found = s_.law.variable(index);
  const TimeUnit own = found.info.period;
  if (own != TimeUnit::eternity && own != context.unit) {
    const std::string& name = found.info.name;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kUnits = {
        {{"恒定", "constant"}, {"年", "yearly"}, {"月", "monthly"}, {"周", "weekly"}, {"日", "daily"}}};
    const auto [own_zh, own_en] = kUnits[static_cast<std::size_t>(own)];
    const auto [here_zh, here_en] = kUnits[static_cast<std::size_t>(context.unit)];
    Text mend{fmt::format("写成 本月({})", name), fmt::format("write this_month({})", name)};
    if (own == TimeUnit::year)
      mend = {fmt::format("写成 平均到月({}) 或 本年({})", name, name),
              fmt::format("write per_month({}) or this_year({})", name, name)};
    if (own == TimeUnit::day || own == TimeUnit::week)
      mend = {fmt::format("写成 首日({})", name), fmt::format("write first_day({})", name)};
    if (context.unit == TimeUnit::year && own == TimeUnit::month)
      mend = {fmt::format("写成 全年合计({}) 或 首月({})", name, name),
              fmt::format("write sum_year({}) or first_month({})", name, name)};
    if (context.unit == TimeUnit::eternity) mend = {"去掉规则上的“恒定”", "remove 'constant' from the rule"};
    return s_.refuse("policy.period_mix", place,
                     {fmt::format("“{}”按{}计，这里按{}算", name, own_zh, here_zh),
                      fmt::format("'{}' is {}, but this is computed {}", name, own_en, here_en)},
                     mend);
  }
  Node made;
  made.op = Op::variable;
  made.type = found.type;
  made.entity = found.info.entity;
  made.index = index;
  made.place = place;
  return s_.add(std::move(made));
}

Result<int> ExpressionChecker::parameter_key(const ParameterKey& key, const std::string& parameter, Context context,
                                             Place place) {
  Expr expr;
  expr.kind = ExprKind::name;
  expr.place = place;
  expr.words = key.name;
  if (key.name.size() == 2) return path(expr, 0, context);
  if (variable_named(context.entity, key.name[0])) return path(expr, 0, context);
  if (context.entity == 0) {  // a person's own groups, when only one of them knows the key
    std::vector<std::string> holders;
    for (std::size_t e = 1; e < s_.law.entities.size(); ++e) {
      if (variable_named(static_cast<int>(e), key.name[0])) holders.push_back(s_.law.entities[e].info.name);
    }
    if (holders.size() == 1) {
      expr.words = {holders[0], key.name[0]};
      return path(expr, 0, context);
    }
  }
  const std::string& here = s_.law.entities[static_cast<std::size_t>(context.entity)].info.name;
  return s_.refuse(
      "policy.key", place,
      {fmt::format("参数“{}”按“{}”取值，而{}没有“{}”", parameter, key.name[0], here, key.name[0]),
       fmt::format("the parameter '{}' is keyed by '{}', which {} does not have", parameter, key.name[0], here)},
      {fmt::format("写明：{}(…)", parameter), fmt::format("give the keys: {}(…)", parameter)});
}

Result<int> ExpressionChecker::parameter(int index, const std::vector<int>& given, Context context, Place place) {
  const Parameter& found = s_.law.parameters[static_cast<std::size_t>(index)];
  Node made;
  made.op = Op::parameter;
  made.type = found.type;
  made.index = index;
  made.place = place;
  made.args = given;
  if (given.empty()) {
    for (const ParameterKey& key : found.keys) {
      TRY(const int node, parameter_key(key, found.name, context, place));
      made.args.push_back(node);
    }
  }
  for (const int arg : made.args) made.entity = std::max(made.entity, s_.law.node(arg).entity);
  if (!made.args.empty() && made.entity >= 0) made.entity = context.entity;
  return s_.add(std::move(made));
}

Result<int> ExpressionChecker::word(const Expr& expr, const Type* expected) {
  if (expected == nullptr || expected->kind != ValueKind::enumeration) {
    return s_.refuse("policy.word", expr.place,
                     {fmt::format("“{}”是一个词，这里不知道它属于哪个枚举", expr.words[0]),
                      fmt::format("'{}' is a word, but no enumeration is expected here", expr.words[0])},
                     {"只把它与枚举类型的事实比较", "compare it with a fact of an enumeration"});
  }
  Enumeration& list = s_.law.enums[static_cast<std::size_t>(expected->enumeration)];
  const auto found = list.codes.find(expr.words[0]);
  if (found == list.codes.end() && !list.open) {
    const std::string near = nearest_names(expr.words[0], list.words);
    const std::string all = fmt::format("{}", fmt::join(list.words, "、"));
    return s_.refuse("policy.word", expr.place,
                     {fmt::format("枚举 {} 里没有“{}”", list.name, expr.words[0]),
                      fmt::format("'{}' is not in the enumeration {}", expr.words[0], list.name)},
                     {near.empty() ? "可用的词：" + all : fmt::format("是不是 {}？可用的词：{}", near, all),
                      near.empty() ? "its words: " + all : fmt::format("did you mean {}? its words: {}", near, all)});
  }
  Type made = *expected;
  return s_.constant(list.intern(expr.words[0]), made, expr.place);
}

}  // namespace songtan::policy::detail
