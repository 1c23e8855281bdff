#include <unicode/uchar.h>
#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "policy/detail/mistake.h"
#include "policy/detail/token.h"

namespace songtan::policy::detail {
namespace {

constexpr std::size_t kLongestFile = std::size_t{4} << 20;

// Full-width and mathematical forms of the marks that the language reads.
char32_t folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;  // the full-width block mirrors ASCII
  switch (c) {
    case 0x3000:
    case 0xA0: return U' ';
    case 0x3001: return U',';  // 、
    case 0x2022:
    case 0x30FB:
    case 0x2027:
    case 0xFF65: return 0xB7;  // middle dots → ·
    case 0x2264: return 0x2264;
    case 0x2212:
    case 0x2013: return U'-';
    case 0x201C:
    case 0x201D: return U'"';
    case U'*': return 0xD7;
    default: return c;
  }
}

bool starts_name(char32_t c) { return c == U'_' || u_isalpha(static_cast<UChar32>(c)); }
bool continues_name(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  return starts_name(c) || u_isdigit(code) || (U_GET_GC_MASK(code) & (U_GC_M_MASK | U_GC_NL_MASK)) != 0;
}
bool digit(char32_t c) { return c >= U'0' && c <= U'9'; }

class Lexer {
 public:
  Lexer(std::string_view text, int file, const std::string& file_name)
      : text_(code_points(text)), file_(file), file_name_(file_name) {}

  Result<TokenList> run() {
    while (skip_blanks()) TRY_VOID(next());
    Token end;
    end.place = place();
    end.first_on_line = true;
    list_.tokens.push_back(end);
    return std::move(list_);
  }

 private:
  std::u32string text_;
  int file_;
  const std::string& file_name_;
  TokenList list_;
  std::size_t at_ = 0;
  std::size_t bytes_ = 0;
  int line_ = 1;
  int column_ = 1;
  bool line_fresh_ = true;
  bool in_table_ = false;  ///< this line is a row of a table
  std::size_t last_end_ = 0;

  char32_t peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? folded(text_[at_ + ahead]) : U'\0'; }
  Place place() const { return {file_, line_, column_}; }

  char32_t take() {
    const char32_t raw = text_[at_++];
    bytes_ += raw < 0x80 ? 1 : raw < 0x800 ? 2 : raw < 0x10000 ? 3 : 4;
    if (raw == U'\n') {
      ++line_;
      column_ = 1;
      line_fresh_ = true;
    } else if (raw != 0xFEFF) {  // a mark of encoding takes no column
      ++column_;
    }
    return folded(raw);
  }

  bool skip_blanks() {
    while (at_ < text_.size()) {
      const char32_t c = peek();
      if (c == U'#') {
        comment();
      } else if (c == U' ' || c == U'\t' || c == U'\n' || c == U'\r' || c == 0xFEFF) {
        take();
      } else {
        return true;
      }
    }
    return false;
  }

  void comment() {
    Comment found{{}, place(), line_fresh_};
    take();
    std::u32string words;
    while (at_ < text_.size() && text_[at_] != U'\n') {
      words += text_[at_];
      take();
    }
    found.text = trimmed(utf8_of(words));
    list_.comments.push_back(std::move(found));
  }

  Token begin(TokenKind kind) {
    Token token;
    token.kind = kind;
    token.place = place();
    token.first_on_line = line_fresh_;
    token.begin = bytes_;
    token.glued = !line_fresh_ && bytes_ == last_end_;
    line_fresh_ = false;
    return token;
  }

  void finish(Token token) {
    if (token.first_on_line) in_table_ = token.kind == TokenKind::mark && token.text == "|";
    token.end = bytes_;
    last_end_ = bytes_;
    list_.tokens.push_back(std::move(token));
  }

  Result<void> next() {
    const char32_t c = peek();
    if (digit(c)) return number();
    if (starts_name(c)) return name();
    if (c == U'"') return string(U'"');
    if (c == 0x300C) return string(0x300D);  // 「…」
    return mark();
  }

  std::string take_name() {
    std::u32string words;
    while (at_ < text_.size() && continues_name(peek())) words += take();
    return utf8_of(words);
  }

  Result<void> name() {
    Token token = begin(TokenKind::name);
    token.text = take_name();
    const bool article = canonical(token.text) == "依据";
    finish(std::move(token));
    if (article && !in_table_ && (peek() == U' ' || peek() == U'\t')) raw_line();
    return {};
  }

  // 依据 takes the rest of its line as it is; a closing brace of a scenario ends it too.
  void raw_line() {
    while (peek() == U' ' || peek() == U'\t') take();
    if (peek() == U'\n' || peek() == U'\r' || peek() == U'\0' || peek() == U'#' || peek() == U'}') return;
    Token token = begin(TokenKind::raw);
    std::u32string words;
    while (at_ < text_.size() && text_[at_] != U'\n' && peek() != U'#' && peek() != U'}') {
      words += text_[at_];
      take();
    }
    token.text = trimmed(utf8_of(words));
    finish(std::move(token));
  }

