#include "link/detail/splink_condition.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

namespace songtan::link {
namespace {

struct Token {
  enum class Kind { word, quoted, text, number, sign, end } kind = Kind::end;
  std::string text;
};

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  const auto take = [&](Token::Kind kind, std::size_t length) {
    tokens.push_back({kind, std::string(sql.substr(at, length))});
    at += length;
  };
  while (at < sql.size()) {
    const char c = sql[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
    } else if (c == '"' || c == '\'') {
      std::size_t end = at + 1;
      while (end < sql.size() && (sql[end] != c || (end + 1 < sql.size() && sql[end + 1] == c)))
        end += sql[end] == c ? 2 : 1;
      take(c == '"' ? Token::Kind::quoted : Token::Kind::text, std::min(end + 1, sql.size()) - at);
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      std::size_t end = at;
      while (end < sql.size() && (is_word_char(sql[end]) || sql[end] == '.')) ++end;
      take(Token::Kind::number, end - at);
    } else if (is_word_char(c)) {
      std::size_t end = at;
      while (end < sql.size() && is_word_char(sql[end])) ++end;
      take(Token::Kind::word, end - at);
    } else {
      const bool two =
          at + 1 < sql.size() && (sql.substr(at, 2) == ">=" || sql.substr(at, 2) == "<=" || sql.substr(at, 2) == "<>" ||
                                  sql.substr(at, 2) == "::" || sql.substr(at, 2) == "||");
      take(Token::Kind::sign, two ? 2 : 1);
    }
  }
  tokens.push_back({});
  return tokens;
}

// An expression over one side (or a constant), as SQL over the input row.
struct Side {
  std::string sql;
  char side = 0;  ///< 'l', 'r', or 0 for a constant
  bool mixed = false;
  std::string function;  ///< upper case, if it is one call
  std::vector<Side> arguments;
  bool minus = false;  ///< two arguments apart from each other
};

using Alternatives = std::vector<std::vector<ModelTest>>;

struct Misread {
  std::string what;
};

class ConditionParser {
 public:
  ConditionParser(std::string_view sql, ExpressionColumns& columns) : tokens_(tokens_of(sql)), columns_(columns) {}

