#include "ingest/detail/csv_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include "base/record_id.h"
#include "base/text.h"
#include "ingest/detail/csv_rows.h"
#include "ingest/detail/encoding.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum class ByteClass : std::uint8_t { plain, delimiter, quote, line_feed, carriage_return, nul, high };
enum class CellState : std::uint8_t { start, plain, quoted, after_quote };

std::array<ByteClass, 256> byte_classes(char delimiter) {
  std::array<ByteClass, 256> classes{};
  for (std::size_t i = 128; i < 256; ++i) classes[i] = ByteClass::high;
  classes[static_cast<unsigned char>(delimiter)] = ByteClass::delimiter;
  classes['"'] = ByteClass::quote;
  classes['\n'] = ByteClass::line_feed;
  classes['\r'] = ByteClass::carriage_return;
  classes[0] = ByteClass::nul;
  return classes;
}

// Bytes at the end that mean something only with the next buffer: an open UTF-8 sequence, or a carriage return.
std::size_t incomplete_tail(std::string_view bytes) {
  if (bytes.ends_with('\r')) return 1;
  const std::size_t most = std::min<std::size_t>(3, bytes.size());
  for (std::size_t back = 1; back <= most; ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

class CsvScanner {
 public:
  CsvScanner(const std::filesystem::path& file, const CsvShape& shape, const CsvLimits& limits)
      : file_(file), shape_(shape), limits_(limits), classes_(byte_classes(shape.delimiter)) {}

  /// `last`: nothing follows these bytes.
  Result<void> feed(std::string_view bytes, bool last);
  Result<CsvScan> finish();

 private:
  std::unexpected<Error> refuse(std::string code, Text message, Text mend, std::int64_t offset) const;
  std::unexpected<Error> refuse_cut(std::int64_t offset) const;
  Result<void> special(std::string_view bytes, std::size_t& at);
  Result<void> end_row(std::int64_t next_offset);
  void end_block(std::int64_t next_offset);
  Result<void> take_header(std::int64_t next_offset);

  std::filesystem::path file_;
  CsvShape shape_;
  CsvLimits limits_;
  std::array<ByteClass, 256> classes_;
  CsvScan scan_;
  std::string header_bytes_;
  bool in_header_ = true;
  bool last_ = false;
  CellState state_ = CellState::start;
  bool stray_quote_ = false;
  std::int64_t cells_ = 1;
  std::int64_t base_ = 0;  // file offset of the buffer being fed
  std::int64_t row_start_ = 0;
  std::int64_t block_start_ = 0;
  std::int64_t block_first_row_ = 1;
};

std::unexpected<Error> CsvScanner::refuse(std::string code, Text message, Text mend, std::int64_t offset) const {
  Error error = refusal(file_, std::move(code), std::move(message), std::move(mend));
  error.row = in_header_ ? 0 : scan_.rows + 1;
  error.offset = offset;
  return fail(std::move(error));
}

std::unexpected<Error> CsvScanner::refuse_cut(std::int64_t offset) const {
  return refuse(
      "csv.truncated", {"最后一行没有换行，文件可能被截断", "the last row has no line end; the file may be cut"},
      {"请部门重新交付完整的文件；若该部门从不写最后的换行，在 [files] 写 final_newline = \"optional\"",
       "ask for the whole file; if the department never writes it, set final_newline = \"optional\" in [files]"},
      offset);
}

Result<void> CsvScanner::feed(std::string_view bytes, bool last) {
  last_ = last;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t run = at;
    while (at < bytes.size() && classes_[data[at]] == ByteClass::plain) ++at;
    if (at > run && (state_ == CellState::start || state_ == CellState::after_quote)) {
      stray_quote_ = stray_quote_ || state_ == CellState::after_quote;
      state_ = CellState::plain;
    }
    if (at < bytes.size()) TRY_VOID(special(bytes, at));
  }
  const std::int64_t end = base_ + static_cast<std::int64_t>(bytes.size());
  if (end - row_start_ > limits_.row_bytes) {
    return refuse("csv.row_length",
                  {fmt::format("一行超过 {} 字节", limits_.row_bytes),
                   fmt::format("a row is longer than {} bytes", limits_.row_bytes)},
                  {"检查是否缺少换行，或文件并非 CSV", "look for missing line ends, or a file that is not CSV"},
                  row_start_);
  }
  if (in_header_)
    header_bytes_.append(bytes.substr(static_cast<std::size_t>(std::max<std::int64_t>(0, row_start_ - base_))));
  base_ = end;
  return {};
}

Result<void> CsvScanner::special(std::string_view bytes, std::size_t& at) {
  const std::int64_t offset = base_ + static_cast<std::int64_t>(at);
  switch (classes_[static_cast<unsigned char>(bytes[at])]) {
    case ByteClass::high: {
      const int length = utf8_sequence(bytes.substr(at));
      if (length == 0 && last_ && incomplete_tail(bytes) == bytes.size() - at) return refuse_cut(offset);
      if (length == 0) {
        return refuse("csv.encoding", {"不是 UTF-8 编码", "the bytes are not UTF-8"},
                      {"若为 GB18030/GBK，在契约 [files] 写 encoding = \"gb18030\"；否则请部门重新导出",
                       "if it is GB18030 or GBK, write encoding = \"gb18030\" in [files]; else ask the department to "
                       "export again"},
                      offset);
      }
      if (state_ == CellState::after_quote) stray_quote_ = true;
      if (state_ != CellState::quoted) state_ = CellState::plain;
      at += static_cast<std::size_t>(length);
      return {};
    }
    case ByteClass::delimiter:
      if (state_ != CellState::quoted) {
        ++cells_;
        state_ = CellState::start;
      }
      break;
    case ByteClass::quote:
      if (state_ == CellState::start || state_ == CellState::after_quote)
        state_ = CellState::quoted;
      else if (state_ == CellState::quoted)
        state_ = CellState::after_quote;
      break;
    case ByteClass::carriage_return: {
      const bool line_end = at + 1 >= bytes.size() || bytes[at + 1] == '\n';
      if (!line_end && state_ == CellState::after_quote) stray_quote_ = true;
      if (!line_end && state_ != CellState::quoted) state_ = CellState::plain;
      break;
    }
    case ByteClass::line_feed:
      if (state_ != CellState::quoted || !shape_.multiline) {
        if (in_header_) header_bytes_.append(bytes.substr(0, at));
        ++at;
        return end_row(offset + 1);
      }
      break;
    case ByteClass::nul:
      return refuse("csv.nul", {"文件含 NUL 字节", "the file holds a NUL byte"},
                    {"可能是 UTF-16 或损坏的文件；请按契约的编码重新导出",
                     "it may be UTF-16 or damaged; export it again in the contract's encoding"},
                    offset);
    case ByteClass::plain: break;
  }
  ++at;
  return {};
}

void CsvScanner::end_block(std::int64_t next_offset) {
  if (next_offset == block_start_) return;
  scan_.blocks.push_back(
      {block_start_, next_offset - block_start_, block_first_row_, scan_.rows + 1 - block_first_row_});
  block_start_ = next_offset;
  block_first_row_ = scan_.rows + 1;
}

Result<void> CsvScanner::take_header(std::int64_t next_offset) {
  if (header_bytes_.starts_with(kByteOrderMark)) header_bytes_.erase(0, kByteOrderMark.size());
  if (!header_bytes_.empty() && header_bytes_.back() == '\r') header_bytes_.pop_back();
  scan_.header = cells_of_row(header_bytes_, shape_.delimiter);
  if (static_cast<std::int64_t>(scan_.header.size()) > limits_.header_cells) {
    return refuse(
        "csv.columns",
        {fmt::format("表头有 {} 列，超过上限 {}", scan_.header.size(), limits_.header_cells),
         fmt::format("the header has {} columns, above the limit of {}", scan_.header.size(), limits_.header_cells)},
        {"检查分隔符，或这不是所约定的文件", "check the delimiter, or whether this is the agreed file"}, 0);
  }
  header_bytes_.clear();
  in_header_ = false;
  block_start_ = next_offset;
  return {};
}

Result<void> CsvScanner::end_row(std::int64_t next_offset) {
  if (next_offset - row_start_ > limits_.row_bytes) {
    return refuse("csv.row_length",
                  {fmt::format("一行超过 {} 字节", limits_.row_bytes),
                   fmt::format("a row is longer than {} bytes", limits_.row_bytes)},
                  {"检查是否缺少换行，或文件并非 CSV", "look for missing line ends, or a file that is not CSV"},
                  row_start_);
  }
  const bool unbalanced = state_ == CellState::quoted;
  if (in_header_) {
    TRY_VOID(take_header(next_offset));
  } else {
    ++scan_.rows;
    if (unbalanced || stray_quote_ || cells_ != static_cast<std::int64_t>(scan_.header.size())) {
      if (scan_.broken_rows++ == 0) {
        scan_.first_broken_row = scan_.rows;
        scan_.first_broken_offset = row_start_;
      }
    }
    const bool full =
        next_offset - block_start_ >= limits_.block_bytes || scan_.rows + 1 - block_first_row_ >= limits_.block_rows;
    if (full) end_block(next_offset);
  }
  state_ = CellState::start;
  stray_quote_ = false;
  cells_ = 1;
  row_start_ = next_offset;
  return {};
}

Result<CsvScan> CsvScanner::finish() {
  if (base_ == 0 || header_bytes_ == kByteOrderMark) {
    return refuse("csv.empty", {"文件是空的", "the file is empty"},
                  {"请部门重新交付；没有数据时也要有表头", "ask for it again; without data it still needs its header"},
                  0);
  }
  if (row_start_ < base_) {
    if (state_ == CellState::quoted && shape_.multiline) {
      return refuse(
          "csv.quotes", {"引号没有闭合，直到文件结束", "a quote is still open at the end of the file"},
          {"文件可能被截断，或某个单元格的引号没有成对", "the file may be cut, or a cell's quotes are not doubled"},
          row_start_);
    }
    if (shape_.needs_final_newline || state_ == CellState::quoted) return refuse_cut(base_);
    TRY_VOID(end_row(base_));
  }
  end_block(base_);
  if (scan_.rows > kMaximalRow) {
    return refuse("csv.rows", {"行数超过上限", "the file has too many rows"},
                  {"按地区拆成几个文件", "split it by region"}, -1);
  }
  return std::move(scan_);
}

}  // namespace

