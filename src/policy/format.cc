#include "policy/format.h"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "base/text.h"
#include "policy/detail/layout.h"
#include "policy/detail/mistake.h"

namespace songtan::policy {
namespace {

using detail::Comment;
using detail::Token;
using detail::TokenKind;
using detail::TokenList;

/// One line of the text that holds something.
struct Line {
  int number = 0;
  std::span<const Token> tokens;
  const Comment* comment = nullptr;
  int level = 0;

  bool table() const { return !tokens.empty() && tokens[0].kind == TokenKind::mark && tokens[0].text == "|"; }
};

bool is_word(const Token& token, std::string_view keyword) {
  return token.kind == TokenKind::name && detail::canonical(token.text) == keyword;
}

/// Lays out one file.
class Formatter {
 public:
  Formatter(std::string_view text, const TokenList& list) : text_(text), list_(list) {}

  std::string run() {
    collect();
    levels();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i > 0 && lines_[i].number > lines_[i - 1].number + 1) out_ += '\n';
      if (lines_[i].table()) measure(i);
      line(lines_[i]);
    }
    return std::move(out_);
  }

 private:
  std::string_view text_;
  const TokenList& list_;
  std::vector<Line> lines_;
  std::vector<int> widths_;      ///< of the columns of the table at hand
  std::size_t measured_to_ = 0;  ///< first line after the table at hand
  std::string out_;

  void collect();
  void levels();
  void measure(std::size_t first);
  void line(const Line& line);
  std::string words(std::span<const Token> tokens) const;
  std::string row(std::span<const Token> tokens) const;
  std::vector<std::string> cells(std::span<const Token> tokens) const;
  std::string source(std::span<const Token> tokens) const {
    return std::string(trimmed(text_.substr(tokens.front().begin, tokens.back().end - tokens.front().begin)));
  }
  std::string written(const Token& token) const;
};

void Formatter::collect() {
  std::size_t comment = 0;
  const std::span<const Token> all{list_.tokens.data(), list_.tokens.size() - 1};
  const auto comments_before = [&](int number) {
    for (; comment < list_.comments.size() && list_.comments[comment].place.line < number; ++comment)
      lines_.push_back({list_.comments[comment].place.line, {}, &list_.comments[comment], 0});
  };
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    const int number = all[i].place.line;
    while (end < all.size() && all[end].place.line == number) ++end;
    comments_before(number);
    const bool commented = comment < list_.comments.size() && list_.comments[comment].place.line == number;
    lines_.push_back({number, all.subspan(i, end - i), commented ? &list_.comments[comment++] : nullptr, 0});
    i = end;
  }
  comments_before(std::numeric_limits<int>::max());
}

// A comment in the first column stays there; an indented one stands with the line below it, or at the end of a
// declaration with the line above it.
void Formatter::levels() {
  detail::Levels levels;
  for (Line& each : lines_) {
    if (!each.tokens.empty()) each.level = levels.next(each.tokens[0].place.column);
  }
  int below = 0;
  for (std::size_t i = lines_.size(); i-- > 0;) {
    Line& each = lines_[i];
    if (each.tokens.empty()) each.level = each.comment->place.column == 1 ? 0 : below;
    if (!each.tokens.empty()) below = each.level;
  }
  int above = 0;
  for (Line& each : lines_) {
    if (each.tokens.empty() && each.comment->place.column > 1 && each.level == 0) each.level = above;
    if (!each.tokens.empty()) above = each.level;
  }
}

std::string Formatter::written(const Token& token) const {
  if (token.kind != TokenKind::string && token.kind != TokenKind::mark) return token.text + token.unit;
  const std::string_view raw = text_.substr(token.begin, token.end - token.begin);
  if (token.kind == TokenKind::string) return raw.starts_with("「") ? std::string(raw) : '"' + token.text + '"';
  return raw == "÷" ? std::string(raw) : token.text;
}

