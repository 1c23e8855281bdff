#include "ingest/detail/xlsx_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "base/day.h"
#include "ingest/detail/refusal.h"
#include "ingest/detail/xml_stream.h"
#include "ingest/detail/zip_parts.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::int64_t kSmallPart = std::int64_t{16} << 20;  // workbook, relations, styles
constexpr std::size_t kShownDigits = 15;
constexpr int kFormatsOfTheirOwn = 164;  // ids below are built in

std::unexpected<Error> refuse(const std::filesystem::path& file, std::string code, Text message, Text mend) {
  return fail(refusal(file, std::move(code), std::move(message), std::move(mend)));
}

// Built-in number formats of ECMA-376 part 1, 18.8.30, that show a date (27–36 and 50–58 in East Asian locales).
bool is_date_format(int id) {
  return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
}

// A format of the workbook's own shows a date when year or day stand outside quotes and brackets.
bool is_date_code(std::string_view code) {
  char closing = 0;
  for (const char c : code) {
    if (closing != 0) {
      if (c == closing) closing = 0;
    } else if (c == '"') {
      closing = '"';
    } else if (c == '[') {
      closing = ']';
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
      return true;
    }
  }
  return false;
}

int integer_of(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "BC12" → 54; nothing for a reference without letters.
std::optional<std::int64_t> column_of_reference(std::string_view reference) {
  std::int64_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + (c - 'A' + 1);
    if (column > 1'000'000) return column - 1;
  }
  if (column == 0) return std::nullopt;
  return column - 1;
}

class Workbook {
 public:
  Workbook(const std::filesystem::path& file, const XlsxLimits& limits, ZipParts parts)
      : file_(file), limits_(limits), parts_(std::move(parts)) {}

  Result<void> read_front();
  /// All filled rows, the header too; false ends.
  Result<void> read_sheet(const std::function<bool(std::vector<std::string>&)>& row);

 private:
  struct SheetState;
  Result<void> read_part(const std::string& part, std::int64_t most_bytes, XmlHandlers handlers,
                         XmlStream** stream = nullptr) const;
  Result<void> read_sheet_place();
  Result<void> read_styles();
  Result<void> read_shared_texts();
  std::string text_of(std::string_view type, std::string_view stored, int style) const;

  std::filesystem::path file_;
  XlsxLimits limits_;
  ZipParts parts_;
  std::string sheet_;
  int base_year_ = 1900;
  std::vector<bool> style_is_date_;
  std::vector<std::string> shared_;
};

Result<void> Workbook::read_part(const std::string& part, std::int64_t most_bytes, XmlHandlers handlers,
                                 XmlStream** stream) const {
  XmlStream xml(std::move(handlers));
  if (stream != nullptr) *stream = &xml;
  bool good = true;
  TRY_VOID(
      parts_.read(part, most_bytes, limits_.packing, [&](std::string_view piece) { return good = xml.feed(piece); }));
  if (xml.stopped()) return {};
  if (good && xml.finish()) return {};
  return refuse(file_, "xlsx.xml", {"工作簿里的 XML 不合规", "XML inside the workbook is malformed"},
                {"请部门重新导出并交付", "ask for a new export"});
}

Result<void> Workbook::read_sheet_place() {
  std::string relation;
  XmlHandlers workbook;
  workbook.open = [&](std::string_view element, const XmlAttributes& attributes) {
    if (element == "sheet" && relation.empty()) relation = attributes.find("id").value_or("");
    if (element != "workbookPr") return;
    const std::string_view from_1904 = attributes.find("date1904").value_or("0");
    if (from_1904 == "1" || from_1904 == "true") base_year_ = 1904;
  };
  workbook.close = [](std::string_view) {};
  workbook.text = [](std::string_view) {};
  TRY_VOID(read_part("xl/workbook.xml", kSmallPart, workbook));
  XmlHandlers relations = workbook;
  relations.open = [&](std::string_view element, const XmlAttributes& attributes) {
    if (element == "Relationship" && attributes.find("Id") == relation) sheet_ = attributes.find("Target").value_or("");
  };
  TRY_VOID(read_part("xl/_rels/workbook.xml.rels", kSmallPart, relations));
  sheet_ = sheet_.starts_with('/') ? sheet_.substr(1) : "xl/" + sheet_;
  return {};
}

