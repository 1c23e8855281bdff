#include "policy/detail/check_functions.h"

#include <algorithm>
#include <array>

namespace songtan::policy::detail {
namespace {

Type boolean_type() {
  Type type;
  type.kind = ValueKind::boolean;
  return type;
}

Type count_type(std::string base) {
  Type type;
  type.unit.base = std::move(base);
  return type;
}

bool any_of(const std::string& name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, std::string_view(name)) != names.end();
}

}  // namespace

Result<void> FunctionChecker::count_arguments(const Expr& expr, std::size_t least, std::size_t most) const {
  const std::size_t found = expr.children.size();
  if (found >= least && found <= most) return {};
  const std::string needs = least == most ? std::to_string(least) : fmt::format("{}–{}", least, most);
  return s_.refuse("policy.arguments", expr.place,
                   {fmt::format("“{}”要 {} 个参数，读到 {} 个", expr.words[0], needs, found),
                    fmt::format("'{}' takes {} arguments, but {} were given", expr.words[0], needs, found)},
                   {"参数之间用逗号分开", "separate the arguments with commas"});
}

Result<int> FunctionChecker::call(const Expr& expr, Context context, const Type* expected, const Grain* outer) {
  const std::string& f = expr.words.back();
  if (expr.words.size() == 1) {
    if (any_of(f, {"合计", "sum"})) return fold_call(expr, context, Fold::sum);
    if (any_of(f, {"人数", "个数", "count"})) return fold_call(expr, context, Fold::count);
    if (any_of(f, {"最大", "largest"})) return fold_call(expr, context, Fold::largest);
    if (any_of(f, {"最小", "smallest"})) return fold_call(expr, context, Fold::smallest);
    if (any_of(f, {"有任一", "any"})) return fold_call(expr, context, Fold::any);
    if (any_of(f, {"全部", "all"})) return fold_call(expr, context, Fold::all);
    if (any_of(f, {"全无", "none"})) return none_call(expr, context);
    if (any_of(f, {"平均", "average"})) return average_call(expr, context, outer);
    if (any_of(f, {"第一个", "first", "第", "nth"})) return nth_call(expr, context);
    if (any_of(f, {"有", "exists"})) return exists_call(expr, context);
    if (any_of(f, {"至少", "at_least", "较大", "max"})) return extreme_call(expr, context, expected, Op::larger);
    if (any_of(f, {"至多", "at_most", "较小", "min"})) return extreme_call(expr, context, expected, Op::smaller);
    if (any_of(f, {"绝对值", "abs"})) return absolute_call(expr, context);
    if (any_of(f, {"取整", "round"})) return round_call(expr, context);
    if (any_of(f, {"累进", "marginal"})) return scale_call(expr, context, Op::marginal);
    if (any_of(f, {"全额", "flat"})) return scale_call(expr, context, Op::flat_rate);
    if (any_of(f, {"档次", "bracket"})) return scale_call(expr, context, Op::bracket);
    if (any_of(f, {"上月", "last_month"})) return shift_call(expr, context, context.unit == TimeUnit::month ? -1 : 0);
    if (any_of(f, {"上年", "last_year"}))
      return shift_call(expr, context, context.unit == TimeUnit::year ? -1 : context.unit == TimeUnit::month ? -12 : 0);
    if (any_of(f, {"前", "before"})) return before_call(expr, context);
    if (any_of(f, {"本年", "this_year"})) return period_call(expr, context, Op::this_year, TimeUnit::year);
    if (any_of(f, {"本月", "this_month"})) return period_call(expr, context, Op::this_month, TimeUnit::month);
    if (any_of(f, {"本周", "this_week"})) return period_call(expr, context, Op::this_week, TimeUnit::week);
    if (any_of(f, {"首日", "first_day"})) return period_call(expr, context, Op::first_day, TimeUnit::day);
    if (any_of(f, {"首周", "first_week"})) return period_call(expr, context, Op::first_week, TimeUnit::week);
    if (any_of(f, {"首月", "first_month"})) return period_call(expr, context, Op::first_month, TimeUnit::month);
    if (any_of(f, {"末月", "last_month_of_year"})) return period_call(expr, context, Op::last_month, TimeUnit::month);
    if (auto inside = inside_named(expr, context, outer)) return std::move(*inside);
    if (any_of(f, {"平均到月", "per_month"})) return per_month_call(expr, context, outer);
    if (any_of(f, {"折合年", "per_year"})) return per_year_call(expr, context);
    if (any_of(f, {"周岁", "age"})) return age_call(expr, context);
    if (any_of(f, {"年份", "year_of"})) return date_call(expr, context, Op::year_of, "年");
    if (any_of(f, {"月份", "month_of"})) return date_call(expr, context, Op::month_of, "月");
    if (any_of(f, {"几号", "day_of"})) return date_call(expr, context, Op::day_of, "天");
    if (any_of(f, {"星期几", "weekday_of"})) return date_call(expr, context, Op::weekday_of, "");
    if (any_of(f, {"加日", "add_days"})) return date_call(expr, context, Op::add_days, "天");
    if (any_of(f, {"日数", "days_between"})) return date_call(expr, context, Op::days_between, "天");
    if (any_of(f, {"月数", "months_between"})) return date_call(expr, context, Op::months_between, "月");
    if (any_of(f, {"加月", "add_months"})) return date_call(expr, context, Op::add_months, "月");
    if (any_of(f, {"加年", "add_years"})) return date_call(expr, context, Op::add_months, "年");
    if (any_of(f, {"日期", "date"})) return date_call(expr, context, Op::make_date, "");
    if (any_of(f, {"角色是", "has_role"})) return role_call(expr, context);
    if (any_of(f, {"序号", "position"})) return position_call(expr, context);
    if (any_of(f, {"名次", "rank"})) return rank_call(expr, context);
    if (auto past = past_named(expr, context, outer)) return std::move(*past);
    if (const auto found = s_.parameter_index.find(f); found != s_.parameter_index.end())
      return parameter_call(expr, context, found->second);
  }
  return unknown(expr);
}