int utf8_sequence(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < bytes.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xE4 && lead <= 0xEC) return follows(1) && follows(2) ? 3 : 0;  // nearly all Chinese text
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead == 0xE0) return follows(1, 0xA0) && follows(2) ? 3 : 0;
  if (lead == 0xED) return follows(1, 0x80, 0x9F) && follows(2) ? 3 : 0;
  if (lead >= 0xE1 && lead <= 0xEF) return follows(1) && follows(2) ? 3 : 0;
  if (lead == 0xF0) return follows(1, 0x90) && follows(2) && follows(3) ? 4 : 0;
  if (lead >= 0xF1 && lead <= 0xF3) return follows(1) && follows(2) && follows(3) ? 4 : 0;
  if (lead == 0xF4) return follows(1, 0x80, 0x8F) && follows(2) && follows(3) ? 4 : 0;
  return 0;
}

std::vector<std::string> cells_of_row(std::string_view row, char delimiter) {
  CsvRows rows(std::string(row) + "\n", delimiter, true);
  CsvRow parsed;
  if (!rows.next(parsed)) return {};
  std::vector<std::string> cells;
  for (const std::string_view cell : parsed.cells) cells.emplace_back(cell);
  return cells;
}

Result<CsvScan> scan_csv(const std::filesystem::path& file, const CsvShape& shape, const CsvLimits& limits,
                         const std::function<bool()>& stop) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(environment_error(file, {"打开文件", "open the file"}));
  CsvScanner scanner(file, shape, limits);
  std::string buffer(kBuffer + 4, '\0');
  std::size_t kept = 0;
  bool first = true;
  while (true) {
    stream.read(buffer.data() + kept, static_cast<std::streamsize>(kBuffer));
    const auto got = static_cast<std::size_t>(stream.gcount());
    if (stream.bad()) return fail(environment_error(file, {"读取文件", "read the file"}));
    const std::string_view bytes(buffer.data(), kept + got);
    if (first) TRY_VOID(refuse_utf16(bytes, file));
    first = false;
    const bool last = got < kBuffer;
    const std::size_t tail = last ? 0 : incomplete_tail(bytes);
    TRY_VOID(scanner.feed(bytes.substr(0, bytes.size() - tail), last));
    if (last) break;
    std::copy_n(buffer.data() + kept + got - tail, tail, buffer.data());
    kept = tail;
    if (stop()) return fail(Outcome::interrupted, "interrupted", {"已中断，可继续", "interrupted; it can be resumed"});
  }
  return scanner.finish();
}

}  // namespace songtan::ingest::detail