  Alternatives whole() {
    Alternatives result = disjunction();
    if (peek().kind != Token::Kind::end) throw Misread{"unexpected " + peek().text};
    return result;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool is_word(const char* word, std::size_t ahead = 0) const {
    return peek(ahead).kind == Token::Kind::word && upper(peek(ahead).text) == word;
  }
  bool is_sign(const char* sign) const { return peek().kind == Token::Kind::sign && peek().text == sign; }
  void expect(const char* sign) {
    if (!is_sign(sign)) throw Misread{std::string("expected ") + sign};
    ++at_;
  }

  Alternatives disjunction() {
    Alternatives result = conjunction();
    while (is_word("OR")) {
      ++at_;
      const Alternatives more = conjunction();
      result.insert(result.end(), more.begin(), more.end());
    }
    return merged_nulls(result);
  }

  // "a_l IS NULL OR a_r IS NULL" is one test of the engine.
  static Alternatives merged_nulls(const Alternatives& in) {
    Alternatives out;
    for (const auto& tests : in) {
      const bool lone_null = tests.size() == 1 && tests.front().operation == Operator::is_null;
      const bool known = lone_null && std::any_of(out.begin(), out.end(), [&](const auto& other) {
                           return other.size() == 1 && other.front().operation == Operator::is_null &&
                                  other.front().left == tests.front().left;
                         });
      if (!known) out.push_back(tests);
    }
    return out;
  }

  Alternatives conjunction() {
    Alternatives result = primary();
    while (is_word("AND")) {
      ++at_;
      const Alternatives more = primary();
      Alternatives product;
      for (const auto& a : result) {
        for (const auto& b : more) {
          product.push_back(a);
          product.back().insert(product.back().end(), b.begin(), b.end());
        }
      }
      result = std::move(product);
    }
    return result;
  }

  // A parenthesis may hold a condition or the start of an expression: try the condition first.
  Alternatives primary() {
    if (is_sign("(")) {
      const std::size_t kept = at_;
      try {
        ++at_;
        Alternatives inner = disjunction();
        expect(")");
        return inner;
      } catch (const Misread&) {
        at_ = kept;
      }
    }
    return {{comparison()}};
  }

  ModelTest comparison() {
    const Side left = sum();
    if (is_word("IS")) {
      at_ += 1;
      if (!is_word("NULL")) throw Misread{"only IS NULL is understood"};
      ++at_;
      const std::string column = columns_.column_of(left.sql);
      return {Operator::is_null, column, column, 0, false};
    }
    if (peek().kind != Token::Kind::sign) throw Misread{"expected a comparison"};
    const std::string sign = peek().text;
    ++at_;
    const Side right = sum();
    if (sign == "=") return equality(left, right);
    return bounded(left, sign, right);
  }

  ModelTest equality(const Side& left, const Side& right) {
    if (left.side == 0 || right.side == 0 || left.side == right.side || left.mixed || right.mixed) {
      throw Misread{"an equality of other than the two sides"};
    }
    const Side& l = left.side == 'l' ? left : right;
    const Side& r = left.side == 'l' ? right : left;
    return {Operator::exact, columns_.column_of(l.sql), columns_.column_of(r.sql), 0, false};
  }

  ModelTest bounded(Side call, std::string sign, Side bound) {
    if (!call.mixed && bound.mixed) {
      std::swap(call, bound);
      sign[0] = sign[0] == '<' ? '>' : '<';
    }
    ModelTest test;
    Side pair = call;
    if (call.function == "ABS" && call.arguments.size() == 1 && call.arguments.front().minus) {
      test.operation = Operator::difference;
      pair = call.arguments.front();
    } else if ((call.function == "ARRAY_LENGTH" || call.function == "LEN" || call.function == "LENGTH") &&
               call.arguments.size() == 1 &&
               (call.arguments.front().function == "LIST_INTERSECT" ||
                call.arguments.front().function == "ARRAY_INTERSECT")) {
      test.operation = Operator::list_overlap;
      pair = call.arguments.front();
    } else {
      test.operation = operator_of(call.function);
    }
    if (pair.arguments.size() != 2) throw Misread{"a function of other than two arguments"};
    const bool swapped = pair.arguments[0].side == 'r';
    test.left = columns_.column_of(pair.arguments[swapped ? 1 : 0].sql);
    test.right = columns_.column_of(pair.arguments[swapped ? 0 : 1].sql);
    char* end = nullptr;
    test.bound = std::strtod(bound.sql.c_str(), &end);
    if (bound.side != 0 || end == bound.sql.c_str()) throw Misread{"a bound that is no number"};
    if ((sign[0] == '>') != is_similarity(test.operation)) throw Misread{"a bound on the wrong side"};
    test.strict = sign.size() == 1;
    return test;
  }

  static Operator operator_of(const std::string& function) {
    const std::map<std::string, Operator> known = {{"JARO_WINKLER_SIMILARITY", Operator::jaro_winkler},
                                                   {"JARO_WINKLER", Operator::jaro_winkler},
                                                   {"JARO_SIMILARITY", Operator::jaro},
                                                   {"JACCARD", Operator::jaccard},
                                                   {"LEVENSHTEIN", Operator::levenshtein},
                                                   {"EDITDIST3", Operator::levenshtein},
                                                   {"DAMERAU_LEVENSHTEIN", Operator::damerau_levenshtein}};
    const auto found = known.find(function);
    if (found == known.end()) throw Misread{"the function " + function};
    return found->second;
  }

  static Side joined(const Side& a, const std::string& sign, const Side& b) {
    Side both;
    both.sql = a.sql + " " + sign + " " + b.sql;
    both.side = a.side == 0 ? b.side : a.side;
    both.mixed = a.mixed || b.mixed || (a.side != 0 && b.side != 0 && a.side != b.side);
    both.minus = sign == "-" && both.mixed;
    both.arguments = {a, b};
    return both;
  }

  Side sum() {
    Side left = atom();
    while (is_sign("+") || is_sign("-") || is_sign("*") || is_sign("/") || is_sign("||")) {
      const std::string sign = peek().text;
      ++at_;
      left = joined(left, sign, atom());
    }
    return left;
  }

  Side atom() {
    Side side = bare_atom();
    while (is_sign("::") || is_sign("[")) {
      if (is_sign("::")) {
        ++at_;
        side.sql += "::" + peek().text;
        ++at_;
      } else {
        while (!is_sign("]") && peek().kind != Token::Kind::end) side.sql += tokens_[at_++].text;
        side.sql += "]";
        expect("]");
      }
      side.function.clear();
    }
    return side;
  }

  Side bare_atom() {
    if (is_sign("(")) {
      ++at_;
      Side inner = sum();
      expect(")");
      inner.sql = "(" + inner.sql + ")";
      return inner;
    }
    if (is_sign("-")) {
      ++at_;
      Side inner = bare_atom();
      inner.sql = "-" + inner.sql;
      return inner;
    }
    const Token token = peek();
    ++at_;
    if (token.kind == Token::Kind::number || token.kind == Token::Kind::text)
      return {token.text, 0, false, "", {}, false};
    if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted) throw Misread{"unexpected " + token.text};
    if (is_sign("(")) return call_of(token.text);
    return column_reference(token);
  }