Result<int> FunctionChecker::unknown(const Expr& expr) {
  static const std::vector<std::string> kKnown = {
      "合计",     "人数",    "最大",    "最小",     "平均",    "有任一",     "全部",     "全无",      "第一个",
      "至少",     "至多",    "取整",    "累进",     "周岁",    "上月",       "全年合计", "平均到月",  "本年",
      "sum",      "count",   "largest", "smallest", "average", "any",        "all",      "none",      "first",
      "at_least", "at_most", "round",   "marginal", "age",     "last_month", "sum_year", "per_month", "this_year"};
  const std::string name = fmt::format("{}", fmt::join(expr.words, "·"));
  const std::string near = nearest_names(name, kKnown);
  return s_.refuse(
      "policy.unknown_function", expr.place,
      {fmt::format("没有名为“{}”的函数或参数", name), fmt::format("there is no function or parameter '{}'", name)},
      {near.empty() ? "见 docs/formats/policy-language.md 的函数表" : fmt::format("是不是 {}？", near),
       near.empty() ? "see the functions in docs/formats/policy-language.md" : fmt::format("did you mean {}?", near)});
}

Result<FunctionChecker::Members> FunctionChecker::members(ExprId id, Context context) {
  const Expr& expr = s_.expr(id);
  if (expr.kind == ExprKind::filtered) {
    TRY(Members found, members(expr.children[0], context));
    found.filter = expr.children[1];
    return found;
  }
  if (expr.kind == ExprKind::of) {
    TRY(Members found, members(expr.children[0], context));
    const Expr& link = s_.expr(expr.children[1]);
    const auto index = link.words.size() == 1 ? s_.link_index.find(link.words[0]) : s_.link_index.end();
    if (index == s_.link_index.end() || found.inner_link >= 0) {
      return s_.refuse("policy.link", link.place, {"“的”后面要是一个联系", "'of' needs a link"},
                       {"先声明：联系 人·名称 多个", "declare it first: link person·name many"});
    }
    found.inner_link = index->second;
    return found;
  }
  Members found;
  found.inner = {0, context.unit};
  if (expr.kind == ExprKind::name && expr.words.size() <= 2) {
    int group = context.entity;
    if (expr.words.size() == 2) {
      const auto named = e_.group_named(expr.words[0]);
      if (named && context.entity == 0) {
        group = *named;
        found.from_person_to_group = group;
      } else if (named && *named == context.entity) {
        group = *named;
      } else {
        group = -1;
      }
    }
    const std::string& word = expr.words.back();
    if (group > 0 && canonical(word) == "成员") {
      found.over.group = group;
      return found;
    }
    if (const auto role = e_.role_named(group, word)) {
      found.over = {group, -1, *role};
      return found;
    }
    if (const auto link = s_.link_index.find(word); link != s_.link_index.end() && expr.words.size() == 1) {
      if (context.entity == 0) {
        found.over.link = link->second;
        return found;
      }
      return s_.refuse("policy.link", expr.place,
                       {fmt::format("“{}”是人的联系，这里说的是群体", word),
                        fmt::format("'{}' links persons, but this is about a group", word)},
                       {fmt::format("写成 成员 的 {}", word), fmt::format("write members of {}", word)});
    }
  }
  const std::string seen = expr.words.empty() ? "…" : fmt::format("{}", fmt::join(expr.words, "·"));
  return s_.refuse("policy.collection", expr.place,
                   {fmt::format("“{}”不是一组人", seen), fmt::format("'{}' is not a collection of persons", seen)},
                   {context.entity == 0 ? "写一个联系的名称，或 所在群体·成员" : "写 成员、一个角色，或 成员 当 条件",
                    context.entity == 0 ? "write the name of a link, or group·members"
                                        : "write members, a role, or members when …"});
}

