#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/detail/parse_state.h"

namespace songtan::policy::detail {

ExprId ParseState::add(ExprKind kind, Place place, std::vector<std::string> words, std::vector<ExprId> children) {
  Expr expr;
  expr.kind = kind;
  expr.place = place;
  expr.words = std::move(words);
  for (const ExprId child : children)
    expr.depth = std::max(expr.depth, syntax_.exprs[static_cast<std::size_t>(child)].depth + 1);
  expr.children = std::move(children);
  syntax_.exprs.push_back(std::move(expr));
  return static_cast<ExprId>(syntax_.exprs.size()) - 1;
}

std::string ParseState::seen() const {
  const Token& token = peek();
  if (token.kind == TokenKind::end) return {};
  return token.text + token.unit;
}

// What is missing at the end of a line is reported there, not at the word that begins the next one.
std::unexpected<Error> ParseState::expected(std::string_view zh, std::string_view en, Where where) const {
  const std::string found = seen();
  if (at_ > 0 && (found.empty() || (peek().first_on_line && where != Where::on_this_line))) {
    const Token& last = tokens_[at_ - 1];
    const std::string_view words = source(last.begin, last.end);
    const auto width = static_cast<int>(code_points(words).size());
    return refuse("policy.syntax", {last.place.file, last.place.line, last.place.column + width},
                  {fmt::format("“{}”后面应当是{}，这一行却完了", words, zh),
                   fmt::format("after '{}' there should be {}, but the line ends", words, en)},
                  {fmt::format("在“{}”后面写上{}；续行要缩进", words, zh),
                   fmt::format("write {} after '{}'; indent continued lines", en, words)});
  }
  const std::string near = peek().kind == TokenKind::name ? nearest_keyword(found) : std::string();
  Text mend{fmt::format("在“{}”的位置写上{}", found, zh), fmt::format("write {} in the place of '{}'", en, found)};
  if (where == Where::before) {
    mend = {fmt::format("在“{}”之前写上{}", found, zh), fmt::format("write {} before '{}'", en, found)};
  } else if (!near.empty() && (zh.find(near) != zh.npos || en.find(near) != en.npos)) {
    mend = {fmt::format("是不是 {}？", near), fmt::format("did you mean {}?", near)};
  }
  return refuse(
      "policy.syntax", peek().place,
      {fmt::format("这里应当是{}，读到的是“{}”", zh, found), fmt::format("expected {} but read '{}'", en, found)},
      std::move(mend));
}

Result<void> ParseState::expect_mark(std::string_view text) {
  if (take_mark(text)) return {};
  return expected(fmt::format("“{}”", text), fmt::format("'{}'", text), Where::before);
}

Result<void> ParseState::expect_word(std::string_view keyword) {
  if (take_word(keyword)) return {};
  return expected(fmt::format("“{}”", keyword), fmt::format("'{}'", english_keyword(keyword)));
}

Result<std::string> ParseState::expect_name(std::string_view zh, std::string_view en) {
  if (peek().kind != TokenKind::name) return expected(zh, en);
  return take().text;
}

Result<std::vector<std::string>> ParseState::qualified() {
  std::vector<std::string> parts;
  TRY(std::string first, expect_name("名称", "a name"));
  parts.push_back(std::move(first));
  while (take_mark("·")) {
    TRY(std::string next, expect_name("“·”后的名称", "a name after '·'"));
    parts.push_back(std::move(next));
  }
  return parts;
}

std::string ParseState::glued_text() {
  const std::size_t begin = peek().begin;
  std::size_t end = peek().end;
  take();
  while (!at_end() && peek().glued) {
    end = peek().end;
    take();
  }
  return std::string(source(begin, end));
}

Result<ExprId> ParseState::expression() {
  if (depth_ >= kDeepestNesting) {
    return refuse("policy.nesting", peek().place,
                  {fmt::format("算式嵌套超过 {} 层", kDeepestNesting),
                   fmt::format("the expression nests more than {} deep", kDeepestNesting)},
                  {"把内层写成单独的变量", "move the inner part into a variable of its own"});
  }
  ++depth_;
  const Place place = peek().place;
  auto result = disjunction();
  --depth_;
  if (result && syntax_.exprs[static_cast<std::size_t>(*result)].depth > kDeepestTree) {
    return refuse("policy.nesting", place,
                  {fmt::format("一个算式里连写超过 {} 项", kDeepestTree),
                   fmt::format("the expression strings together more than {} terms", kDeepestTree)},
                  {"分成几个变量", "split it into several variables"});
  }
  return result;
}

Result<ExprId> ParseState::disjunction() {
  TRY(ExprId left, conjunction());
  while (word("或")) {
    const Place place = take().place;
    TRY(const ExprId right, conjunction());
    left = add(ExprKind::binary, place, {"或"}, {left, right});
  }
  return left;
}

Result<ExprId> ParseState::conjunction() {
  TRY(ExprId left, negation());
  while (word("且")) {
    const Place place = take().place;
    TRY(const ExprId right, negation());
    left = add(ExprKind::binary, place, {"且"}, {left, right});
  }
  return left;
}

Result<ExprId> ParseState::negation() {
  if (!word("非")) return comparison();
  const Place place = take().place;
  if (++depth_ > kDeepestNesting) {
    return refuse("policy.nesting", place, {"“非”叠用过多", "too many 'not' in a row"},
                  {"化简条件", "simplify the condition"});
  }
  auto inner = negation();
  --depth_;
  if (!inner) return inner;
  return add(ExprKind::unary, place, {"非"}, {*inner});
}

Result<ExprId> ParseState::comparison() {
  TRY(const ExprId left, sum());
  for (const std::string_view op : {"<=", ">=", "!=", "=", "<", ">"}) {
    if (!mark(op)) continue;
    const Place place = take().place;
    TRY(const ExprId right, sum());
    for (const std::string_view again : {"<=", ">=", "!=", "=", "<", ">"}) {
      if (mark(again)) {
        return refuse("policy.chain", peek().place, {"比较不能连写", "comparisons cannot be chained"},
                      {"写成 a < b 且 b < c", "write a < b and b < c"});
      }
    }
    return add(ExprKind::binary, place, {std::string(op)}, {left, right});
  }
  if (word("属于")) return membership(left, false);
  if (peek().kind == TokenKind::name && peek().text == "不属于") return membership(left, true);
  if (word("非") && word("属于", 1)) {
    take();
    return membership(left, true);
  }
  return left;
}

Result<ExprId> ParseState::membership(ExprId left, bool negated) {
  const Place place = take().place;
  TRY_VOID(expect_mark("{"));
  std::vector<ExprId> children{left};
  do {
    TRY(const ExprId member, sum());
    children.push_back(member);
  } while (take_mark(","));
  TRY_VOID(expect_mark("}"));
  const ExprId id = add(ExprKind::membership, place, {}, std::move(children));
  syntax_.exprs[static_cast<std::size_t>(id)].flag = negated;
  return id;
}

Result<ExprId> ParseState::sum() {
  TRY(ExprId left, product());
  while (mark("+") || mark("-")) {
    const Token& op = take();
    TRY(const ExprId right, product());
    left = add(ExprKind::binary, op.place, {op.text}, {left, right});
  }
  return left;
}

Result<ExprId> ParseState::product() {
  TRY(ExprId left, signed_value());
  while (mark("×") || mark("/")) {
    const Token& op = take();
    TRY(const ExprId right, signed_value());
    left = add(ExprKind::binary, op.place, {op.text}, {left, right});
  }
  return left;
}

Result<ExprId> ParseState::signed_value() {
  if (!mark("-")) return primary();
  const Place place = take().place;
  TRY(const ExprId inner, primary());
  return add(ExprKind::unary, place, {"-"}, {inner});
}

Result<ExprId> ParseState::primary() {
  const Token& token = peek();
  if (token.first_on_line && token.place.column == 1 && at_ > 0) return expected("一个值", "a value");
  if (token.kind == TokenKind::number) {
    take();
    const ExprId id = add(ExprKind::number, token.place, {token.text});
    syntax_.exprs[static_cast<std::size_t>(id)].unit = token.unit;
    return id;
  }
  if (token.kind == TokenKind::date) return take(), add(ExprKind::date, token.place, {token.text});
  if (token.kind == TokenKind::string) return take(), add(ExprKind::string, token.place, {token.text});
  if (take_mark("(")) {
    TRY(const ExprId inner, expression());
    TRY_VOID(expect_mark(")"));
    return inner;
  }
  if (word("若")) return conditional();
  if ((word("是") || word("否")) && !mark("(", 1) && !mark("·", 1)) {
    const ExprId id = add(ExprKind::boolean, token.place, {});
    syntax_.exprs[static_cast<std::size_t>(id)].flag = canonical(take().text) == "是";
    return id;
  }
  if (token.kind == TokenKind::name) return named();
  return expected("一个值", "a value");
}

Result<ExprId> ParseState::conditional() {
  const Place place = take().place;
  TRY(const ExprId when, expression());
  TRY_VOID(expect_word("则"));
  TRY(const ExprId then, expression());
  TRY_VOID(expect_word("否则"));
  TRY(const ExprId otherwise, expression());
  return add(ExprKind::condition, place, {}, {when, then, otherwise});
}

Result<ExprId> ParseState::named() {
  const Place place = peek().place;
  TRY(std::vector<std::string> parts, qualified());
  if (!mark("(")) return add(ExprKind::name, place, std::move(parts));
  take();
  std::vector<ExprId> arguments;
  if (!mark(")")) {
    do {
      TRY(const ExprId next, argument());
      arguments.push_back(next);
    } while (take_mark(","));
  }
  TRY_VOID(expect_mark(")"));
  return add(ExprKind::call, place, std::move(parts), std::move(arguments));
}

// An argument may be a collection: 成员 当 条件, 成员 的 义务人.
Result<ExprId> ParseState::argument() {
  TRY(ExprId value, expression());
  if (word("的")) {
    const Place place = take().place;
    TRY(const ExprId link, named());
    value = add(ExprKind::of, place, {}, {value, link});
  }
  if (word("当")) {
    const Place place = take().place;
    TRY(const ExprId condition, expression());
    value = add(ExprKind::filtered, place, {}, {value, condition});
  }
  return value;
}

}  // namespace songtan::policy::detail