Result<void> Workbook::read_styles() {
  if (!parts_.has("xl/styles.xml")) return {};
  std::map<int, bool> own;
  bool in_cell_styles = false;
  XmlHandlers styles;
  styles.open = [&](std::string_view element, const XmlAttributes& attributes) {
    const int id = integer_of(attributes.find("numFmtId").value_or("0"), 0);
    if (element == "numFmt") own[id] = is_date_code(attributes.find("formatCode").value_or(""));
    if (element == "cellXfs") in_cell_styles = true;
    if (element == "xf" && in_cell_styles)
      style_is_date_.push_back(id >= kFormatsOfTheirOwn ? own[id] : is_date_format(id));
  };
  styles.close = [&](std::string_view element) { in_cell_styles = in_cell_styles && element != "cellXfs"; };
  styles.text = [](std::string_view) {};
  return read_part("xl/styles.xml", kSmallPart, styles);
}

Result<void> Workbook::read_shared_texts() {
  if (!parts_.has("xl/sharedStrings.xml")) return {};
  bool in_text = false;
  int phonetic = 0;  // <rPh> holds readings beside the text, not the text
  XmlHandlers texts;
  texts.open = [&](std::string_view element, const XmlAttributes&) {
    if (element == "si") shared_.emplace_back();
    if (element == "rPh") ++phonetic;
    in_text = element == "t" && phonetic == 0;
  };
  texts.close = [&](std::string_view element) {
    if (element == "rPh") --phonetic;
    in_text = false;
  };
  texts.text = [&](std::string_view text) {
    if (in_text && !shared_.empty()) shared_.back() += text;
  };
  return read_part("xl/sharedStrings.xml", limits_.shared_text_bytes, texts);
}

Result<void> Workbook::read_front() {
  if (parts_.has("xl/vbaProject.bin")) {
    return refuse(file_, "xlsx.macro", {"工作簿带宏", "the workbook holds macros"},
                  {"请部门另存为不带宏的 .xlsx", "ask for a plain .xlsx without macros"});
  }
  TRY_VOID(read_sheet_place());
  TRY_VOID(read_styles());
  return read_shared_texts();
}

std::string Workbook::text_of(std::string_view type, std::string_view stored, int style) const {
  if (type == "s") {
    const int index = integer_of(stored, -1);
    return index >= 0 && static_cast<std::size_t>(index) < shared_.size() ? shared_[static_cast<std::size_t>(index)]
                                                                          : std::string();
  }
  if (type != "n" && !type.empty()) return std::string(stored);
  const bool dated = style >= 0 && static_cast<std::size_t>(style) < style_is_date_.size() &&
                     style_is_date_[static_cast<std::size_t>(style)];
  if (dated) {
    std::string day = day_of_serial(stored, base_year_);
    if (!day.empty()) return day;
  }
  return shown_number(stored);
}

struct Workbook::SheetState {
  std::vector<std::string> cells;
  std::string type;
  std::string stored;
  int style = -1;
  std::int64_t column = -1;
  std::int64_t bytes = 0;
  bool in_value = false;
  int phonetic = 0;
  std::string refused;
};

Result<void> Workbook::read_sheet(const std::function<bool(std::vector<std::string>&)>& row) {
  SheetState state;
  XmlStream* xml = nullptr;
  const auto stop_with = [&](std::string_view code) {
    state.refused = code;
    xml->stop();
  };
  XmlHandlers sheet;
  sheet.open = [&](std::string_view element, const XmlAttributes& attributes) {
    if (element == "row") {
      state.cells.clear();
      state.column = -1;
      state.bytes = 0;
    } else if (element == "c") {
      state.column = column_of_reference(attributes.find("r").value_or("")).value_or(state.column + 1);
      state.type = attributes.find("t").value_or("");
      state.style = integer_of(attributes.find("s").value_or("-1"), -1);
      state.stored.clear();
      if (state.column < 0 || state.column >= limits_.columns) stop_with("xlsx.columns");
    } else if (element == "f") {
      stop_with("xlsx.formula");
    } else if (element == "rPh") {
      ++state.phonetic;
    }
    state.in_value = element == "v" || (element == "t" && state.phonetic == 0);
  };
  sheet.text = [&](std::string_view text) {
    if (!state.in_value) return;
    state.stored += text;
    state.bytes += static_cast<std::int64_t>(text.size());
    if (state.bytes > limits_.row_bytes) stop_with("xlsx.row_length");
  };
  sheet.close = [&](std::string_view element) {
    state.in_value = false;
    if (element == "rPh") --state.phonetic;
    if (element == "c" && state.column >= 0) {
      if (state.cells.size() <= static_cast<std::size_t>(state.column))
        state.cells.resize(static_cast<std::size_t>(state.column) + 1);
      state.cells[static_cast<std::size_t>(state.column)] = text_of(state.type, state.stored, state.style);
    }
    if (element != "row") return;
    const bool filled =
        std::any_of(state.cells.begin(), state.cells.end(), [](const std::string& cell) { return !cell.empty(); });
    if (filled && !row(state.cells)) xml->stop();
  };
  TRY_VOID(read_part(sheet_, limits_.sheet_bytes, sheet, &xml));
  if (state.refused == "xlsx.formula") {
    return refuse(file_, state.refused,
                  {"单元格含公式，值不可靠", "a cell holds a formula; its value cannot be relied on"},
                  {"请部门粘贴为值后重新交付", "ask for values instead of formulas"});
  }
  if (state.refused == "xlsx.columns") {
    return refuse(file_, state.refused,
                  {fmt::format("超过 {} 列", limits_.columns), fmt::format("more than {} columns", limits_.columns)},
                  {"这不是所约定的文件", "this is not the agreed file"});
  }
  if (!state.refused.empty()) {
    return refuse(file_, state.refused,
                  {fmt::format("一行超过 {} 字节", limits_.row_bytes),
                   fmt::format("a row is longer than {} bytes", limits_.row_bytes)},
                  {"这不是所约定的文件", "this is not the agreed file"});
  }
  return {};
}

