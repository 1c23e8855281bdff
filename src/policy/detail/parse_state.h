// The state of parsing one file: a cursor over its tokens and the expression grammar. Private to the parser.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "policy/detail/mistake.h"
#include "policy/detail/parser.h"

namespace songtan::policy::detail {

class ParseState {
 public:
  ParseState(Syntax& syntax, const std::vector<Token>& tokens, std::string_view text, const std::string& file_name)
      : syntax_(syntax), tokens_(tokens), text_(text), file_name_(file_name) {}

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool at_end() const { return peek().kind == TokenKind::end; }
  bool mark(std::string_view text, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::mark && peek(ahead).text == text;
  }
  bool word(std::string_view keyword, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::name && canonical(peek(ahead).text) == keyword;
  }
  bool take_mark(std::string_view text) { return mark(text) && (take(), true); }
  bool take_word(std::string_view keyword) { return word(keyword) && (take(), true); }

  Result<void> expect_mark(std::string_view text);
  Result<void> expect_word(std::string_view keyword);
  Result<std::string> expect_name(std::string_view zh, std::string_view en);
  /// a or a·b, as parts.
  Result<std::vector<std::string>> qualified();
  /// Source text from here over glued tokens: a path or a word with marks in it.
  std::string glued_text();
  std::string_view source(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }

  Result<ExprId> expression();

  /// Where what is missing should stand.
  enum class Where : std::uint8_t { instead, before, on_this_line };
  /// "expected X but read Y".
  std::unexpected<Error> expected(std::string_view zh, std::string_view en, Where where = Where::instead) const;
  std::unexpected<Error> refuse(std::string code, Place place, Text message, Text mend) const {
    return fail(mistake(std::move(code), file_name_, place, std::move(message), std::move(mend)));
  }
  Syntax& syntax() { return syntax_; }
  std::size_t position() const { return at_; }

 private:
  Syntax& syntax_;
  const std::vector<Token>& tokens_;
  std::string_view text_;
  const std::string& file_name_;
  std::size_t at_ = 0;
  int depth_ = 0;

  ExprId add(ExprKind kind, Place place, std::vector<std::string> words, std::vector<ExprId> children = {});
  std::string seen() const;
  Result<ExprId> disjunction();
  Result<ExprId> conjunction();
  Result<ExprId> negation();
  Result<ExprId> comparison();
  Result<ExprId> membership(ExprId left, bool negated);
  Result<ExprId> sum();
  Result<ExprId> product();
  Result<ExprId> signed_value();
  Result<ExprId> primary();
  Result<ExprId> named();
  Result<ExprId> argument();
  Result<ExprId> conditional();
};

}  // namespace songtan::policy::detail