  std::size_t digits(std::string& out) {
    std::size_t count = 0;
    while (digit(peek())) {
      out += static_cast<char>(take());
      ++count;
    }
    return count;
  }

  Result<void> number() {
    Token token = begin(TokenKind::number);
    std::size_t count = digits(token.text);
    if (count == 4 && peek() == U'-' && digit(peek(1)) && digit(peek(2)) && !digit(peek(3)))
      return date(std::move(token));
    if (peek() == U'.' && digit(peek(1))) {
      token.text += static_cast<char>(take());
      count += digits(token.text);
    }
    if (count > 30) {
      return fail(mistake("policy.number", file_name_, token.place,
                          {"数字 " + token.text + " 太长", "the number " + token.text + " is too long"},
                          {"最多写 30 位", "write at most 30 digits"}));
    }
    unit(token.unit);
    finish(std::move(token));
    return {};
  }

  void unit(std::string& out) {
    if (peek() == U'%') {
      take();
      out = "%";
    } else if (starts_name(peek())) {
      out = take_name();
      if (peek() == U'/' && starts_name(peek(1))) {
        take();
        out += '/';
        out += take_name();
      }
    }
  }

  Result<void> date(Token token) {
    token.kind = TokenKind::date;
    for (int part = 0; part < 2 && peek() == U'-' && digit(peek(1)) && digit(peek(2)); ++part) {
      token.text += static_cast<char>(take());
      token.text += static_cast<char>(take());
      token.text += static_cast<char>(take());
    }
    finish(std::move(token));
    return {};
  }

  Result<void> string(char32_t close) {
    Token token = begin(TokenKind::string);
    take();
    std::u32string words;
    while (at_ < text_.size() && text_[at_] != U'\n' && folded(text_[at_]) != close) {
      words += text_[at_];
      take();
    }
    if (at_ >= text_.size() || text_[at_] == U'\n') {
      return fail(mistake("policy.string", file_name_, token.place,
                          {"引号没有在本行结束", "a quotation does not end on its line"},
                          {"在词语之后补上收尾的引号", "close the quotation on the same line"}));
    }
    take();
    token.text = utf8_of(words);
    finish(std::move(token));
    return {};
  }

  Result<void> mark() {
    Token token = begin(TokenKind::mark);
    const char32_t c = take();
    const char32_t after = peek();
    if (c == 0x2264 || (c == U'<' && after == U'=')) {
      token.text = "<=";
      if (c == U'<') take();
    } else if (c == 0x2265 || (c == U'>' && after == U'=')) {
      token.text = ">=";
      if (c == U'>') take();
    } else if (c == 0x2260 || (c == U'!' && after == U'=') || (c == U'<' && after == U'>')) {
      token.text = "!=";
      if (c != 0x2260) take();
    } else if (c == U'=' && after == U'=') {
      take();
      token.text = "=";
    } else if (c == 0xF7 || c == U'/') {
      token.text = "/";
    } else if (c == 0xB7 || c == U'.') {
      token.text = "·";
    } else if (c == 0xD7) {
      token.text = "×";
    } else if (std::u32string_view(U"()[]{}:,;=<>+-|@%").find(c) != std::u32string_view::npos) {
      token.text = std::string(1, static_cast<char>(c));
    } else {
      const std::string seen = utf8_of(std::u32string_view(&c, 1));
      return fail(mistake("policy.character", file_name_, token.place,
                          {"读到不认识的符号 “" + seen + "”", "unexpected character '" + seen + "'"},
                          {"删去它，或把文字放进引号", "remove it, or put the words into quotation marks"}));
    }
    finish(std::move(token));
    return {};
  }
};

}  // namespace

Result<TokenList> tokenize(std::string_view text, int file, const std::string& file_name) {
  if (text.size() > kLongestFile) {
    return fail(mistake("policy.file_size", file_name, {file, 1, 1},
                        {"文件超过 4 MiB", "the file is larger than 4 MiB"},
                        {"把它分成几个文件", "split it into several files"}));
  }
  const std::size_t broken = first_invalid_utf8(text);
  if (broken != std::string_view::npos) {
    const auto line = static_cast<int>(std::ranges::count(text.substr(0, broken), '\n')) + 1;
    return fail(mistake("policy.encoding", file_name, {file, line, 1}, {"文件不是 UTF-8", "the file is not UTF-8"},
                        {"用 UTF-8 另存", "save it as UTF-8"}));
  }
  return Lexer(text, file, file_name).run();
}

}  // namespace songtan::policy::detail