Result<int> FunctionChecker::reduce(const Members& members, Fold fold, ExprId value, int nth, Context context,
                                    Place place) {
  Node made;
  made.op = Op::reduce;
  made.fold = fold;
  made.value = nth;
  made.place = place;
  int filter = kNoNode;
  int inner = kNoNode;
  if (members.filter != kNoExpr) {
    TRY(filter, e_.check_boolean(members.filter, members.inner));
  }
  if (value != kNoExpr) {
    if (fold == Fold::any || fold == Fold::all) {
      TRY(inner, e_.check_boolean(value, members.inner));
    } else {
      TRY(inner, e_.check(value, members.inner));
    }
    made.type = type(inner);
  } else {
    made.type = fold == Fold::count ? count_type("人") : boolean_type();
  }
  if ((fold == Fold::sum || fold == Fold::largest || fold == Fold::smallest) && made.type.kind != ValueKind::number &&
      !(fold != Fold::sum && made.type.kind == ValueKind::date)) {
    return s_.refuse("policy.type", place, {"合计、最大、最小要用数", "sum, largest and smallest need numbers"},
                     {"数人头写 人数(成员 当 条件)", "to count write count(members when …)"});
  }
  made.over = members.over;
  made.args = {filter, inner};
  if (members.inner_link >= 0) {  // the linked persons of every member: fold twice
    if (fold == Fold::largest || fold == Fold::smallest || fold == Fold::nth) {
      return s_.refuse("policy.collection", place,
                       {"“的”只能用于合计、人数、有任一、全部", "'of' works with sum, count, any and all"},
                       {"先写一个人的变量", "write a variable of the person first"});
    }
    Node each = made;
    each.over = {-1, members.inner_link, -1};
    each.entity = 0;
    const int linked = s_.add(std::move(each));
    made.type = type(linked);
    made.fold = fold == Fold::count ? Fold::sum : fold;
    made.args = {kNoNode, linked};
  }
  const int group = members.over.group;
  made.entity = group > 0 ? group : 0;
  const int id = s_.add(std::move(made));
  if (members.from_person_to_group < 0) return id;
  const int down = e_.unary(Op::from_group, type(id), id, place);
  s_.node(down).entity = context.entity;
  s_.node(down).index = members.from_person_to_group;
  return down;
}

Result<int> FunctionChecker::fold_call(const Expr& expr, Context context, Fold fold) {
  if (fold == Fold::count) {
    TRY_VOID(count_arguments(expr, 1, 1));
    TRY(const Members found, members(expr.children[0], context));
    return reduce(found, fold, kNoExpr, 0, context, expr.place);
  }
  TRY_VOID(count_arguments(expr, 2, 2));
  TRY(const Members found, members(expr.children[0], context));
  return reduce(found, fold, expr.children[1], 0, context, expr.place);
}

Result<int> FunctionChecker::none_call(const Expr& expr, Context context) {
  TRY(const int some, fold_call(expr, context, Fold::any));
  return e_.unary(Op::negation, boolean_type(), some, expr.place);
}

Result<int> FunctionChecker::exists_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 1, 1));
  TRY(const Members found, members(expr.children[0], context));
  TRY(const int count, reduce(found, Fold::count, kNoExpr, 0, context, expr.place));
  const int zero = s_.constant(0, type(count), expr.place);
  return e_.binary(Op::less, boolean_type(), zero, count, expr.place);
}

// 平均 of no member is 0: the branch with the division is then not taken.
Result<int> FunctionChecker::average_call(const Expr& expr, Context context, const Grain* outer) {
  TRY_VOID(count_arguments(expr, 2, 2));
  TRY(const Members found, members(expr.children[0], context));
  TRY(const int sum, reduce(found, Fold::sum, expr.children[1], 0, context, expr.place));
  TRY(const int count, reduce(found, Fold::count, kNoExpr, 0, context, expr.place));
  TRY(const int mean, e_.divided(sum, count, outer, expr.place));
  const int zero = s_.constant(0, type(count), expr.place);
  const int empty = e_.binary(Op::equal, boolean_type(), count, zero, expr.place);
  return e_.select(empty, s_.constant(0, type(mean), expr.place), mean, expr.place);
}