std::string Formatter::words(std::span<const Token> tokens) const {
  if (is_word(tokens[0], "测试") && tokens[0].place.column == 1) {
    return tokens[0].text + (tokens.size() > 1 ? " " + source(tokens.subspan(1)) : "");
  }
  std::string out = written(tokens[0]);
  bool unary = false;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const Token& left = tokens[i - 1];
    const bool begins = i == 1 ? tokens[i].glued : detail::awaits_value(tokens[i - 2]);
    unary = left.kind == TokenKind::mark && left.text == "-" && !unary && begins;
    if (is_word(left, "取自") && tokens[i].kind != TokenKind::string) {  // a path, as it stands
      std::size_t end = i + 1;
      while (end < tokens.size() && tokens[end].glued) ++end;
      out += ' ' + source(tokens.subspan(i, end - i));
      i = end - 1;
      continue;
    }
    out.append(static_cast<std::size_t>(detail::blanks_between(left, tokens[i], unary)), ' ');
    out += written(tokens[i]);
  }
  return out;
}

// What stands between the marks of a row, as it stands; a row that does not end with a mark keeps its rest.
std::vector<std::string> Formatter::cells(std::span<const Token> tokens) const {
  std::vector<std::string> found;
  std::size_t from = 1;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::mark || tokens[i].text != "|") continue;
    found.push_back(i > from ? source(tokens.subspan(from, i - from)) : std::string());
    from = i + 1;
  }
  if (from < tokens.size()) found.push_back(source(tokens.subspan(from)));
  return found;
}

void Formatter::measure(std::size_t first) {
  if (first < measured_to_) return;
  widths_.clear();
  std::size_t at = first;
  for (; at < lines_.size() && (lines_[at].tokens.empty() || lines_[at].table()); ++at) {
    if (lines_[at].tokens.empty()) continue;
    const std::vector<std::string> row = cells(lines_[at].tokens);
    widths_.resize(std::max(widths_.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths_[c] = std::max(widths_[c], detail::display_width(row[c]));
  }
  measured_to_ = at;
}

std::string Formatter::row(std::span<const Token> tokens) const {
  const std::vector<std::string> found = cells(tokens);
  const bool closed = tokens.back().kind == TokenKind::mark && tokens.back().text == "|";
  std::string out = "|";
  for (std::size_t c = 0; c < found.size(); ++c) {
    out += ' ' + found[c];
    if (c + 1 == found.size() && (!closed || tokens.size() == 1)) break;
    out.append(static_cast<std::size_t>(widths_[c] - detail::display_width(found[c])) + 1, ' ');
    out += '|';
  }
  return out;
}

void Formatter::line(const Line& line) {
  out_.append(static_cast<std::size_t>(line.level) * 2, ' ');
  if (!line.tokens.empty()) out_ += line.table() ? row(line.tokens) : words(line.tokens);
  if (line.comment != nullptr) {
    if (!line.tokens.empty()) out_ += "  ";
    out_ += '#';
    if (!line.comment->text.empty()) out_ += (line.comment->text[0] == '#' ? "" : " ") + line.comment->text;
  }
  out_ += '\n';
}

// What both evaluators would read: kinds, words, and where lines and declarations begin.
bool says_the_same(const TokenList& a, const TokenList& b) {
  const auto same = [](const Token& x, const Token& y) {
    const bool placed = x.kind == TokenKind::end ||
                        (x.first_on_line == y.first_on_line && (x.place.column == 1) == (y.place.column == 1));
    return placed && x.kind == y.kind && x.text == y.text && x.unit == y.unit;
  };
  return std::ranges::equal(a.tokens, b.tokens, same) &&
         std::ranges::equal(a.comments, b.comments, {}, &Comment::text, &Comment::text);
}

}  // namespace

Result<std::string> format_policy(std::string_view text, const std::string& file_name) {
  TRY(const TokenList before, detail::tokenize(text, 0, file_name));
  std::string laid_out = Formatter(text, before).run();
  TRY(const TokenList after, detail::tokenize(laid_out, 0, file_name));
  CHECK_PROMISE(says_the_same(before, after));
  return laid_out;
}

}  // namespace songtan::policy
