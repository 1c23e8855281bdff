#include "policy/detail/check_expression.h"

#include <algorithm>

#include "policy/detail/check_functions.h"

namespace songtan::policy::detail {
namespace {

constexpr int kMostScale = 18;

bool number_type(const Type& type) { return type.kind == ValueKind::number; }

Type boolean_type() {
  Type type;
  type.kind = ValueKind::boolean;
  return type;
}

}  // namespace

Result<int> ExpressionChecker::check(ExprId id, Context context, const Type* expected, const Grain* outer) {
  const Expr& expr = s_.expr(id);
  switch (expr.kind) {
    case ExprKind::number: return number(expr);
    case ExprKind::date: return date(expr);
    case ExprKind::string: return word(expr, expected);
    case ExprKind::boolean: return s_.constant(expr.flag ? 1 : 0, boolean_type(), expr.place);
    case ExprKind::name: return name(expr, context, expected);
    case ExprKind::call: return FunctionChecker(*this, s_).call(expr, context, expected, outer);
    case ExprKind::unary: return unary_expr(expr, context);
    case ExprKind::binary: return binary_expr(expr, context, outer);
    case ExprKind::condition: return condition(expr, context, expected, outer);
    case ExprKind::membership: return membership(expr, context);
    case ExprKind::filtered:
    case ExprKind::of: break;
  }
  return s_.refuse("policy.collection", expr.place,
                   {"“当”“的”只能写在合计、人数、有任一这类函数的第一个参数里",
                    "'when' and 'of' belong to the first argument of sum, count, any …"},
                   {"例如 合计(成员 当 年龄 < 18岁, 工资)", "for example sum(members when age < 18岁, wage)"});
}

Result<int> ExpressionChecker::check_boolean(ExprId id, Context context) {
  TRY(const int node, check(id, context));
  if (type(node).kind != ValueKind::boolean) {
    const std::string found = type_text(type(node), s_.law);
    return s_.refuse("policy.type", s_.expr(id).place,
                     {fmt::format("这里要一个是否条件，读到的是 {}", found),
                      fmt::format("a condition is needed here, but this is {}", english_keyword(found))},
                     {"写一个比较，例如 … > 0", "write a comparison, for example … > 0"});
  }
  return node;
}

Result<int> ExpressionChecker::number(const Expr& expr) {
  auto decimal = decimal_of(expr.words[0]);
  if (!decimal) {
    return s_.refuse(
        "policy.number", expr.place,
        {fmt::format("数字 {} 太大", expr.words[0]), fmt::format("the number {} is too large", expr.words[0])},
        {"用更大的单位", "use a larger unit"});
  }
  Type made;
  std::string unit = expr.unit;
  Wide value = decimal->value;
  made.scale = decimal->scale;
  if (unit.starts_with("万") || unit.starts_with("亿")) {
    value *= unit.starts_with("万") ? 10'000 : 100'000'000;
    unit = unit.substr(std::string_view("万").size());
  }
  if (unit.starts_with("个") && unit.size() > std::string_view("个").size())
    unit = unit.substr(std::string_view("个").size());
  if (unit.empty()) {
    made.literal = true;
  } else {
    TRY(made.unit, s_.unit_of(unit, expr.place));
    if (unit == "%") made.scale += 2;
  }
  return s_.constant(value, made, expr.place);
}

Result<int> ExpressionChecker::date(const Expr& expr) {
  const auto period = PeriodKey::parse(expr.words[0]);
  if (!period) {
    return s_.refuse("policy.date", expr.place,
                     {fmt::format("没有 {} 这一天", expr.words[0]), fmt::format("there is no day {}", expr.words[0])},
                     {"改正月或日", "correct the month or day"});
  }
  Type made;
  made.kind = ValueKind::date;
  return s_.constant(period->first().days, made, expr.place);
}

int ExpressionChecker::entity_of(std::initializer_list<int> nodes) const {
  int entity = -1;
  for (const int node : nodes) {
    if (node != kNoNode) entity = std::max(entity, s_.law.node(node).entity);
  }
  return entity;
}

int ExpressionChecker::binary(Op op, Type type, int left, int right, Place place) {
  Node made;
  made.op = op;
  made.type = type;
  made.entity = entity_of({left, right});
  made.args = {left, right};
  made.place = place;
  return s_.add(std::move(made));
}

int ExpressionChecker::unary(Op op, Type type, int inner, Place place) {
  Node made;
  made.op = op;
  made.type = type;
  made.entity = entity_of({inner});
  made.args = {inner};
  made.place = place;
  return s_.add(std::move(made));
}

int ExpressionChecker::select(int condition, int then, int otherwise, Place place) {
  Node made;
  made.op = Op::select;
  made.type = type(then).literal ? type(otherwise) : type(then);
  made.type.scale = std::max(type(then).scale, type(otherwise).scale);
  made.entity = entity_of({condition, then, otherwise});
  made.args = {condition, then, otherwise};
  made.place = place;
  return s_.add(std::move(made));
}

int ExpressionChecker::rescale(int node, int scale) {
  const Type old = type(node);
  if (old.scale == scale) return node;
  Type made = old;
  made.scale = scale;
  const Place place = s_.law.node(node).place;
  if (s_.law.node(node).op == Op::constant) {
    return s_.constant(s_.law.node(node).value * power_of_ten(scale - old.scale), made, place);
  }
  const int id = unary(Op::rescale, made, node, place);
  s_.node(id).index = scale - old.scale;
  return id;
}

Result<void> ExpressionChecker::align(int& left, int& right, Place place) {
  Type a = type(left);
  Type b = type(right);
  const std::string a_text = type_text(a, s_.law);
  const std::string b_text = type_text(b, s_.law);
  if (a.kind != b.kind || (a.kind == ValueKind::enumeration && a.enumeration != b.enumeration)) {
    return s_.refuse(
        "policy.type", place,
        {fmt::format("左边是 {}，右边是 {}，不能放在一起", a_text, b_text),
         fmt::format("the left is {} but the right is {}", english_keyword(a_text), english_keyword(b_text))},
        {"两边改成同一类型", "make both sides the same type"});
  }
  if (a.kind != ValueKind::number) return {};
  const auto bare_money = [&](const Type& literal, int node, const Type& other) {
    return literal.literal && other.unit.money && s_.law.node(node).op == Op::constant && s_.law.node(node).value != 0;
  };
  if (bare_money(a, left, b) || bare_money(b, right, a)) {
    const std::string unit = a.unit.money ? a.unit.text() : b.unit.text();
    return s_.refuse(
        "policy.bare_number", place,
        {fmt::format("金额（{}）旁边的数字没有单位", unit),
         fmt::format("a number beside an amount ({}) has no unit", unit)},
        {fmt::format("写明单位，例如 300{}", unit), fmt::format("name its unit, for example 300{}", unit)});
  }
  const bool loose =
      a.literal || b.literal || (!a.unit.money && !b.unit.money && (a.unit.base.empty() || b.unit.base.empty()));
  if (!loose && !(a.unit == b.unit)) {
    Text mend{"两边改成同一单位", "bring both to one unit"};
    if (a.unit.base == b.unit.base && (a.unit.per.empty() || b.unit.per.empty())) {
      mend = {"一次的数和每期的数不能混用：把每月的一边乘以月数，例如 (…) × 6月",
              "a sum and a flow do not mix: multiply the monthly side by months, for example (…) × 6月"};
    } else if (a.unit.base == b.unit.base) {
      mend = {"年与月不能混用：把年的一边写成 平均到月(…)，或把月的一边写成 折合年(…)",
              "do not mix periods: write per_month(…) around the yearly side, or per_year(…) around the monthly one"};
    }
    return s_.refuse("policy.unit_mix", place,
                     {fmt::format("左边的单位是 {}，右边是 {}", a_text, b_text),
                      fmt::format("the left is in {} but the right is in {}", a_text, b_text)},
                     mend);
  }
  const int scale = std::max(a.scale, b.scale);
  left = rescale(left, scale);
  right = rescale(right, scale);
  return {};
}

Result<int> ExpressionChecker::unary_expr(const Expr& expr, Context context) {
  if (expr.words[0] == "非") {
    TRY(const int inner, check_boolean(expr.children[0], context));
    return unary(Op::negation, boolean_type(), inner, expr.place);
  }
  TRY(const int inner, check(expr.children[0], context));
  if (!number_type(type(inner))) {
    return s_.refuse("policy.type", expr.place, {"“-”后面要是数", "'-' needs a number"},
                     {"条件的反面写 非", "for a condition write not"});
  }
  if (s_.law.node(inner).op == Op::constant) return s_.constant(-s_.law.node(inner).value, type(inner), expr.place);
  return unary(Op::negate, type(inner), inner, expr.place);
}

Result<int> ExpressionChecker::binary_expr(const Expr& expr, Context context, const Grain* outer) {
  const std::string& op = expr.words[0];
  if (op == "且" || op == "或") return logic(expr, context);
  if (op == "+" || op == "-") return arithmetic(expr, context);
  if (op == "×") return product(expr, context);
  if (op == "/") return quotient(expr, context, outer);
  return comparison(expr, context);
}

Result<int> ExpressionChecker::logic(const Expr& expr, Context context) {
  TRY(const int left, check_boolean(expr.children[0], context));
  TRY(const int right, check_boolean(expr.children[1], context));
  return binary(expr.words[0] == "且" ? Op::both : Op::either, boolean_type(), left, right, expr.place);
}

bool ExpressionChecker::is_word(const Expr& expr, Context context) const {
  if (expr.kind == ExprKind::string) return true;
  return expr.kind == ExprKind::name && expr.words.size() == 1 && !variable_named(context.entity, expr.words[0]) &&
         !s_.parameter_index.contains(expr.words[0]) && expr.words[0] != "人数" && expr.words[0] != "count" &&
         canonical(expr.words[0]) != "决定日" && canonical(expr.words[0]) != "期初" &&
         canonical(expr.words[0]) != "期末";
}

Result<void> ExpressionChecker::two_sides(const Expr& expr, Context context, int& left, int& right) {
  const bool right_first = is_word(s_.expr(expr.children[0]), context);
  TRY(const int first, check(expr.children[right_first ? 1 : 0], context));
  const Type expected = type(first);
  TRY(const int second, check(expr.children[right_first ? 0 : 1], context, &expected));
  left = right_first ? second : first;
  right = right_first ? first : second;
  return {};
}

Result<int> ExpressionChecker::comparison(const Expr& expr, Context context) {
  int left = kNoNode;
  int right = kNoNode;
  TRY_VOID(two_sides(expr, context, left, right));
  TRY_VOID(align(left, right, expr.place));
  const std::string& op = expr.words[0];
  const ValueKind kind = type(left).kind;
  if (op != "=" && op != "!=" && (kind == ValueKind::boolean || kind == ValueKind::enumeration)) {
    return s_.refuse("policy.order", expr.place, {"是否和枚举没有大小", "conditions and words have no order"},
                     {"用 = 、!= 或 属于 { … }", "use =, != or in { … }"});
  }
  const Type made = boolean_type();
  if (op == "=") return binary(Op::equal, made, left, right, expr.place);
  if (op == "!=") return unary(Op::negation, made, binary(Op::equal, made, left, right, expr.place), expr.place);
  if (op == "<") return binary(Op::less, made, left, right, expr.place);
  if (op == "<=") return binary(Op::less_equal, made, left, right, expr.place);
  if (op == ">") return binary(Op::less, made, right, left, expr.place);
  return binary(Op::less_equal, made, right, left, expr.place);
}

Result<int> ExpressionChecker::arithmetic(const Expr& expr, Context context) {
  TRY(int left, check(expr.children[0], context));
  TRY(int right, check(expr.children[1], context));
  for (const int side : {left, right}) {
    if (!number_type(type(side))) {
      const std::string found = type_text(type(side), s_.law);
      return s_.refuse("policy.type", expr.place,
                       {fmt::format("加减要用数，读到的是 {}", found),
                        fmt::format("'+' and '-' need numbers, but this is {}", english_keyword(found))},
                       {"条件先写成 若 … 则 1 否则 0；日期用 日数(a, b)、加月(d, n)",
                        "turn a condition into if … then 1 else 0; for dates use days_between, add_months"});
    }
  }
  TRY_VOID(align(left, right, expr.place));
  Type made = type(left);
  if (made.literal || (made.unit.base.empty() && !type(right).literal)) made = type(right);
  made.literal = type(left).literal && type(right).literal;
  return binary(expr.words[0] == "+" ? Op::add : Op::subtract, made, left, right, expr.place);
}

Result<int> ExpressionChecker::product(const Expr& expr, Context context) {
  TRY(const int left, check(expr.children[0], context));
  TRY(const int right, check(expr.children[1], context));
  const Type a = type(left);
  const Type b = type(right);
  if (!number_type(a) || !number_type(b)) {
    return s_.refuse("policy.type", expr.place, {"相乘的两边要是数", "'×' needs numbers"},
                     {"条件写成 若 … 则 … 否则 …", "turn a condition into if … then … else …"});
  }
  if (a.unit.money && b.unit.money) {
    return s_.refuse("policy.unit_mix", expr.place, {"金额不能乘金额", "an amount cannot be multiplied by an amount"},
                     {"其中一边应是倍数、比例或人数", "one side should be a ratio or a count"});
  }
  Type made = a.unit.money || b.literal || (b.unit.base.empty() && !a.literal) ? a : b;
  if (made.unit.money && made.unit.per == "月" && (a.unit.base == "月" || b.unit.base == "月")) made.unit.per.clear();
  made.literal = a.literal && b.literal;
  made.scale = a.scale + b.scale;
  if (made.scale > kMostScale) {
    return s_.refuse("policy.decimals", expr.place,
                     {fmt::format("乘积要保留 {} 位小数，太多", made.scale),
                      fmt::format("the product would keep {} decimals", made.scale)},
                     {"先用 取整(…, 0.0001, 四舍五入)", "round a factor first: round(…, 0.0001, half_up)"});
  }
  return binary(Op::multiply, made, left, right, expr.place);
}

Result<int> ExpressionChecker::quotient(const Expr& expr, Context context, const Grain* outer) {
  TRY(const int left, check(expr.children[0], context));
  TRY(const int right, check(expr.children[1], context));
  return divided(left, right, outer, expr.place);
}

Result<int> ExpressionChecker::divided(int left, int right, const Grain* outer, Place place) {
  const Type a = type(left);
  const Type b = type(right);
  if (!number_type(a) || !number_type(b)) {
    return s_.refuse("policy.type", place, {"相除的两边要是数", "'÷' needs numbers"}, {"改成数", "use numbers"});
  }
  if (b.unit.money && !(a.unit == b.unit)) {
    return s_.refuse("policy.unit_mix", place,
                     {fmt::format("{} 不能除以 {}", type_text(a, s_.law), type_text(b, s_.law)),
                      fmt::format("{} cannot be divided by {}", type_text(a, s_.law), type_text(b, s_.law))},
                     {"两边改成同一单位，商为比例", "bring both to one unit; the quotient is then a ratio"});
  }
  if (s_.law.node(right).op == Op::constant && s_.law.node(right).value == 0) {
    return s_.refuse("policy.zero", place, {"除数是 0", "the divisor is 0"}, {"改正除数", "correct the divisor"});
  }
  Type made = a;
  if (b.unit.money || (!a.unit.money && a.unit == b.unit)) made.unit = {};
  made.literal = false;
  Grain grain{1, made.unit.money ? 4 : 6, Rounding::half_up};
  if (outer != nullptr) {
    grain = *outer;
  } else if (const auto found = s_.default_rounding.find(place.file); found != s_.default_rounding.end()) {
    grain.rounding = found->second;
  } else {
    return s_.refuse("policy.rounding", place, {"除法没有写明怎样取整", "the division does not say how to round"},
                     {"写成 取整(a / b, 0.01元, 四舍五入)，或在规则后写 取整 到 0.01元 四舍五入",
                      "write round(a / b, 0.01元, half_up), or 'round to 0.01元 half_up' after the rule"});
  }
  made.scale = grain.scale;
  Node node;
  node.op = Op::divide;
  node.type = made;
  node.entity = entity_of({left, right});
  node.index = grain.scale + b.scale - a.scale;
  node.value = grain.grain;
  node.rounding = grain.rounding;
  node.args = {left, right};
  node.place = place;
  return s_.add(std::move(node));
}

int ExpressionChecker::rounded(int inner, const Grain& grain, Place place) {
  Node made;
  made.op = Op::round;
  made.type = type(inner);
  made.type.scale = grain.scale;
  made.entity = entity_of({inner});
  made.index = grain.scale - type(inner).scale;
  made.value = grain.grain;
  made.rounding = grain.rounding;
  made.args = {inner};
  made.place = place;
  return s_.add(std::move(made));
}

Result<int> ExpressionChecker::condition(const Expr& expr, Context context, const Type* expected, const Grain* outer) {
  TRY(const int when, check_boolean(expr.children[0], context));
  TRY(int then, check(expr.children[1], context, expected, outer));
  const Type then_type = type(then);
  TRY(int otherwise, check(expr.children[2], context, expected != nullptr ? expected : &then_type, outer));
  TRY_VOID(align(then, otherwise, expr.place));
  return select(when, then, otherwise, expr.place);
}

Result<int> ExpressionChecker::membership(const Expr& expr, Context context) {
  TRY(const int value, check(expr.children[0], context));
  const Type expected = type(value);
  Node made;
  made.op = Op::one_of;
  made.type = boolean_type();
  made.entity = entity_of({value});
  made.place = expr.place;
  made.args.push_back(value);
  for (std::size_t i = 1; i < expr.children.size(); ++i) {
    TRY(int member, check(expr.children[i], context, &expected));
    if (s_.law.node(member).op != Op::constant) {
      return s_.refuse("policy.set", s_.expr(expr.children[i]).place,
                       {"“属于”后面只能列出固定的值", "a set lists fixed values"},
                       {"改写成 … = a 或 … = b", "write … = a or … = b"});
    }
    int left = made.args[0];
    TRY_VOID(align(left, member, expr.place));
    if (left != made.args[0]) {
      return s_.refuse("policy.decimals", expr.place,
                       {"列出的值小数太多", "a listed value has more decimals than the fact keeps"},
                       {"改正它", "correct it"});
    }
    made.args.push_back(member);
  }
  const int id = s_.add(std::move(made));
  return expr.flag ? unary(Op::negation, boolean_type(), id, expr.place) : id;
}

Result<Grain> ExpressionChecker::grain_of(const RoundingClause& clause, const Type& type) const {
  Grain grain{1, type.scale, clause.rounding};
  if (clause.grain.empty()) return grain;
  const auto decimal = decimal_of(clause.grain);
  if (!decimal || decimal->value <= 0) {
    return s_.refuse("policy.rounding", clause.place, {"取整的单位要大于 0", "the grain must be above 0"},
                     {"例如 取整 到 0.01元 四舍五入", "for example: round to 0.01元 half_up"});
  }
  grain.grain = decimal->value;
  grain.scale = decimal->scale;
  if (grain.scale > type.scale) {
    return s_.refuse("policy.rounding", clause.place,
                     {fmt::format("取整到 {}，但类型只保留 {} 位小数", clause.grain, type.scale),
                      fmt::format("rounds to {}, but the type keeps {} decimals", clause.grain, type.scale)},
                     {"给类型加上 小数 N", "add 'decimals N' to the type"});
  }
  return grain;
}

// What a rule computes against what it is declared to be.
Result<void> ExpressionChecker::fits(int node, const Type& target) const {
  const Type& found = s_.law.node(node).type;
  const bool numbers = found.kind == ValueKind::number && target.kind == ValueKind::number;
  const bool same_unit =
      found.literal || found.unit == target.unit ||
      (!found.unit.money && !target.unit.money && (found.unit.base.empty() || target.unit.base.empty()));
  const bool same_kind = found.kind == target.kind && found.enumeration == target.enumeration;
  if (numbers ? same_unit : same_kind) return {};
  const std::string declared = type_text(target, s_.law);
  const std::string computed = type_text(found, s_.law);
  Text mend{fmt::format("改正算式，或把类型写成 {}", computed),
            fmt::format("correct the expression, or declare the type {}", english_keyword(computed))};
  if (target.kind == ValueKind::boolean) mend = {"写一个比较，例如 … > 0", "write a comparison, for example … > 0"};
  if (numbers && found.unit.base == target.unit.base) {
    mend = found.unit.per == "年" ? Text{"写成 平均到月(…)", "write per_month(…)"}
           : target.unit.per == "年"
               ? Text{"写成 折合年(…)", "write per_year(…)"}
               : Text{"乘以或除以月数，例如 (…) × 6月", "multiply or divide by months, for example (…) × 6月"};
  }
  return s_.refuse(
      numbers ? "policy.unit_mix" : "policy.type", s_.law.node(node).place,
      {fmt::format("类型写的是 {}，算出来的是 {}", declared, computed),
       fmt::format("the type says {} but this is {}", english_keyword(declared), english_keyword(computed))},
      mend);
}

Result<int> ExpressionChecker::store(int node, const Type& target, const Grain* outer, Place place) {
  const Type found = type(node);
  TRY_VOID(fits(node, target));
  int sample = s_.constant(0, target, place);
  int value = node;
  TRY_VOID(align(value, sample, place));
  value = node;
  if (target.kind != ValueKind::number) return value;
  if (outer != nullptr && s_.law.node(value).op != Op::divide) value = rounded(value, *outer, place);
  if (type(value).scale > target.scale) {
    const auto fallback = s_.default_rounding.find(place.file);
    if (fallback == s_.default_rounding.end()) {
      return s_.refuse("policy.rounding", place,
                       {fmt::format("结果有 {} 位小数，类型只保留 {} 位，没有写明怎样取整", found.scale, target.scale),
                        fmt::format("the result has {} decimals but the type keeps {}; no rounding is named",
                                    found.scale, target.scale)},
                       {"在规则后写 取整 到 0.01元 四舍五入，或给类型加上 小数 N",
                        "write 'round to 0.01元 half_up' after the rule, or add 'decimals N' to the type"});
    }
    value = rounded(value, Grain{1, target.scale, fallback->second}, place);
  }
  value = rescale(value, target.scale);
  return value;
}

}  // namespace songtan::policy::detail
