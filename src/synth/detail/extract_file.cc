#include "synth/detail/extract_file.h"

#include <fmt/format.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <fstream>
#include <optional>
#include <vector>

#include "base/money.h"
#include "base/text.h"
#include "table/writer.h"

namespace songtan::synth::detail {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

void append_decimal(std::string& out, std::int64_t value, std::int64_t unit, int digits) {
  if (value < 0) out += '-';
  const std::int64_t size = value < 0 ? -value : value;
  fmt::format_to(std::back_inserter(out), "{}.{:0{}}", size / unit, size % unit, digits);
}

void append_number(std::string& out, std::int64_t value, ValueForm form) {
  constexpr std::int64_t kFenPerYuan = 100;
  if (form == ValueForm::yuan)
    return append_decimal(out, divide(value, Amount::kPerFen, Rounding::half_up), kFenPerYuan, 2);
  if (form == ValueForm::ten_thousand_yuan) {
    return append_decimal(out, divide(value, Amount::kPerYuan, Rounding::half_up), 10'000, 4);
  }
  if (form == ValueForm::fen) value = divide(value, Amount::kPerFen, Rounding::half_up);
  if (form == ValueForm::hundredths) return append_decimal(out, value, 100, 2);
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_date(std::string& out, Day day, ValueForm form) {
  const auto to = std::back_inserter(out);
  switch (form) {
    case ValueForm::date_digits: fmt::format_to(to, "{:04}{:02}{:02}", day.year(), day.month(), day.day()); break;
    case ValueForm::date_slash: fmt::format_to(to, "{:04}/{:02}/{:02}", day.year(), day.month(), day.day()); break;
    case ValueForm::date_chinese: fmt::format_to(to, "{}年{}月{}日", day.year(), day.month(), day.day()); break;
    case ValueForm::month_digits: fmt::format_to(to, "{:04}{:02}", day.year(), day.month()); break;
    case ValueForm::month_iso: fmt::format_to(to, "{:04}-{:02}", day.year(), day.month()); break;
    default: out += day.text();
  }
}

std::unexpected<Error> cannot_write(const std::filesystem::path& path) {
  return fail(Outcome::environment, "synth.write", {"无法写入 " + path.string(), "cannot write " + path.string()},
              {"请检查磁盘空间和权限", "check the disk's space and rights"});
}

/// RFC 4180: quotes only where a cell holds a comma, a quote or a line end.
class CsvFile final : public ExtractFile {
 public:
  explicit CsvFile(const RegisterForm& form) : form_(form) {
    if (form.encoding == FileEncoding::utf8) return;
    UErrorCode trouble = U_ZERO_ERROR;
    converter_.reset(ucnv_open("gb18030", &trouble));
    CHECK_PROMISE(U_SUCCESS(trouble));
  }

  Result<void> open(const std::filesystem::path& path) override {
    path_ = path;
    out_.open(path.string() + ".part", std::ios::binary | std::ios::trunc);
    if (!out_) return cannot_write(path);
    for (const ColumnForm& column : form_.columns) append(column.name);
    return end_row();
  }

  void cell(const Cell& cell, const ColumnForm& column) override {
    scratch_.clear();
    append_formatted(scratch_, cell, column.form);
    append(scratch_);
  }

  Result<void> end_row() override {
    buffer_ += '\n';
    first_ = true;
    return buffer_.size() < kBufferBytes ? Result<void>() : flush();
  }

  Result<void> close() override {
    TRY_VOID(flush());
    out_.close();
    std::error_code trouble;
    std::filesystem::rename(path_.string() + ".part", path_, trouble);
    if (!out_ || trouble) return cannot_write(path_);
    return {};
  }

 private:
  void append(std::string_view cell) {
    if (!first_) buffer_ += ',';
    first_ = false;
    if (cell.find_first_of(",\"\n\r") == std::string_view::npos) {
      buffer_ += cell;
      return;
    }
    buffer_ += '"';
    for (const char c : cell) {
      if (c == '"') buffer_ += '"';
      buffer_ += c;
    }
    buffer_ += '"';
  }

  Result<void> flush() {
    if (converter_ == nullptr) {
      out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    } else {
      convert();
      out_.write(converted_.data(), static_cast<std::streamsize>(converted_.size()));
    }
    buffer_.clear();
    return out_ ? Result<void>() : cannot_write(path_);
  }

  void convert() {
    UErrorCode trouble = U_ZERO_ERROR;
    wide_.resize(buffer_.size() + 1);
    int32_t length = 0;
    u_strFromUTF8(wide_.data(), static_cast<int32_t>(wide_.size()), &length, buffer_.data(),
                  static_cast<int32_t>(buffer_.size()), &trouble);
    constexpr std::size_t kLongestCharacter = 4;
    converted_.resize(static_cast<std::size_t>(length) * kLongestCharacter + 1);
    const int32_t bytes = ucnv_fromUChars(converter_.get(), converted_.data(), static_cast<int32_t>(converted_.size()),
                                          wide_.data(), length, &trouble);
    CHECK_PROMISE(U_SUCCESS(trouble));  // GB18030 holds all of Unicode, and our text is well-formed
    converted_.resize(static_cast<std::size_t>(bytes));
  }

  struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
  };

  const RegisterForm& form_;
  std::unique_ptr<UConverter, CloseConverter> converter_;
  std::filesystem::path path_;
  std::ofstream out_;
  std::string buffer_;
  std::string scratch_;
  std::vector<UChar> wide_;
  std::string converted_;
  bool first_ = true;
};

std::string_view parquet_type(ValueForm form) {
  switch (form) {
    case ValueForm::text: return "VARCHAR";
    case ValueForm::date_digits:
    case ValueForm::date_iso:
    case ValueForm::date_slash:
    case ValueForm::date_chinese: return "DATE";
    default: return "BIGINT";
  }
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

class ParquetFile final : public ExtractFile {
 public:
  ParquetFile(const RegisterForm& form, table::Session& session) : form_(form), session_(session) {}

  Result<void> open(const std::filesystem::path& path) override {
    path_ = path;
    row_ = 0;
    std::string sql = "CREATE OR REPLACE TABLE extract(\"_row\" BIGINT";
    for (const ColumnForm& column : form_.columns)
      fmt::format_to(std::back_inserter(sql), ", {} {}", quoted_name(column.name), parquet_type(column.form));
    TRY_VOID(session_.run(sql + ")"));
    TRY(writer_, table::TableWriter::open(session_, "extract"));
    return {};
  }

  void cell(const Cell& cell, const ColumnForm& column) override {
    if (column_++ == 0) writer_->bigint(row_++);
    if (std::holds_alternative<std::monostate>(cell)) return writer_->null();
    const std::string_view type = parquet_type(column.form);
    if (type == "VARCHAR") return writer_->text(std::get<std::string>(cell));
    if (type == "DATE") return writer_->date(std::get<Day>(cell));
    writer_->bigint(number_of(cell, column.form));
  }

  Result<void> end_row() override {
    column_ = 0;
    writer_->end_row();
    return {};
  }

  Result<void> close() override {
    TRY_VOID(writer_->finish());
    writer_.reset();
    const auto written = session_.write_parquet("SELECT * EXCLUDE (\"_row\") FROM extract ORDER BY \"_row\"", path_);
    if (!written) return std::unexpected<Error>(written.error());
    return session_.run("DROP TABLE extract");
  }

 private:
  static std::int64_t number_of(const Cell& cell, ValueForm form) {
    if (const Day* day = std::get_if<Day>(&cell)) return day->year() * 100 + day->month();
    const std::int64_t value = std::get<std::int64_t>(cell);
    return form == ValueForm::fen ? divide(value, Amount::kPerFen, Rounding::half_up) : value;
  }

  const RegisterForm& form_;
  table::Session& session_;
  std::filesystem::path path_;
  std::optional<table::TableWriter> writer_;
  std::int64_t row_ = 0;
  int column_ = 0;
};

}  // namespace

void append_formatted(std::string& out, const Cell& cell, ValueForm form) {
  if (const auto* text = std::get_if<std::string>(&cell)) out += *text;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) append_number(out, *number, form);
  if (const auto* day = std::get_if<Day>(&cell)) append_date(out, *day, form);
}

std::unique_ptr<ExtractFile> make_extract_file(const RegisterForm& form, table::Session& session) {
  if (form.format == FileFormat::csv) return std::make_unique<CsvFile>(form);
  return std::make_unique<ParquetFile>(form, session);
}

}  // namespace songtan::synth::detail
