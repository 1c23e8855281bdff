#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "policy/detail/check_functions.h"

namespace songtan::policy::detail {
namespace {

Type count_type(std::string base) {
  Type type;
  type.unit.base = std::move(base);
  return type;
}

}  // namespace
}  // namespace songtan::policy::detail

namespace songtan::policy::detail {

Result<int> FunctionChecker::shift_call(const Expr& expr, Context context, int count) {
  TRY_VOID(count_arguments(expr, 1, 1));
  if (count == 0) {
    return s_.refuse("policy.period_mix", expr.place,
                     {fmt::format("这里的期间不能用“{}”", expr.words[0]),
                      fmt::format("'{}' does not fit the period here", expr.words[0])},
                     {"用 前(1, x)，或先换到月、年", "use before(1, x), or change to month or year first"});
  }
  TRY(const int value, e_.check(expr.children[0], context));
  const int id = e_.unary(Op::shift, type(value), value, expr.place);
  s_.node(id).value = count;
  return id;
}

Result<int> FunctionChecker::before_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 2, 2));
  const Expr& count = s_.expr(expr.children[0]);
  const auto decimal = count.kind == ExprKind::number ? decimal_of(count.words[0]) : std::nullopt;
  if (!decimal || decimal->scale != 0 || decimal->value < 1 || decimal->value > kFarthestLag) {
    return s_.refuse("policy.lag", expr.place,
                     {fmt::format("“前”的第一个参数是 1 到 {} 的整数", kFarthestLag),
                      fmt::format("the first argument of 'before' is a whole number from 1 to {}", kFarthestLag)},
                     {"例如 前(3, 工资)", "for example before(3, wage)"});
  }
  TRY(const int value, e_.check(expr.children[1], context));
  const int id = e_.unary(Op::shift, type(value), value, expr.place);
  s_.node(id).value = -decimal->value;
  return id;
}

// 过去12个月合计, 过去合计(n, x), sum_past(n, x) …
std::optional<Result<int>> FunctionChecker::past_named(const Expr& expr, Context context, const Grain* outer) {
  std::string name = expr.words[0];
  int count = 0;
  constexpr std::string_view kPast = "过去";
  if (name.starts_with(kPast)) {
    name = name.substr(kPast.size());
    std::size_t digits = 0;
    while (digits < name.size() && digits < 4 && name[digits] >= '0' && name[digits] <= '9')
      count = count * 10 + (name[digits++] - '0');
    name = name.substr(digits);
    for (const std::string_view unit : {"个月", "月", "年", "日", "天", "周"}) {
      if (count > 0 && name.starts_with(unit)) {
        if (unit == "年" && context.unit == TimeUnit::month) count *= 12;
        name = name.substr(unit.size());
        break;
      }
    }
    if (name.empty()) name = "合计";
  } else if (name.ends_with("_past")) {
    name = name.substr(0, name.size() - std::string_view("_past").size());
  } else {
    return std::nullopt;
  }
  struct Form {
    std::string_view zh, en;
    Fold fold;
    bool average;
  };
  static constexpr std::array<Form, 6> kForms = {{{"合计", "sum", Fold::sum, false},
                                                  {"平均", "average", Fold::sum, true},
                                                  {"最大", "max", Fold::largest, false},
                                                  {"最小", "min", Fold::smallest, false},
                                                  {"有任一", "any", Fold::any, false},
                                                  {"全部", "all", Fold::all, false}}};
  for (const Form& form : kForms) {
    if (name == form.zh || name == form.en) return past_call(expr, context, form.fold, form.average, count, outer);
  }
  return std::nullopt;
}

