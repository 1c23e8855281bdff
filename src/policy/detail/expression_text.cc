#include "policy/detail/expression_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace songtan::policy::detail {
namespace {

// How strongly an operator binds; a part that binds less strongly stands in brackets.
int strength(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::condition:
    case ExprKind::filtered:
    case ExprKind::of: return 0;
    case ExprKind::unary: return expr.words[0] == "非" ? 3 : 7;
    case ExprKind::membership: return 4;
    case ExprKind::binary: break;
    default: return 9;
  }
  const std::string& op = expr.words[0];
  if (op == "或") return 1;
  if (op == "且") return 2;
  if (op == "+" || op == "-") return 5;
  return op == "×" || op == "/" ? 6 : 4;
}

class Writer {
 public:
  explicit Writer(const Syntax& syntax) : syntax_(syntax) {}

  std::string write(ExprId id) const {
    const Expr& e = expr(id);
    switch (e.kind) {
      case ExprKind::number: return e.words[0] + e.unit;
      case ExprKind::date: return e.words[0];
      case ExprKind::string: return '"' + e.words[0] + '"';
      case ExprKind::boolean: return e.flag ? "是" : "否";
      case ExprKind::name: return fmt::format("{}", fmt::join(e.words, "·"));
      case ExprKind::call: return fmt::format("{}({})", fmt::join(e.words, "·"), list(e, 0));
      case ExprKind::filtered: return write(e.children[0]) + " 当 " + write(e.children[1]);
      case ExprKind::of: return write(e.children[0]) + " 的 " + write(e.children[1]);
      case ExprKind::condition:
        return fmt::format("若 {} 则 {} 否则 {}", write(e.children[0]), write(e.children[1]), write(e.children[2]));
      case ExprKind::unary: return e.words[0] + (e.words[0] == "非" ? " " : "") + part(e.children[0], strength(e) + 1);
      case ExprKind::membership:
        return fmt::format("{} {} {{ {} }}", part(e.children[0], 5), e.flag ? "不属于" : "属于", list(e, 1));
      case ExprKind::binary: break;
    }
    const std::string op = e.words[0] == "/" ? "÷" : e.words[0] == "!=" ? "≠" : e.words[0];
    return fmt::format("{} {} {}", part(e.children[0], strength(e)), op, part(e.children[1], strength(e) + 1));
  }

 private:
  const Syntax& syntax_;

  const Expr& expr(ExprId id) const { return syntax_.exprs[static_cast<std::size_t>(id)]; }
  std::string part(ExprId id, int least) const {
    return strength(expr(id)) < least ? "(" + write(id) + ")" : write(id);
  }
  std::string list(const Expr& e, std::size_t from) const {
    std::vector<std::string> parts;
    for (std::size_t i = from; i < e.children.size(); ++i) parts.push_back(write(e.children[i]));
    return fmt::format("{}", fmt::join(parts, ", "));
  }
};

std::string_view rounding_word(Rounding rounding) {
  switch (rounding) {
    case Rounding::half_up: return "四舍五入";
    case Rounding::up: return "向上";
    case Rounding::down: return "向下";
    case Rounding::half_even: return "四舍六入";
  }
  return {};
}

}  // namespace

std::string expression_text(const Syntax& syntax, ExprId id) { return id == kNoExpr ? "" : Writer(syntax).write(id); }

std::string type_words(const TypeClause& type) {
  const std::string word{canonical(type.word)};
  return type.decimals ? fmt::format("{} 小数 {}", word, *type.decimals) : word;
}

std::string rounding_words(const RoundingClause& rounding) {
  return fmt::format("取整 {}{}", rounding.grain.empty() ? "" : "到 " + rounding.grain + rounding.grain_unit + " ",
                     rounding_word(rounding.rounding));
}

std::string dates_words(const DateRange& dates) {
  std::string words;
  if (dates.from) words += "自 " + dates.from->text();
  if (dates.to) words += (words.empty() ? "至 " : " 至 ") + dates.to->text();
  return words;
}

std::string body_text(const Syntax& syntax, const VariableDecl& decl) {
  std::string text = ": " + type_words(decl.type);
  if (decl.expr != kNoExpr) text += " = " + expression_text(syntax, decl.expr);
  if (!decl.conditions.empty()) text += decl.all_of ? " 须满足全部" : " 须满足任一";
  for (const BranchDecl& branch : decl.branches) {
    text += branch.when == kNoExpr ? "\n  否则" : "\n  当 " + expression_text(syntax, branch.when);
    text += ": " + expression_text(syntax, branch.then);
  }
  if (decl.base != kNoExpr) text += "\n  一般: " + expression_text(syntax, decl.base);
  for (const ExceptionDecl& each : decl.exceptions) {
    text += fmt::format("\n  例外 {} 当 {}", each.label, expression_text(syntax, each.when));
    if (!each.before.empty()) text += fmt::format(" 先于 {}", fmt::join(each.before, ", "));
    text += ": " + expression_text(syntax, each.then);
  }
  if (decl.rounding) text += "\n  " + rounding_words(*decl.rounding);
  return text;
}

}  // namespace songtan::policy::detail
