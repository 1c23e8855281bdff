#include "policy/detail/csv.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/detail/mistake.h"

namespace songtan::policy::detail {
namespace {

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  bool at_end() const { return at_ >= text_.size(); }
  int line() const { return line_; }

  Result<std::vector<std::string>> row() {
    std::vector<std::string> cells;
    for (;;) {
      TRY(std::string cell, this->cell());
      cells.push_back(std::move(cell));
      if (at_end()) return cells;
      const char c = text_[at_++];
      if (c == ',') continue;
      if (c == '\r' && !at_end() && text_[at_] == '\n') ++at_;
      ++line_;
      return cells;
    }
  }

 private:
  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  int line_ = 1;

  Result<std::string> cell() {
    if (!at_end() && text_[at_] == '"') return quoted();
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    return std::string(trimmed(text_.substr(begin, at_ - begin)));
  }

  Result<std::string> quoted() {
    const int begin = line_;
    std::string out;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        out += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out += text_[++at_];
      } else {
        ++at_;
        while (!at_end() && text_[at_] == ' ') ++at_;
        return out;
      }
    }
    return fail(mistake("table.quote", file_, {0, begin, 1}, {"引号没有结束", "a quotation does not end"},
                        {"补上收尾的引号", "close the quotation"}));
  }
};

}  // namespace

Result<Csv> read_csv(std::string_view text, const std::string& file_name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (first_invalid_utf8(text) != std::string_view::npos) {
    return fail(mistake("table.encoding", file_name, {0, 1, 1}, {"表不是 UTF-8", "the table is not UTF-8"},
                        {"用 UTF-8 另存", "save it as UTF-8"}));
  }
  Reader reader(text, file_name);
  Csv csv;
  while (!reader.at_end()) {
    const int line = reader.line();
    TRY(std::vector<std::string> cells, reader.row());
    if (cells[0].starts_with('#') || std::ranges::all_of(cells, [](const std::string& c) { return c.empty(); }))
      continue;
    if (csv.header.empty()) {
      csv.header = std::move(cells);
      continue;
    }
    if (cells.size() != csv.header.size()) {
      return fail(
          mistake("table.width", file_name, {0, line, 1},
                  {fmt::format("这一行有 {} 格，表头有 {} 格", cells.size(), csv.header.size()),
                   fmt::format("this row has {} cells, the header has {}", cells.size(), csv.header.size())},
                  {"补齐或删去格子；含逗号的文字要加引号", "add or remove cells; quote text that contains commas"}));
    }
    csv.rows.push_back({std::move(cells), line});
  }
  std::vector<std::string> sorted = csv.header;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    return fail(mistake("table.column", file_name, {0, 1, 1},
                        {fmt::format("列“{}”出现两次", *twice), fmt::format("the column '{}' appears twice", *twice)},
                        {"删去一列", "remove one"}));
  }
  return csv;
}

}  // namespace songtan::policy::detail