Result<int> FunctionChecker::past_call(const Expr& expr, Context context, Fold fold, bool average, int count,
                                       const Grain* outer) {
  TRY_VOID(count_arguments(expr, count > 0 ? 1 : 2, count > 0 ? 1 : 2));
  int n = kNoNode;
  if (count > 0) {
    n = s_.constant(count, count_type("月"), expr.place);
  } else {
    TRY(n, e_.check(expr.children[0], context));
  }
  const Node& length = s_.law.node(n);
  if (length.entity >= 0 || length.type.kind != ValueKind::number || length.type.scale != 0 ||
      context.unit == TimeUnit::eternity) {
    return s_.refuse("policy.lag", expr.place,
                     {"期数要是对所有人都一样的整数", "the number of periods must be one whole number for everybody"},
                     {"写一个整数，或单位为 月 的参数（不按键取值）",
                      "write a whole number, or a parameter in months without keys"});
  }
  if (length.op == Op::constant && (length.value < 1 || length.value > kFarthestLag)) {
    return s_.refuse("policy.lag", expr.place,
                     {fmt::format("期数要在 1 到 {} 之间", kFarthestLag),
                      fmt::format("the number of periods lies between 1 and {}", kFarthestLag)},
                     {fmt::format("写 1 到 {} 之间的整数，例如 过去12个月合计(工资)", kFarthestLag),
                      fmt::format("write a whole number from 1 to {}, for example sum_past(12, wage)", kFarthestLag)});
  }
  const ExprId value_expr = expr.children.back();
  int value = kNoNode;
  if (fold == Fold::any || fold == Fold::all) {
    TRY(value, e_.check_boolean(value_expr, context));
  } else {
    TRY(value, e_.check(value_expr, context));
    if (type(value).kind != ValueKind::number) {
      return s_.refuse("policy.type", expr.place, {"这里要用数", "a number is needed here"},
                       {"条件用 过去N个月有任一、全部", "for conditions use any_past, all_past"});
    }
  }
  const int id = e_.binary(Op::past, type(value), value, n, expr.place);
  s_.node(id).fold = fold;
  s_.node(id).entity = s_.law.node(value).entity;
  if (!average) return id;
  return e_.divided(id, n, outer, expr.place);
}

Result<int> FunctionChecker::period_call(const Expr& expr, Context context, Op op, TimeUnit unit) {
  TRY_VOID(count_arguments(expr, 1, 1));
  Context inner = context;
  inner.unit = unit;
  TRY(const int value, e_.check(expr.children[0], inner));
  return e_.unary(op, type(value), value, expr.place);
}

// 全年合计, 全月有任一, sum_week …
std::optional<Result<int>> FunctionChecker::inside_named(const Expr& expr, Context context, const Grain* outer) {
  const std::string& name = expr.words[0];
  struct Form {
    std::string_view zh, en;
    Fold fold;
    bool average;
  };
  static constexpr std::array<Form, 6> kForms = {{{"合计", "sum", Fold::sum, false},
                                                  {"平均", "average", Fold::sum, true},
                                                  {"最大", "max", Fold::largest, false},
                                                  {"最小", "min", Fold::smallest, false},
                                                  {"有任一", "any", Fold::any, false},
                                                  {"全部", "all", Fold::all, false}}};
  static constexpr std::array<std::tuple<std::string_view, std::string_view, TimeUnit>, 3> kSpans = {
      {{"全年", "_year", TimeUnit::year}, {"全月", "_month", TimeUnit::month}, {"全周", "_week", TimeUnit::week}}};
  for (const auto& [zh, en, unit] : kSpans) {
    for (const Form& form : kForms) {
      if (form.average && unit != TimeUnit::year) continue;
      if (name == std::string(zh) + std::string(form.zh) || name == std::string(form.en) + std::string(en))
        return inside_call(expr, context, unit, form.fold, form.average, outer);
    }
  }
  return std::nullopt;
}

// The parts are months, weeks or days, whichever the value is computed for.
Result<int> FunctionChecker::inside_call(const Expr& expr, Context context, TimeUnit outer, Fold fold, bool average,
                                         const Grain* grain) {
  TRY_VOID(count_arguments(expr, 1, 1));
  std::vector<TimeUnit> units{TimeUnit::week, TimeUnit::day};
  if (outer == TimeUnit::year) units.insert(units.begin(), TimeUnit::month);
  if (outer == TimeUnit::week) units = {TimeUnit::day};
  Context inner = context;
  inner.unit = units[0];
  const std::size_t before = s_.law.nodes.size();
  auto value = e_.check(expr.children[0], inner);
  for (std::size_t i = 1; !value && i < units.size(); ++i) {
    s_.law.nodes.resize(before);
    Context other = context;
    other.unit = units[i];
    if (auto found = e_.check(expr.children[0], other)) {
      value = std::move(found);
      inner = other;
    }
  }
  if (!value) return std::unexpected(std::move(value.error()));
  static constexpr std::array<std::string_view, 5> kPer = {"", "年", "月", "周", "日"};
  Type made = type(*value);
  if (fold == Fold::sum && !average && made.unit.per == kPer[static_cast<std::size_t>(inner.unit)])
    made.unit.per = kPer[static_cast<std::size_t>(outer)];
  const int id = e_.unary(Op::inside, made, *value, expr.place);
  s_.node(id).fold = fold;
  s_.node(id).index = static_cast<int>(inner.unit);
  s_.node(id).value = static_cast<int>(outer);
  if (!average) return id;
  if (inner.unit != TimeUnit::month) {
    return s_.refuse("policy.period_mix", expr.place,
                     {"全年平均只用于按月的值", "the average of a year is of monthly values"},
                     {"写 全年合计(x) / 天数，写明取整", "write sum_year(x) / days, with its rounding"});
  }
  return e_.divided(id, s_.constant(12, count_type("月"), expr.place), grain, expr.place);
}

