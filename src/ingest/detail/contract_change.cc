#include "ingest/detail/contract_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kContextLines = 3;

bool opens_table(std::string_view line) { return trimmed(line).starts_with('['); }

bool says_nothing(std::string_view line) {
  const std::string_view words = trimmed(line);
  return words.empty() || words.starts_with('#');
}

}  // namespace

std::string toml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      quoted += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

ContractChange::ContractChange(const Contract& contract)
    : name_(fmt::format("sources/{}", contract.path.filename().string())) {
  std::ifstream stream(contract.path, std::ios::binary);
  for (std::string line; std::getline(stream, line);) lines_.push_back(line);
  for (const ContractColumn& column : contract.columns)
    last_column_ = std::max(last_column_, static_cast<std::size_t>(column.line));
}

void ContractChange::insert_after(std::size_t line, std::string text) {
  if (line == 0 || line > lines_.size()) return;
  added_[line].push_back(std::move(text));
}

// The last line that says something before the next table begins.
std::size_t ContractChange::end_of_table(std::size_t line) const {
  std::size_t end = std::min(line, lines_.size());
  while (end < lines_.size() && !opens_table(lines_[end])) ++end;
  while (end > line && says_nothing(lines_[end - 1])) --end;
  return end;
}

std::size_t ContractChange::line_of_key(const ContractColumn& column, std::string_view key) const {
  const auto name = static_cast<std::size_t>(column.line);
  if (name == 0 || name > lines_.size()) return 0;
  std::size_t from = name;
  while (from > 1 && !opens_table(lines_[from - 1])) --from;
  for (std::size_t line = from + 1; line <= end_of_table(name); ++line) {
    const std::string_view words = trimmed(lines_[line - 1]);
    if (words.starts_with(key) && trimmed(words.substr(key.size())).starts_with('=')) return line;
  }
  return 0;
}

void ContractChange::add_to_column(const ContractColumn& column, std::string_view line) {
  insert_after(static_cast<std::size_t>(column.line), std::string(line));
}

void ContractChange::replace_in_column(const ContractColumn& column, std::string_view key, std::string_view line) {
  if (const std::size_t at = line_of_key(column, key); at > 0) replaced_[at] = std::string(line);
}

void ContractChange::add_former_name(const ContractColumn& column, std::string_view name) {
  std::string names;
  for (const std::string& former : column.former_names) names += toml_text(former) + ", ";
  const std::string line = fmt::format("former_names = [{}{}]", names, toml_text(name));
  if (column.former_names.empty())
    add_to_column(column, line);
  else
    replace_in_column(column, "former_names", line);
}

void ContractChange::add_column(const std::vector<std::string>& lines) {
  const std::size_t end = end_of_table(last_column_);
  insert_after(end, "");
  insert_after(end, "[[columns]]");
  for (const std::string& line : lines) insert_after(end, line);
}

void ContractChange::add_code(const CodeList& list, std::string_view code) {
  insert_after(static_cast<std::size_t>(list.last_line),
               fmt::format("{} = {}", toml_text(code), toml_text(kUndecided)));
}

std::string ContractChange::patch() const {
  if (added_.empty() && replaced_.empty()) return {};
  std::vector<char> shown(lines_.size() + 1, 0);
  const auto show = [&](std::size_t line) {
    const std::size_t from = line > kContextLines ? line - kContextLines : 1;
    for (std::size_t i = from; i <= std::min(line + kContextLines, lines_.size()); ++i) shown[i] = 1;
  };
  for (const auto& [line, text] : added_) show(line);
  for (const auto& [line, text] : replaced_) show(line);
  std::string patch = fmt::format("--- a/{0}\n+++ b/{0}\n", name_);
  std::size_t more = 0;
  for (std::size_t line = 1; line <= lines_.size(); ++line) {
    if (shown[line] == 0) continue;
    const std::size_t first = line;
    std::size_t added = 0;
    std::string body;
    for (; line <= lines_.size() && shown[line] != 0; ++line) {
      const auto other = replaced_.find(line);
      if (other == replaced_.end())
        body += " " + lines_[line - 1] + "\n";
      else
        body += "-" + lines_[line - 1] + "\n+" + other->second + "\n";
      const auto behind = added_.find(line);
      if (behind == added_.end()) continue;
      for (const std::string& text : behind->second) body += "+" + text + "\n";
      added += behind->second.size();
    }
    patch += fmt::format("@@ -{},{} +{},{} @@\n{}", first, line - first, first + more, line - first + added, body);
    more += added;
  }
  return patch;
}

}  // namespace songtan::ingest::detail