Result<Workbook> open_workbook(const std::filesystem::path& file, const XlsxLimits& limits) {
  TRY(ZipParts parts, ZipParts::open(file));
  Workbook workbook(file, limits, std::move(parts));
  TRY_VOID(workbook.read_front());
  return workbook;
}

}  // namespace

std::string shown_number(std::string_view stored) {
  std::string digits;
  std::size_t point = std::string_view::npos;
  const bool negative = stored.starts_with('-');
  for (const char c : stored.substr(negative ? 1 : 0)) {
    if (c == '.' && point == std::string_view::npos)
      point = digits.size();
    else if (c >= '0' && c <= '9')
      digits += c;
    else
      return std::string(stored);
  }
  const std::size_t leading = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.size() - leading <= kShownDigits) return std::string(stored);
  if (point == std::string_view::npos) point = digits.size();
  const std::size_t kept = leading + kShownDigits;
  const bool up = digits[kept] >= '5';
  std::fill(digits.begin() + static_cast<std::ptrdiff_t>(kept), digits.end(), '0');
  for (std::size_t i = kept; up && i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      break;
    }
    digits[i] = '0';
    if (i == 0) {
      digits.insert(digits.begin(), '1');
      ++point;
    }
  }
  std::string decimals = digits.substr(point);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  const std::string whole = point == 0 ? "0" : digits.substr(0, point);
  return (negative ? "-" : "") + whole + (decimals.empty() ? "" : "." + decimals);
}

std::string day_of_serial(std::string_view serial, int base_year) {
  const std::string_view whole = serial.substr(0, serial.find('.'));
  int days = 0;
  const auto [end, code] = std::from_chars(whole.data(), whole.data() + whole.size(), days);
  if (code != std::errc() || end != whole.data() + whole.size() || days < 1 || days > 2'958'465) return {};
  if (base_year == 1904) return Day::from_civil(1904, 1, 1).plus(days).text();
  // Day 60 of the 1900 system is a 29 February that never was; the days before it are one off.
  if (days == 60) return {};
  return Day::from_civil(1899, 12, days < 60 ? 31 : 30).plus(days).text();
}

Result<std::vector<std::string>> xlsx_header(const std::filesystem::path& file, const XlsxLimits& limits) {
  TRY(Workbook workbook, open_workbook(file, limits));
  std::vector<std::string> header;
  TRY_VOID(workbook.read_sheet([&](std::vector<std::string>& cells) {
    header = cells;
    return false;
  }));
  if (!header.empty()) return header;
  return refuse(file, "xlsx.empty", {"第一张工作表是空的", "the first sheet is empty"},
                {"请部门把数据放在第一张工作表", "ask for the data on the first sheet"});
}

Result<void> read_xlsx_rows(const std::filesystem::path& file, std::size_t columns, const XlsxLimits& limits,
                            const RowSink& row) {
  TRY(Workbook workbook, open_workbook(file, limits));
  bool in_header = true;
  std::vector<std::string_view> views(columns);
  return workbook.read_sheet([&](std::vector<std::string>& cells) {
    if (in_header) {
      in_header = false;
      return true;
    }
    const bool beyond = std::any_of(cells.begin() + static_cast<std::ptrdiff_t>(std::min(columns, cells.size())),
                                    cells.end(), [](const std::string& cell) { return !cell.empty(); });
    for (std::size_t i = 0; i < columns; ++i)
      views[i] = i < cells.size() ? std::string_view(cells[i]) : std::string_view();
    return row(views, !beyond);
  });
}

}  // namespace songtan::ingest::detail