  Side call_of(const std::string& name) {
    Side call;
    call.function = upper(name);
    expect("(");
    std::string inside;
    bool cast_type = false;
    while (!is_sign(")")) {
      if (!call.arguments.empty() && !cast_type) {
        expect(",");
        inside += ", ";
      }
      call.arguments.push_back(sum());
      const Side& argument = call.arguments.back();
      inside += argument.sql;
      call.mixed = call.mixed || argument.mixed || (call.side != 0 && argument.side != 0 && call.side != argument.side);
      if (call.side == 0) call.side = argument.side;
      if (is_word("AS")) {
        inside += " AS ";
        for (++at_; !is_sign(")"); ++at_) inside += peek().text;
        cast_type = true;
      }
    }
    expect(")");
    call.sql = name + "(" + inside + ")";
    return call;
  }

  // l."name", "name_l" or name_l: a column of one side.
  Side column_reference(const Token& token) {
    Side side;
    const auto bare = [](const Token& t) {
      return t.kind == Token::Kind::quoted ? t.text.substr(1, t.text.size() - 2) : t.text;
    };
    const std::string name = bare(token);
    if (is_sign(".") && (name == "l" || name == "r")) {
      ++at_;
      side.side = name[0];
      side.sql = "\"" + bare(peek()) + "\"";
      ++at_;
      return side;
    }
    if (name.size() > 2 && (name.ends_with("_l") || name.ends_with("_r"))) {
      side.side = name.back();
      side.sql = "\"" + name.substr(0, name.size() - 2) + "\"";
      return side;
    }
    side.sql = token.text;
    return side;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  ExpressionColumns& columns_;
};

std::unexpected<Error> not_understood(std::string_view sql, const std::string& what) {
  const std::string condition(sql);
  return fail(
      Outcome::bad_data, "link.splink_condition",
      {"无法理解 Splink 条件：" + condition + "（" + what + "）",
       "a Splink condition is not understood: " + condition + " (" + what + ")"},
      {"改写为两侧各一个表达式的相等或距离比较", "rewrite it as an equality or a distance of one expression per side"});
}

}  // namespace

std::string ExpressionColumns::column_of(const std::string& sql) {
  if (sql.size() > 2 && sql.front() == '"' && sql.find('"', 1) == sql.size() - 1) return sql.substr(1, sql.size() - 2);
  const auto [found, added] = names_.try_emplace(sql, "expression_" + std::to_string(names_.size() + 1));
  if (added) columns_.push_back({found->second, sql});
  return found->second;
}

std::vector<ModelColumn> ExpressionColumns::columns() const { return columns_; }

Result<Alternatives> parse_level_condition(std::string_view sql, ExpressionColumns& columns) {
  try {
    return ConditionParser(sql, columns).whole();
  } catch (const Misread& misread) {
    return not_understood(sql, misread.what);
  }
}

Result<std::vector<std::string>> parse_blocking_rule(std::string_view sql, ExpressionColumns& columns) {
  TRY(const Alternatives alternatives, parse_level_condition(sql, columns));
  if (alternatives.size() != 1) return not_understood(sql, "OR");
  std::vector<std::string> keys;
  for (const ModelTest& test : alternatives.front()) {
    if (test.operation != Operator::exact || test.left != test.right)
      return not_understood(sql, "not an equality of one column");
    keys.push_back(test.left);
  }
  return keys;
}

}  // namespace songtan::link
