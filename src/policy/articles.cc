#include "policy/articles.h"

#include <algorithm>

#include "base/text.h"
#include "policy/detail/csv.h"

namespace songtan::policy {
namespace {

constexpr std::string_view kUnseen = "未见原文";

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos; at += to.size())
    out.replace(at, from.size(), to);
  return out;
}

// "第二款（三）": paragraphs are not marked in the texts, items are.
bool has_item(const Article& article, std::string_view rest) {
  const std::size_t item = rest.find("（");
  const std::string_view paragraph = rest.substr(0, item);
  if (!paragraph.empty() && !(paragraph.starts_with("第") && paragraph.ends_with("款"))) return false;
  return item == std::string_view::npos || article.text.find(rest.substr(item)) != std::string::npos;
}

}  // namespace

std::vector<std::string> citations_of(std::string_view article) {
  std::vector<std::string> found;
  const std::string plain = replaced(article, "；", ";");
  for (const std::string_view each : split(plain, ';')) {
    const std::string_view one = trimmed(each);
    if (!one.empty()) found.emplace_back(one);
  }
  return found;
}

LawTexts::LawTexts(std::span<const PackFile> files) {
  for (const PackFile& file : files) {
    if (file.name.ends_with(".md")) read_text(file);
    if (file.name.ends_with(".csv")) read_unseen(file);
  }
}

void LawTexts::read_text(const PackFile& file) {
  std::map<std::string, std::string> front;
  std::map<std::string, Article> articles;
  Article* open = nullptr;
  int fences = 0;
  for (const std::string_view raw : split(file.text, '\n')) {
    const std::string_view line = trimmed(raw);
    if (line == "---" && fences < 2) {
      ++fences;
    } else if (fences == 1) {
      const std::size_t colon = line.find(": ");
      if (colon != std::string_view::npos) front.emplace(line.substr(0, colon), line.substr(colon + 2));
    } else if (line.starts_with("## ")) {
      open = &articles[std::string(line.substr(3))];
      open->heading = std::string(line.substr(3));
    } else if (line.starts_with("# ")) {
      open = nullptr;
    } else if (open != nullptr && !line.empty()) {
      if (!open->text.empty()) open->text += '\n';
      open->text += line;
    }
  }
  if (!front.contains("id")) return;
  for (auto& [heading, article] : articles) {
    article.law = front["id"];
    article.title = front["title"];
    article.effective = front["effective"];
  }
  for (const char* name : {"title", "document"}) {
    if (!front[name].empty()) names_.emplace(front[name], front["id"]);
  }
  articles_[front["id"]] = std::move(articles);
}

void LawTexts::read_unseen(const PackFile& file) {
  const auto csv = detail::read_csv(file.text, file.name);
  if (!csv) return;
  const auto cell = [&](const detail::CsvRow& row, std::string_view name) {
    const auto at = std::ranges::find(csv->header, name) - csv->header.begin();
    return at < std::ssize(row.cells) ? row.cells[static_cast<std::size_t>(at)] : std::string();
  };
  for (const detail::CsvRow& row : csv->rows) {
    Article made;
    made.unseen = true;
    made.heading = cell(row, "id");
    made.law = cell(row, "document");
    made.title = cell(row, "title");
    made.text = cell(row, "says");
    articles_[std::string(kUnseen)][made.heading] = std::move(made);
  }
}

const Article* LawTexts::find(std::string_view citation) const {
  const std::string_view whole = trimmed(citation);
  const std::size_t blank = whole.find(' ');
  if (blank == std::string_view::npos) return nullptr;
  std::string_view name = whole.substr(0, blank);
  const std::string place{trimmed(whole.substr(blank))};
  if (const auto other = names_.find(name); other != names_.end()) name = other->second;
  const auto text = articles_.find(name);
  if (text == articles_.end()) return nullptr;
  if (const auto exact = text->second.find(place); exact != text->second.end()) return &exact->second;
  const Article* best = nullptr;
  for (const auto& [heading, article] : text->second) {
    if (!place.starts_with(heading) || !has_item(article, std::string_view(place).substr(heading.size()))) continue;
    if (best == nullptr || best->heading.size() < heading.size()) best = &article;
  }
  return best;
}

}  // namespace songtan::policy
