#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/detail/parse_declaration.h"

namespace songtan::policy::detail {

Result<Rounding> DeclarationParser::rounding_name() {
  if (in_.take_word("四舍五入")) return Rounding::half_up;
  if (in_.take_word("向上")) return Rounding::up;
  if (in_.take_word("向下")) return Rounding::down;
  if (in_.take_word("四舍六入")) return Rounding::half_even;
  return in_.expected("舍入方式（四舍五入、向上、向下、四舍六入）", "a rounding (half_up, up, down, half_even)");
}

Result<RoundingClause> DeclarationParser::rounding() {
  RoundingClause clause;
  clause.place = in_.take().place;
  if (in_.take_word("到") || in_.take_word("至")) {
    if (in_.peek().kind != TokenKind::number) return in_.expected("取整的单位，如 0.01元", "a grain such as 0.01元");
    clause.grain = in_.peek().text;
    clause.grain_unit = in_.take().unit;
  }
  TRY(clause.rounding, rounding_name());
  return clause;
}

Result<void> DeclarationParser::rounding_or_default() {
  DefaultRoundingDecl decl;
  decl.place = in_.take().place;
  if (!in_.take_word("缺省")) TRY_VOID(in_.expect_word("默认"));
  TRY(decl.rounding, rounding_name());
  out_->default_roundings.push_back(decl);
  return {};
}

Result<void> DeclarationParser::variable(bool rule) {
  VariableDecl decl;
  decl.rule = rule;
  decl.place = in_.take().place;
  decl.dates = dates_;
  decl.policy = policy_;
  TRY(const std::vector<std::string> parts, in_.qualified());
  if (parts.size() != 2) {
    return in_.refuse(
        "policy.entity", decl.place,
        {fmt::format("“{}”没有写明属于谁", parts[0]), fmt::format("'{}' does not say whose it is", parts[0])},
        {fmt::format("写成 人·{} 或 家庭·{}", parts[0], parts[0]),
         fmt::format("write person·{} or household·{}", parts[0], parts[0])});
  }
  decl.entity = parts[0];
  decl.name = parts[1];
  TRY_VOID(in_.expect_mark(":"));
  TRY(decl.type, type());
  for (bool more = true; more;) TRY_VOID(variable_clause(decl, more));
  if (decl.expr == kNoExpr && decl.conditions.empty() && decl.branches.empty() && decl.base == kNoExpr) {
    return in_.expected("“=”、须满足全部、当 或 一般", "'=', all_of, when or base");
  }
  out_->variables.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::variable_clause(VariableDecl& decl, bool& more) {
  TRY(const bool dated, date_clause(decl.dates));
  if (dated) return {};
  if (in_.take_mark("=")) {
    TRY(decl.expr, in_.expression());
  } else if (in_.word("须满足全部") || in_.word("须满足任一")) {
    decl.all_of = canonical(in_.take().text) == "须满足全部";
    return conditions(decl);
  } else if (in_.word("当")) {
    BranchDecl branch;
    branch.place = in_.take().place;
    TRY(branch.when, in_.expression());
    TRY_VOID(in_.expect_mark(":"));
    TRY(branch.then, in_.expression());
    decl.branches.push_back(branch);
  } else if (in_.word("否则")) {
    BranchDecl branch;
    branch.place = in_.take().place;
    TRY_VOID(in_.expect_mark(":"));
    TRY(branch.then, in_.expression());
    decl.branches.push_back(branch);
  } else if (in_.word("一般")) {
    in_.take();
    TRY_VOID(in_.expect_mark(":"));
    TRY(decl.base, in_.expression());
  } else if (in_.word("例外")) {
    return exception(decl);
  } else if (in_.word("取整") && !in_.word("默认", 1) && !in_.word("缺省", 1)) {
    TRY(RoundingClause clause, rounding());
    decl.rounding = clause;
  } else if (in_.word("依据")) {
    TRY(decl.article, article());
  } else if (in_.peek().kind == TokenKind::name && !in_.peek().first_on_line && decl.time.empty() &&
             (in_.word("恒定") || in_.word("按日") || in_.word("按周") || in_.word("按月") || in_.word("按年"))) {
    decl.time = canonical(in_.take().text);
  } else {
    more = false;
  }
  return {};
}

Result<void> DeclarationParser::conditions(VariableDecl& decl) {
  if (in_.word("依据") && !in_.peek().first_on_line) {
    TRY(decl.article, article());
  }
  for (;;) {
    const bool named = in_.peek().kind == TokenKind::name || in_.peek().kind == TokenKind::string;
    const bool with_english = in_.peek(1).kind == TokenKind::string && in_.mark(":", 2);
    if (!named || !in_.peek().first_on_line || in_.peek().place.column == 1 || !(in_.mark(":", 1) || with_english))
      break;
    ConditionDecl condition;
    condition.place = in_.peek().place;
    condition.label = in_.take().text;
    if (with_english) condition.english = in_.take().text;
    in_.take();
    if (in_.peek().first_on_line && in_.peek().place.column <= condition.place.column)
      return in_.expected("一个条件", "a condition");
    TRY(condition.expr, in_.expression());
    TRY_VOID(condition_clauses(condition, condition.place.column));
    decl.conditions.push_back(std::move(condition));
  }
  if (decl.conditions.empty()) return in_.expected("“名称: 条件”", "'label: condition'");
  return {};
}

// A clause on its own line belongs to the condition only when it stands deeper than the condition's label.
Result<void> DeclarationParser::condition_clauses(ConditionDecl& condition, int label_column) {
  for (;;) {
    if (in_.peek().first_on_line && in_.peek().place.column <= label_column) return {};
    if (in_.take_word("不符")) {
      if (in_.peek().kind != TokenKind::string) return in_.expected("「不符时的说明」", "a quoted sentence");
      condition.unless = in_.take().text;
    } else if (in_.take_word("原因")) {
      TRY(condition.cause, in_.expect_name("原因词", "a cause word"));
    } else if (in_.word("依据")) {
      TRY(condition.article, article());
    } else {
      return {};
    }
  }
}

Result<void> DeclarationParser::exception(VariableDecl& decl) {
  ExceptionDecl found;
  found.place = in_.take().place;
  TRY(found.label, in_.expect_name("例外的名称", "the exception's name"));
  TRY_VOID(in_.expect_word("当"));
  TRY(found.when, in_.expression());
  if (in_.take_word("先于")) {
    do {
      TRY(std::string other, in_.expect_name("被先于的例外或“一般”", "the exception it precedes, or 'base'"));
      found.before.push_back(std::move(other));
    } while (in_.take_mark(","));
  }
  TRY_VOID(in_.expect_mark(":"));
  TRY(found.then, in_.expression());
  decl.exceptions.push_back(std::move(found));
  return {};
}

Result<void> DeclarationParser::award(bool warning) {
  AwardDecl decl;
  decl.place = in_.take().place;
  decl.policy = policy_;
  TRY(decl.entity, in_.expect_name("对象（人、家庭 …）", "the entity it goes to"));
  if (in_.peek().kind == TokenKind::string) decl.english = in_.take().text;
  if (!in_.word("资格")) {
    decl.code = decl.entity;
    TRY(decl.entity, in_.expect_name("对象（人、家庭 …）", "the entity it goes to"));
  }
  TRY_VOID(in_.expect_word("资格"));
  TRY(decl.status, in_.expect_name("资格规则的名称", "the name of the status rule"));
  if (warning) {
    TRY_VOID(in_.expect_word("类别"));
    TRY(decl.warning_class, in_.expect_name("预警的类别", "the class of the warning"));
    TRY_VOID(in_.expect_word("级别"));
    const Place place = in_.peek().place;
    TRY(decl.severity, small_number("级别 1 至 9", "a severity from 1 to 9"));
    if (decl.severity < 1 || decl.severity > 9) {
      return in_.refuse("policy.severity", place, {"级别要在 1 至 9 之间", "the severity lies between 1 and 9"},
                        {"1 最轻，9 最重", "1 = slight, 9 = most severe"});
    }
  } else if (in_.take_word("金额")) {
    TRY(decl.amount, in_.expect_name("金额规则的名称", "the name of the amount rule"));
  }
  if (in_.word("依据")) {
    TRY(decl.article, article());
  }
  out_->awards.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::stack(StackDecl::Kind kind) {
  StackDecl decl;
  decl.kind = kind;
  decl.place = in_.take().place;
  TRY_VOID(in_.expect_mark("{"));
  do {
    TRY(std::string code, in_.expect_name("给付的代码", "the code of an award"));
    decl.codes.push_back(std::move(code));
  } while (in_.take_mark(",") || in_.take_word("减"));
  TRY_VOID(in_.expect_mark("}"));
  if (in_.take_word("取")) {
    TRY(decl.keep, in_.expect_name("保留的给付代码", "the code that is kept"));
  }
  in_.take_word("允许");
  if (in_.word("依据")) {
    TRY(decl.article, article());
  }
  out_->stacks.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::scenario() {
  ScenarioDecl decl;
  decl.place = in_.take().place;
  TRY(decl.name, in_.expect_name("情景的名称", "the scenario's name"));
  const bool braced = in_.take_mark("{");
  if (!braced) TRY_VOID(in_.expect_mark(":"));
  DeclarationParser inner(in_, decl.overrides);
  while (!in_.at_end() && !in_.mark("}") && (braced || in_.peek().place.column != 1)) TRY_VOID(inner.declaration());
  if (braced) TRY_VOID(in_.expect_mark("}"));
  in_.syntax().scenarios.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::property() {
  PropertyDecl decl;
  decl.place = in_.take().place;
  TRY(const std::vector<std::string> parts, in_.qualified());
  if (parts.size() != 2) return in_.expected("实体·检验的名称", "entity·name of the property");
  decl.entity = parts[0];
  decl.name = parts[1];
  TRY_VOID(in_.expect_mark(":"));
  TRY(decl.expr, in_.expression());
  out_->properties.push_back(std::move(decl));
  return {};
}

Result<TestValue> DeclarationParser::test_value() {
  TestValue value;
  value.place = in_.peek().place;
  TRY(value.name, in_.qualified());
  if (in_.take_mark("@")) {
    if (in_.peek().kind != TokenKind::date && in_.peek().kind != TokenKind::number) {
      return in_.expected("“@”后的期间", "a period after '@'");
    }
    value.period = in_.take().text;
  }
  TRY_VOID(in_.expect_mark("="));
  do {
    std::string text = in_.take_mark("-") ? "-" : "";
    const Token& token = in_.peek();
    if (token.kind == TokenKind::mark || token.kind == TokenKind::end) return in_.expected("一个值", "a value");
    in_.take();
    value.values.push_back(text + token.text);
    value.unit = token.unit;
  } while (in_.take_mark("+"));
  return value;
}

Result<void> DeclarationParser::test_values(std::vector<TestValue>& out) {
  do {
    TRY(TestValue value, test_value());
    out.push_back(std::move(value));
  } while (in_.take_mark(","));
  return {};
}

Result<void> DeclarationParser::test_row(TestDecl& test) {
  const int line = in_.peek().place.line;
  std::vector<TestCell> row;
  in_.take();
  while (in_.peek().place.line == line && !in_.at_end()) {
    TestCell cell;
    cell.place = in_.peek().place;
    const std::size_t begin = in_.peek().begin;
    std::size_t end = begin;
    while (!in_.mark("|")) {
      if (in_.at_end() || in_.peek().place.line != line) return in_.expected("行末的“|”", "'|' at the end of the row");
      end = in_.take().end;
    }
    in_.take();
    cell.text = std::string(trimmed(in_.source(begin, end)));
    row.push_back(std::move(cell));
  }
  if (!test.rows.empty() && row.size() != test.rows[0].size()) {
    return in_.refuse("policy.test_row", row.empty() ? test.place : row[0].place,
                      {fmt::format("这一行有 {} 格，表头有 {} 格", row.size(), test.rows[0].size()),
                       fmt::format("this row has {} cells, the header has {}", row.size(), test.rows[0].size())},
                      {"补齐或删去格子", "add or remove cells"});
  }
  test.rows.push_back(std::move(row));
  return {};
}

Result<void> DeclarationParser::test_line(TestDecl& test) {
  if (in_.mark("|")) return test_row(test);
  if (in_.word("时间") || in_.word("决定日")) {
    std::string& target = canonical(in_.take().text) == "时间" ? test.time : test.decision_day;
    if (in_.peek().kind != TokenKind::date && in_.peek().kind != TokenKind::number) {
      return in_.expected("期间，如 2026-08", "a period such as 2026-08");
    }
    target = in_.take().text;
    return {};
  }
  if (in_.take_word("参数")) return test_values(test.parameters);
  if (in_.take_word("给定")) return test_values(test.given);
  if (in_.take_word("期望")) return test_values(test.expected);
  if (in_.take_word("其余")) {
    TRY_VOID(in_.expect_word("缺省"));
    test.use_defaults = true;
    return {};
  }
  return in_.expected("时间、参数、给定、其余、| 表格 或 期望", "time, parameter, given, others, a | table or expect",
                      ParseState::Where::on_this_line);
}

Result<void> DeclarationParser::test() {
  TestDecl decl;
  decl.policy = policy_;
  decl.place = in_.take().place;
  const std::size_t begin = in_.peek().begin;
  std::size_t end = begin;
  while (!in_.at_end() && !in_.peek().first_on_line) end = in_.take().end;
  decl.name = std::string(trimmed(in_.source(begin, end)));
  while (!in_.at_end() && in_.peek().place.column != 1) TRY_VOID(test_line(decl));
  if (decl.time.empty()) {
    return in_.refuse(
        "policy.test_time", decl.place,
        {fmt::format("测试“{}”没有写时间", decl.name), fmt::format("test '{}' does not say when", decl.name)},
        {"加一行 时间 2026-08", "add a line: time 2026-08"});
  }
  out_->tests.push_back(std::move(decl));
  return {};
}

}  // namespace songtan::policy::detail
