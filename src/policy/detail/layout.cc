#include "policy/detail/layout.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace songtan::policy::detail {
namespace {

// Words after which an expression begins.
constexpr std::array<std::string_view, 20> kOpenWords = {"且",   "或",     "非",   "若",   "则",   "否则", "当",
                                                         "属于", "不属于", "缺省", "推定", "范围", "至",   "到",
                                                         "一般", "给定",   "期望", "参数", "取整", "自"};
// Clauses that a reader looks for at the end of a line.
constexpr std::array<std::string_view, 5> kSideClauses = {"依据", "不符", "原因", "代码", "主管"};

bool is_mark(const Token& token, std::string_view text) { return token.kind == TokenKind::mark && token.text == text; }

bool is_one_of(const Token& token, std::string_view marks) {
  return token.kind == TokenKind::mark && token.text.size() == 1 && marks.find(token.text[0]) != std::string_view::npos;
}

bool opens(const Token& token) {
  return token.kind == TokenKind::name && std::ranges::find(kOpenWords, canonical(token.text)) != kOpenWords.end();
}

bool side_clause(const Token& token) {
  return token.kind == TokenKind::name && std::ranges::find(kSideClauses, canonical(token.text)) != kSideClauses.end();
}

// 元/月 and a sum per person look alike; the writer's own blanks tell them apart.
bool joins_unit(const Token& left, const Token& right) {
  const auto slash = [](const Token& token) {
    return is_mark(token, "/") && token.end - token.begin != std::string_view("÷").size();
  };
  return (slash(left) || slash(right)) && right.glued;
}

}  // namespace

bool awaits_value(const Token& token) {
  if (token.kind == TokenKind::name) return opens(token);
  return token.kind == TokenKind::mark && !is_one_of(token, ")]}%");
}

int blanks_between(const Token& left, const Token& right, bool unary) {
  // A blank after 依据 makes the rest of the line its text.
  if (left.kind == TokenKind::name && canonical(left.text) == "依据") return right.kind == TokenKind::raw ? 1 : 0;
  if (unary || joins_unit(left, right)) return 0;
  for (const std::string_view tight : {"·", "@"}) {
    if (is_mark(left, tight) || is_mark(right, tight)) return 0;
  }
  if (is_one_of(left, "([") || is_one_of(right, ")],;:")) return 0;
  if (is_mark(right, "%")) return right.glued ? 0 : 1;
  if (is_mark(right, "(")) return left.kind == TokenKind::name && !opens(left) ? 0 : 1;
  return side_clause(right) && !awaits_value(left) ? 2 : 1;
}

int Levels::next(int column) {
  while (columns_.back() > column) columns_.pop_back();
  if (columns_.back() < column) columns_.push_back(column);
  return static_cast<int>(columns_.size()) - 1;
}

int display_width(std::string_view text) {
  int width = 0;
  for (const char32_t c : code_points(text)) {
    const auto code = static_cast<UChar32>(c);
    if ((U_GET_GC_MASK(code) & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK)) != 0) continue;
    const int kind = u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH);
    width += kind == U_EA_FULLWIDTH || kind == U_EA_WIDE ? 2 : 1;
  }
  return width;
}

}  // namespace songtan::policy::detail
