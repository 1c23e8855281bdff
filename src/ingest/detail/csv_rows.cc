#include "ingest/detail/csv_rows.h"

namespace songtan::ingest::detail {
namespace {

bool ends_line(const std::string& block, std::size_t at) {
  return at >= block.size() || block[at] == '\n' ||
         (block[at] == '\r' && (at + 1 >= block.size() || block[at + 1] == '\n'));
}

}  // namespace

bool CsvRows::next(CsvRow& row) {
  if (at_ >= block_.size()) return false;
  row.cells.clear();
  row.balanced = true;
  row.offset = static_cast<std::int64_t>(at_);
  while (true) {
    if (at_ < block_.size() && block_[at_] == '"') {
      bool row_ended = false;
      row.cells.push_back(quoted_cell(row, row_ended));
      if (row_ended) return true;
      continue;
    }
    const std::size_t from = at_;
    const char* data = block_.data();
    const std::size_t size = block_.size();
    while (at_ < size && data[at_] != delimiter_ && data[at_] != '\n') ++at_;
    std::size_t to = at_;
    const bool line_end = at_ >= size || data[at_] == '\n';
    if (line_end && to > from && data[to - 1] == '\r') --to;
    row.cells.emplace_back(data + from, to - from);
    ++at_;
    if (line_end) return true;
  }
}

// Stands on the opening quote; leaves behind the delimiter or the line end that closes the cell.
std::string_view CsvRows::quoted_cell(CsvRow& row, bool& row_ended) {
  const std::size_t from = ++at_;
  std::size_t to = from;
  bool open = true;
  for (; at_ < block_.size(); ++at_) {
    const char c = block_[at_];
    if (open && c == '"') {
      const bool doubled = at_ + 1 < block_.size() && block_[at_ + 1] == '"';
      if (!doubled) {
        open = false;
        continue;
      }
      ++at_;
    } else if (!open || (c == '\n' && !multiline_)) {
      if (c == '\n' || ends_line(block_, at_) || c == delimiter_) break;
      row.balanced = false;
    }
    block_[to++] = block_[at_];
  }
  row.balanced = row.balanced && !open;
  if (at_ < block_.size() && block_[at_] == '\r') ++at_;
  row_ended = at_ >= block_.size() || block_[at_] == '\n';
  ++at_;
  return std::string_view(block_).substr(from, to - from);
}

}  // namespace songtan::ingest::detail
