#include "policy/detail/declaration_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/detail/picture.h"
#include "policy/detail/token.h"

namespace songtan::policy::detail {

std::string declaration_text(const PackText& pack, std::string_view file, std::int64_t line) {
  const auto found = std::ranges::find(pack.files, file, &PackFile::name);
  if (found == pack.files.end()) return {};
  const std::vector<std::string_view> lines = split(found->text, '\n');
  std::string text;
  std::string blank;  // blank lines and comments count only when the declaration goes on after them
  for (auto i = static_cast<std::size_t>(line - 1); i < lines.size(); ++i) {
    std::string_view each = lines[i];
    while (!each.empty() && (each.back() == '\r' || each.back() == ' ')) each.remove_suffix(1);
    const bool continues = each.starts_with(' ') || each.starts_with('\t') || each.starts_with("　");
    if (i + 1 > static_cast<std::size_t>(line) && !each.empty() && !continues && each[0] != '#') break;
    if (each.empty() || each[0] == '#') {
      blank += std::string(each) + '\n';
      continue;
    }
    text += blank + std::string(each) + '\n';
    blank.clear();
  }
  if (!text.empty()) text.pop_back();
  return text;
}

std::string marked_text(std::string_view text, const std::function<std::string(std::string_view)>& link_of) {
  const auto tokens = tokenize(text, 0, "");
  if (!tokens) return escaped(text);
  std::string out;
  std::size_t at = 0;
  for (const Token& token : tokens->tokens) {
    if (token.kind == TokenKind::end) break;
    out += escaped(text.substr(at, token.begin - at));
    const std::string words = escaped(text.substr(token.begin, token.end - token.begin));
    at = token.end;
    const bool keyword = token.kind == TokenKind::name &&
                         (canonical(token.text) != token.text || english_keyword(token.text) != token.text);
    const std::string link = token.kind == TokenKind::name ? link_of(token.text) : std::string();
    if (!link.empty()) {
      out += fmt::format("<a href=\"#{}\">{}</a>", escaped(link), words);
    } else if (keyword) {
      out += "<span class=\"k\">" + words + "</span>";
    } else if (token.kind == TokenKind::string) {
      out += "<span class=\"s\">" + words + "</span>";
    } else if (token.kind == TokenKind::number || token.kind == TokenKind::date) {
      out += "<span class=\"n\">" + words + "</span>";
    } else {
      out += words;
    }
  }
  return out + escaped(text.substr(at));
}

}  // namespace songtan::policy::detail