Result<int> FunctionChecker::nth_call(const Expr& expr, Context context) {
  const bool first = expr.words[0] == "第一个" || expr.words[0] == "first";
  TRY_VOID(count_arguments(expr, first ? 2 : 3, first ? 2 : 3));
  int nth = 1;
  if (!first) {
    const Expr& place = s_.expr(expr.children[0]);
    const auto decimal = place.kind == ExprKind::number ? decimal_of(place.words[0]) : std::nullopt;
    if (!decimal || decimal->scale != 0 || decimal->value < 1 || decimal->value > 1000) {
      return s_.refuse("policy.arguments", expr.place,
                       {"第几个要写 1 到 1000 的整数", "which one must be a whole number from 1 to 1000"},
                       {"例如 第(2, 成员, 年龄)", "for example nth(2, members, age)"});
    }
    nth = static_cast<int>(decimal->value);
  }
  TRY(const Members found, members(expr.children[first ? 0 : 1], context));
  return reduce(found, Fold::nth, expr.children[first ? 1 : 2], nth, context, expr.place);
}

Result<int> FunctionChecker::extreme_call(const Expr& expr, Context context, const Type* expected, Op op) {
  TRY_VOID(count_arguments(expr, 2, 20));
  TRY(int value, e_.check(expr.children[0], context, expected));
  for (std::size_t i = 1; i < expr.children.size(); ++i) {
    TRY(int next, e_.check(expr.children[i], context, expected));
    TRY_VOID(e_.align(value, next, expr.place));
    if (type(value).kind != ValueKind::number && type(value).kind != ValueKind::date) {
      return s_.refuse("policy.type", expr.place, {"这里要用数或日期", "numbers or dates are needed here"},
                       {"条件用 且、或", "for conditions use and, or"});
    }
    Type made = type(value).literal ? type(next) : type(value);
    value = e_.binary(op, made, value, next, expr.place);
  }
  return value;
}

Result<int> FunctionChecker::absolute_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 1, 1));
  TRY(const int value, e_.check(expr.children[0], context));
  return e_.unary(Op::absolute, type(value), value, expr.place);
}

Result<int> FunctionChecker::round_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 3, 3));
  const Expr& grain_expr = s_.expr(expr.children[1]);
  const Expr& how = s_.expr(expr.children[2]);
  RoundingClause clause;
  clause.place = expr.place;
  clause.grain = grain_expr.kind == ExprKind::number ? grain_expr.words[0] : "0";
  const std::string_view name = how.words.empty() ? "" : canonical(how.words[0]);
  if (name == "四舍五入") {
    clause.rounding = Rounding::half_up;
  } else if (name == "向上") {
    clause.rounding = Rounding::up;
  } else if (name == "向下") {
    clause.rounding = Rounding::down;
  } else if (name == "四舍六入") {
    clause.rounding = Rounding::half_even;
  } else {
    return s_.refuse(
        "policy.rounding", how.place,
        {"舍入方式写 四舍五入、向上、向下 或 四舍六入", "name the rounding: half_up, up, down or half_even"},
        {"例如 取整(a / b, 0.01元, 四舍五入)", "for example round(a / b, 0.01元, half_up)"});
  }
  Type fine;
  fine.scale = 9;
  TRY(const Grain grain, e_.grain_of(clause, fine));
  TRY(const int value, e_.check(expr.children[0], context, nullptr, &grain));
  if (type(value).kind != ValueKind::number) {
    return s_.refuse("policy.type", expr.place, {"取整要用数", "round needs a number"}, {"改成数", "use a number"});
  }
  return s_.law.node(value).op == Op::divide ? value : e_.rounded(value, grain, expr.place);
}

Result<int> FunctionChecker::scale_call(const Expr& expr, Context context, Op op) {
  TRY_VOID(count_arguments(expr, 2, 2));
  const Expr& which = s_.expr(expr.children[0]);
  const auto found = which.words.size() == 1 ? s_.scale_index.find(which.words[0]) : s_.scale_index.end();
  if (found == s_.scale_index.end()) {
    return s_.refuse("policy.scale", which.place, {"第一个参数要是一个级距", "the first argument must be a scale"},
                     {"先声明：级距 名称: 元/月 到 倍", "declare it first: scale name: 元/month to 倍"});
  }
  const Scale scale = s_.law.scales[static_cast<std::size_t>(found->second)];
  TRY(int value, e_.check(expr.children[1], context));
  int sample = s_.constant(0, scale.from, expr.place);
  TRY_VOID(e_.align(value, sample, expr.place));
  if (type(value).scale > scale.from.scale) {
    return s_.refuse("policy.decimals", expr.place,
                     {"金额的小数比级距的起点多", "the value has more decimals than the scale's thresholds"},
                     {"先取整，或给级距加 小数 N", "round it first, or add decimals to the scale"});
  }
  value = e_.rescale(value, scale.from.scale);
  Type made = scale.to;
  if (op != Op::bracket) {
    made = scale.from;
    made.scale = scale.from.scale + scale.to.scale;
  }
  const int id = e_.unary(op, made, value, expr.place);
  s_.node(id).index = found->second;
  return id;
}