// A yearly variable is read for its year; a yearly amount held by the month is only divided.
Result<int> FunctionChecker::per_month_call(const Expr& expr, Context context, const Grain* outer) {
  TRY_VOID(count_arguments(expr, 1, 1));
  Context yearly = context;
  yearly.unit = TimeUnit::year;
  const std::size_t before = s_.law.nodes.size();
  auto value = e_.check(expr.children[0], yearly);
  int id = kNoNode;
  if (value) {
    id = e_.unary(Op::this_year, type(*value), *value, expr.place);
  } else {
    s_.law.nodes.resize(before);
    TRY(id, e_.check(expr.children[0], context));
  }
  Type made = type(id);
  if (made.unit.per == "年") made.unit.per = "月";
  s_.node(id).type = made;
  TRY(const int month, e_.divided(id, s_.constant(12, count_type("月"), expr.place), outer, expr.place));
  return month;
}

Result<int> FunctionChecker::per_year_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 1, 1));
  TRY(const int value, e_.check(expr.children[0], context));
  Type made = type(value);
  if (made.unit.per == "月") made.unit.per = "年";
  return e_.binary(Op::multiply, made, value, s_.constant(12, count_type("月"), expr.place), expr.place);
}

Result<int> FunctionChecker::age_call(const Expr& expr, Context context) {
  TRY_VOID(count_arguments(expr, 1, 2));
  TRY(const int birth, e_.check(expr.children[0], context));
  int day = kNoNode;
  if (expr.children.size() == 2) {
    TRY(day, e_.check(expr.children[1], context));
  } else {
    Node made;
    made.op = Op::day_of_period;
    made.type.kind = ValueKind::date;
    made.place = expr.place;
    day = s_.add(std::move(made));
  }
  if (type(birth).kind != ValueKind::date || type(day).kind != ValueKind::date) {
    return s_.refuse("policy.type", expr.place, {"周岁要用日期", "age needs dates"},
                     {"例如 周岁(出生)", "for example age(birth)"});
  }
  return e_.binary(Op::age, count_type("岁"), birth, day, expr.place);
}

Result<int> FunctionChecker::date_call(const Expr& expr, Context context, Op op, std::string_view unit) {
  const bool part = op == Op::year_of || op == Op::month_of || op == Op::day_of || op == Op::weekday_of;
  const std::size_t count = op == Op::make_date ? 3 : part ? 1 : 2;
  TRY_VOID(count_arguments(expr, count, count));
  Node made;
  made.op = op;
  made.place = expr.place;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(int arg, e_.check(expr.children[i], context));
    const bool wants_date = op != Op::make_date && !((op == Op::add_months || op == Op::add_days) && i == 1);
    if ((type(arg).kind == ValueKind::date) != wants_date ||
        (!wants_date && (type(arg).kind != ValueKind::number || type(arg).scale != 0))) {
      return s_.refuse(
          "policy.type", expr.place,
          {fmt::format("“{}”的第 {} 个参数要是{}", expr.words[0], i + 1, wants_date ? "日期" : "整数"),
           fmt::format("argument {} of '{}' must be a {}", i + 1, expr.words[0], wants_date ? "date" : "whole number")},
          {"例如 加月(出生, 6)、日数(a, b)", "for example add_months(birth, 6), days_between(a, b)"});
    }
    made.entity = std::max(made.entity, s_.law.node(arg).entity);
    made.args.push_back(arg);
  }
  if (op == Op::add_months || op == Op::add_days || op == Op::make_date) {
    made.type.kind = ValueKind::date;
    made.index = unit == "年" ? 12 : 1;
  } else {
    made.type = count_type(std::string(unit));
  }
  return s_.add(std::move(made));
}

}  // namespace songtan::policy::detail
