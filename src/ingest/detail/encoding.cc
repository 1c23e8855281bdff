#include "ingest/detail/encoding.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string>

#include "ingest/detail/csv_scan.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20;

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_strict(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &status));
  CHECK_PROMISE(U_SUCCESS(status));
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  CHECK_PROMISE(U_SUCCESS(status));
  return converter;
}

std::unexpected<Error> not_gb18030(const std::filesystem::path& file, std::int64_t offset, bool at_end) {
  Error error = refusal(
      file, at_end ? "csv.truncated" : "csv.encoding",
      at_end ? Text{"文件在一个字符中间结束，被截断", "the file ends inside a character; it is cut"}
             : Text{"不是 GB18030 编码", "the bytes are not GB18030"},
      at_end ? Text{"请部门重新交付完整的文件", "ask for the whole file again"}
             : Text{"若为 UTF-8，在契约 [files] 写 encoding = \"utf-8\"；否则请部门重新导出",
                    "if it is UTF-8, write encoding = \"utf-8\" in [files]; else ask the department to export again"});
  error.offset = offset;
  return fail(std::move(error));
}

}  // namespace

Result<void> refuse_utf16(std::string_view front, const std::filesystem::path& file) {
  const std::string_view sample = front.substr(0, 4096);
  const auto zeros = static_cast<std::size_t>(std::count(sample.begin(), sample.end(), '\0'));
  const bool marked = sample.starts_with("\xFF\xFE") || sample.starts_with("\xFE\xFF");
  if (!marked && zeros * 8 < sample.size() + 1) return {};
  if (sample.empty()) return {};
  Error error = refusal(file, "csv.utf16", {"文件像是 UTF-16 编码", "the file looks like UTF-16"},
                        {"请按 UTF-8 或 GB18030 重新导出", "export it again as UTF-8 or GB18030"});
  error.offset = 0;
  return fail(std::move(error));
}

Result<void> transcode_gb18030(const std::filesystem::path& from, const std::filesystem::path& to,
                               const std::function<bool()>& stop) {
  std::ifstream in(from, std::ios::binary);
  if (!in) return fail(environment_error(from, {"打开文件", "open the file"}));
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  const Converter gb = open_strict("gb18030");
  const Converter utf8 = open_strict("UTF-8");
  std::string source(kBuffer, '\0');
  std::vector<UChar> pivot(kBuffer);
  std::string target(kBuffer * 3, '\0');
  std::int64_t base = 0;
  for (bool first = true, last = false; !last; first = false) {
    in.read(source.data(), static_cast<std::streamsize>(kBuffer));
    const auto got = static_cast<std::size_t>(in.gcount());
    if (in.bad()) return fail(environment_error(from, {"读取文件", "read the file"}));
    if (first) TRY_VOID(refuse_utf16(std::string_view(source).substr(0, got), from));
    last = got < kBuffer;
    UErrorCode status = U_ZERO_ERROR;
    const char* read = source.data();
    UChar* wide = pivot.data();
    ucnv_toUnicode(gb.get(), &wide, pivot.data() + pivot.size(), &read, source.data() + got, nullptr,
                   static_cast<UBool>(last), &status);
    if (U_FAILURE(status)) {
      std::array<char, 8> bytes{};
      auto length = static_cast<int8_t>(bytes.size());
      UErrorCode ignored = U_ZERO_ERROR;
      ucnv_getInvalidChars(gb.get(), bytes.data(), &length, &ignored);
      return not_gb18030(from, base + (read - source.data()) - length, status == U_TRUNCATED_CHAR_FOUND);
    }
    const UChar* narrow = pivot.data();
    char* written = target.data();
    ucnv_fromUnicode(utf8.get(), &written, target.data() + target.size(), &narrow, wide, nullptr,
                     static_cast<UBool>(last), &status);
    if (U_FAILURE(status)) return not_gb18030(from, base, false);
    out.write(target.data(), written - target.data());
    base += static_cast<std::int64_t>(got);
    if (stop()) return fail(Outcome::interrupted, "interrupted", {"已中断，可继续", "interrupted; it can be resumed"});
  }
  out.flush();
  if (!out) return fail(environment_error(to, {"写入文件", "write the file"}));
  return {};
}

Result<Encoding> detect_encoding(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(environment_error(file, {"打开文件", "open the file"}));
  std::string buffer;
  std::string part(kBuffer, '\0');
  while (in.read(part.data(), static_cast<std::streamsize>(kBuffer)), in.gcount() > 0) {
    buffer.append(part, 0, static_cast<std::size_t>(in.gcount()));
    std::size_t at = 0;
    while (at + 4 <= buffer.size() || (in.eof() && at < buffer.size())) {
      const int length = utf8_sequence(std::string_view(buffer).substr(at, 4));
      if (length == 0) return Encoding::gb18030;
      at += static_cast<std::size_t>(length);
    }
    buffer.erase(0, at);
  }
  return Encoding::utf8;
}

}  // namespace songtan::ingest::detail
