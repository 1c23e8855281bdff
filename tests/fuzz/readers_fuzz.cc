// libFuzzer on the readers of deliveries: whatever the bytes are, a reader ends with rows or with a refusal, and the two
// passes over a file agree.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target fuzz_readers
//   build/fuzz/tests/fuzz_readers -max_len=8192 -max_total_time=600 NEW_CORPUS tests/fuzz/readers
//
// The first byte chooses the reader, the rest is the delivered file.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/text.h"
#include "ingest/detail/cell.h"
#include "ingest/detail/csv_rows.h"
#include "ingest/detail/csv_scan.h"
#include "ingest/detail/encoding.h"
#include "ingest/detail/json_lines.h"
#include "ingest/detail/xlsx_rows.h"

using namespace songtan;
using namespace songtan::ingest;
using namespace songtan::ingest::detail;

namespace {

void must(bool promise) {
  if (!promise) std::abort();
}

// A file in memory that readers open by its path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(::memfd_create("delivered", MFD_CLOEXEC)) {
    must(::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { ::close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

bool go_on() { return false; }

void read_csv(std::string_view bytes, bool multiline) {
  const MemoryFile file(bytes);
  const auto scan = scan_csv(file.path(), {',', multiline, true}, {1'024, 64, 256, 5}, go_on);
  if (!scan) return;
  std::int64_t rows = 0;
  std::int64_t broken = 0;
  for (const CsvBlock& block : scan->blocks) {
    must(block.first_row == rows + 1);
    CsvRows reader(
        std::string(bytes.substr(static_cast<std::size_t>(block.offset), static_cast<std::size_t>(block.bytes))), ',',
        multiline);
    CsvRow row;
    std::int64_t in_block = 0;
    for (; reader.next(row); ++in_block) broken += row.balanced && row.cells.size() == scan->header.size() ? 0 : 1;
    must(in_block == block.rows);
    rows += in_block;
  }
  must(rows == scan->rows && broken == scan->broken_rows);
}

void read_json(std::string_view bytes) {
  const MemoryFile file(bytes);
  const JsonLimits limits = {1'024, 64, true};
  const auto scan = scan_json_lines(file.path(), limits, go_on);
  if (!scan) return;
  std::int64_t rows = 0;
  std::int64_t broken = 0;
  const auto read = read_json_lines(file.path(), scan->keys, limits, [&](auto cells, bool readable) {
    ++rows;
    broken += readable ? 0 : 1;
    must(!readable || cells.size() == scan->keys.size());
    return true;
  });
  must(read.has_value() && rows == scan->rows && broken == scan->broken_rows);
}

void read_workbook(std::string_view bytes) {
  const MemoryFile file(bytes);
  XlsxLimits limits;
  limits.row_bytes = 4'096;
  limits.columns = 64;
  limits.shared_text_bytes = 65'536;
  limits.sheet_bytes = 1 << 20;
  const auto header = xlsx_header(file.path(), limits);
  if (!header) return;
  (void)read_xlsx_rows(file.path(), header->size(), limits, [&](auto cells, bool readable) {
    must(!readable || cells.size() == header->size());
    return true;
  });
}

void read_gb18030(std::string_view bytes) {
  const MemoryFile from(bytes);
  const MemoryFile to("");
  (void)detect_encoding(from.path());
  if (transcode_gb18030(from.path(), to.path(), go_on)) (void)scan_csv(to.path(), {}, {1'024, 64, 256, 5}, go_on);
}

void read_cell(std::string_view bytes) {
  Contract contract;
  contract.code_lists.push_back({.name = "c", .words = {{"1", "a"}}, .otherwise = {}, .last_line = 0});
  for (int type = 0; type <= static_cast<int>(ColumnType::region); ++type) {
    ContractColumn column;
    column.type = static_cast<ColumnType>(type);
    column.code_list = 0;
    column.scale = 4;
    column.at_most = 1'000'000'000'000'000;
    column.max_length = 40;
    column.lengths = {6, 12};
    column.partial = column.not_future = true;
    column.placeholders = {"*-01-01"};
    for (std::size_t form = 0; form < kDateForms.size(); ++form) column.forms.push_back(static_cast<DateForm>(form));
    CellReader reader(contract, column, *Day::parse("2026-07-01"));
    const Cell cell = reader.read(bytes);
    must((cell.state == Cell::State::bad) == (cell.why != ValueClass::none));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0: read_csv(bytes, false); break;
    case 1: read_csv(bytes, true); break;
    case 2: read_json(bytes); break;
    case 3: read_workbook(bytes); break;
    case 4: read_gb18030(bytes); break;
    default:
      if (first_invalid_utf8(bytes) == std::string::npos) read_cell(bytes);
  }
  return 0;
}
