#include "ingest/detail/json_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "ingest/detail/encoding.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kRowsBetweenLooks = 4'096;

// One line: a flat object of scalars. Anything else ends the parse and leaves the line unreadable.
class FlatObject final : public nlohmann::json_sax<Json> {
 public:
  bool parse(const std::string& line) {
    members_.clear();
    depth_ = 0;
    return Json::sax_parse(line, this) && depth_ == 0;
  }
  const std::map<std::string, std::string>& members() const { return members_; }
  /// Keys in the order of the line.
  const std::vector<const std::string*>& order() const { return order_; }

  bool null() override { return take(""); }
  bool boolean(bool value) override { return take(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return take(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return take(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& token) override { return take(token); }
  bool string(string_t& value) override { return take(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    order_.clear();
    return ++depth_ == 1;
  }
  bool key(string_t& value) override {
    const auto [member, fresh] = members_.try_emplace(value);
    current_ = &*member;
    order_.push_back(&member->first);
    return fresh;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return false; }
  bool end_array() override { return false; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  bool take(std::string value) {
    if (depth_ != 1) return false;
    current_->second = std::move(value);
    return true;
  }

  std::map<std::string, std::string> members_;
  std::vector<const std::string*> order_;
  std::pair<const std::string, std::string>* current_ = nullptr;
  int depth_ = 0;
};

// Lines no longer than the limit; memory is one line.
class Lines {
 public:
  Lines(const std::filesystem::path& file, const JsonLimits& limits)
      : file_(file),
        limits_(limits),
        stream_(file, std::ios::binary),
        buffer_(static_cast<std::size_t>(limits.row_bytes) + 2, '\0') {}

  bool opened() const { return stream_.is_open(); }
  std::int64_t row() const { return row_; }

  Result<bool> next(std::string& line) {
    stream_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const std::streamsize got = stream_.gcount();
    if (stream_.bad()) return fail(environment_error(file_, {"读取文件", "read the file"}));
    if (got == 0 && stream_.eof()) return false;
    ++row_;
    if (stream_.fail()) {
      return refuse("json.row_length",
                    {fmt::format("一行超过 {} 字节", limits_.row_bytes),
                     fmt::format("a line is longer than {} bytes", limits_.row_bytes)},
                    {"每行写一个对象", "write one object a line"}, offset_);
    }
    if (stream_.eof() && limits_.needs_final_newline) {
      return refuse("json.truncated",
                    {"最后一行没有换行，文件可能被截断", "the last line has no line end; the file may be cut"},
                    {"请部门重新交付完整的文件，或在 [files] 写 final_newline = \"optional\"",
                     "ask for the whole file, or set final_newline = \"optional\" in [files]"},
                    offset_ + got);
    }
    line.assign(buffer_.data(), static_cast<std::size_t>(stream_.eof() ? got : got - 1));
    if (row_ == 1) {
      TRY_VOID(refuse_utf16(line, file_));
      if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    }
    if (const std::size_t bad = first_invalid_utf8(line); bad != std::string::npos) {
      return refuse("csv.encoding", {"不是 UTF-8 编码", "the bytes are not UTF-8"},
                    {"若为 GB18030，在契约 [files] 写 encoding = \"gb18030\"",
                     "if it is GB18030, write encoding = \"gb18030\" in [files]"},
                    offset_ + static_cast<std::int64_t>(bad));
    }
    if (const std::size_t nul = line.find('\0'); nul != std::string::npos) {
      return refuse("csv.nul", {"文件含 NUL 字节", "the file holds a NUL byte"},
                    {"可能是损坏的文件；请重新导出", "it may be damaged; export it again"},
                    offset_ + static_cast<std::int64_t>(nul));
    }
    offset_ += got;
    return true;
  }

 private:
  std::unexpected<Error> refuse(std::string code, Text message, Text mend, std::int64_t offset) const {
    Error error = refusal(file_, std::move(code), std::move(message), std::move(mend));
    error.row = row_;
    error.offset = offset;
    return fail(std::move(error));
  }

  std::filesystem::path file_;
  JsonLimits limits_;
  std::ifstream stream_;
  std::string buffer_;
  std::int64_t row_ = 0;
  std::int64_t offset_ = 0;
};

}  // namespace

Result<JsonScan> scan_json_lines(const std::filesystem::path& file, const JsonLimits& limits,
                                 const std::function<bool()>& stop) {
  Lines lines(file, limits);
  if (!lines.opened()) return fail(environment_error(file, {"打开文件", "open the file"}));
  JsonScan scan;
  std::map<std::string, bool> known;
  FlatObject object;
  std::string line;
  while (true) {
    TRY(const bool more, lines.next(line));
    if (!more) break;
    ++scan.rows;
    if (!object.parse(line)) {
      if (scan.broken_rows++ == 0) scan.first_broken_row = scan.rows;
      continue;
    }
    for (const std::string* key : object.order()) {
      if (known.try_emplace(*key, true).second) scan.keys.push_back(*key);
    }
    if (static_cast<std::int64_t>(scan.keys.size()) > limits.keys) {
      return fail(refusal(file, "json.keys",
                          {fmt::format("键超过 {} 个", limits.keys), fmt::format("more than {} keys", limits.keys)},
                          {"这不是所约定的文件", "this is not the agreed file"}));
    }
    if (scan.rows % kRowsBetweenLooks == 0 && stop())
      return fail(Outcome::interrupted, "interrupted", {"已中断，可继续", "interrupted; it can be resumed"});
  }
  if (scan.rows == 0) {
    return fail(
        refusal(file, "json.empty", {"文件是空的", "the file is empty"}, {"请部门重新交付", "ask for it again"}));
  }
  return scan;
}

Result<void> read_json_lines(const std::filesystem::path& file, const std::vector<std::string>& keys,
                             const JsonLimits& limits, const RowSink& row) {
  Lines lines(file, limits);
  if (!lines.opened()) return fail(environment_error(file, {"打开文件", "open the file"}));
  FlatObject object;
  std::string line;
  std::vector<std::string_view> cells(keys.size());
  while (true) {
    TRY(const bool more, lines.next(line));
    if (!more) return {};
    const bool readable = object.parse(line);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto member = object.members().find(keys[i]);
      cells[i] = readable && member != object.members().end() ? std::string_view(member->second) : std::string_view();
    }
    if (!row(cells, readable)) return {};
  }
}

}  // namespace songtan::ingest::detail