Result<int> FunctionChecker::group_argument(const Expr& expr, Context context) {
  const Expr& which = s_.expr(expr.children[0]);
  const auto group = which.words.size() == 1 ? e_.group_named(which.words[0]) : std::nullopt;
  if (!group || context.entity != 0) {
    return s_.refuse("policy.group", expr.place,
                     {fmt::format("“{}”只用于人，第一个参数是群体", expr.words[0]),
                      fmt::format("'{}' is about a person; its first argument is a group", expr.words[0])},
                     {"例如 角色是(家庭, 子女)", "for example has_role(household, child)"});
  }
  return *group;
}

Result<int> FunctionChecker::role_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 2, 2));
  TRY(const int group, group_argument(expr, context));
  const Expr& which = s_.expr(expr.children[1]);
  const auto role = which.words.size() == 1 ? e_.role_named(group, which.words[0]) : std::nullopt;
  if (!role) {
    const auto& roles = s_.law.entities[static_cast<std::size_t>(group)].info.roles;
    return s_.refuse(
        "policy.role", which.place,
        {fmt::format("{}没有角色“{}”", s_.law.entities[static_cast<std::size_t>(group)].info.name,
                     fmt::join(which.words, "·")),
         fmt::format("there is no role '{}'", fmt::join(which.words, "·"))},
        {fmt::format("角色：{}", fmt::join(roles, "、")), fmt::format("its roles: {}", fmt::join(roles, ", "))});
  }
  Node made;
  made.op = Op::role_is;
  made.type = boolean_type();
  made.entity = 0;
  made.index = group;
  made.value = *role;
  made.place = expr.place;
  return s_.add(std::move(made));
}

Result<int> FunctionChecker::position_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 1, 1));
  TRY(const int group, group_argument(expr, context));
  Node made;
  made.op = Op::position;
  made.type = count_type("个");
  made.entity = 0;
  made.index = group;
  made.place = expr.place;
  return s_.add(std::move(made));
}

Result<int> FunctionChecker::rank_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 2, 2));
  TRY(const int group, group_argument(expr, context));
  TRY(const int key, e_.check(expr.children[1], context));
  if (type(key).kind != ValueKind::number && type(key).kind != ValueKind::date) {
    return s_.refuse("policy.type", expr.place, {"名次要按数或日期排", "rank needs a number or a date"},
                     {"改成数", "use a number"});
  }
  const int id = e_.unary(Op::rank, count_type("个"), key, expr.place);
  s_.node(id).entity = 0;
  s_.node(id).index = group;
  return id;
}

Result<int> FunctionChecker::parameter_call(const Expr& expr, Context context, int index) {
  const Parameter found = s_.law.parameters[static_cast<std::size_t>(index)];
  if (expr.children.size() != found.keys.size()) {
    std::vector<std::string> names;
    for (const ParameterKey& key : found.keys) names.push_back(fmt::format("{}", fmt::join(key.name, "·")));
    const std::string right = names.empty() ? found.name : fmt::format("{}({})", found.name, fmt::join(names, ", "));
    return s_.refuse("policy.arguments", expr.place,
                     {fmt::format("参数“{}”按 {} 个键取值，读到 {} 个", found.name, names.size(), expr.children.size()),
                      fmt::format("the parameter '{}' has {} keys, but {} were given", found.name, names.size(),
                                  expr.children.size())},
                     {fmt::format("写成 {}", right), fmt::format("write {}", right)});
  }
  std::vector<int> keys;
  for (std::size_t i = 0; i < found.keys.size(); ++i) {
    TRY(int key, e_.check(expr.children[i], context, &found.keys[i].type));
    int sample = s_.constant(0, found.keys[i].type, expr.place);
    TRY_VOID(e_.align(key, sample, expr.place));
    keys.push_back(key);
  }
  if (keys.empty()) return e_.parameter(index, {}, context, expr.place);
  return e_.parameter(index, keys, context, expr.place);
}

}  // namespace songtan::policy::detail
