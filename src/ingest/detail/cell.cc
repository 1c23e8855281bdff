#include "ingest/detail/cell.h"

#include <unicode/regex.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>

#include "base/citizen_number.h"
#include "base/text.h"

namespace songtan::ingest::detail {
namespace {

constexpr int kPatternMilliseconds = 50;
constexpr int kLatestYear = 2200;
constexpr int kEarliestYear = 1850;  // as for citizen numbers

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// 5.10E+17: what a spreadsheet makes of a long number; its digits are lost.
bool is_scientific(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || e + 1 >= text.size()) return false;
  const std::string_view mantissa = text.substr(0, e);
  const std::string_view exponent = text.substr(e + 1);
  const bool digits =
      std::all_of(mantissa.begin(), mantissa.end(), [](char c) { return is_digit(c) || c == '.' || c == '-'; });
  return digits && all_digits(exponent.front() == '+' || exponent.front() == '-' ? exponent.substr(1) : exponent);
}

ValueClass class_of_number(std::string_view raw, std::string_view cleaned) {
  if (is_scientific(raw)) return ValueClass::scientific;
  if (cleaned.find('*') != std::string_view::npos) return ValueClass::masked;
  const std::string_view body = cleaned.size() == 18 ? cleaned.substr(0, 17) : cleaned;
  for (const char c : body) {
    if (is_digit(c)) continue;
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    return letter ? ValueClass::letters : ValueClass::symbols;
  }
  if (cleaned.size() != 18 && cleaned.size() != 15)
    return cleaned.size() < 18 ? ValueClass::too_short : ValueClass::too_long;
  if (cleaned.size() == 15) return ValueClass::no_such_date;
  const bool dated = Day::from_civil_checked(number_of(cleaned.substr(6, 4)), number_of(cleaned.substr(10, 2)),
                                             number_of(cleaned.substr(12, 2)))
                         .has_value();
  return dated ? ValueClass::check_digit : ValueClass::no_such_date;
}

struct CivilDate {
  int year = 0;
  int month = 0;
  int day = 0;
};

// Reads "<digits><mark><digits><mark><digits><end>"; each part within its count of digits.
bool read_parts(std::string_view text, std::array<std::string_view, 3> marks, int parts, CivilDate& date) {
  std::array<int*, 3> targets = {&date.year, &date.month, &date.day};
  for (int i = 0; i < parts; ++i) {
    const auto part = static_cast<std::size_t>(i);
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    if (length == 0 || (i == 0 ? length != 4 : length > 2)) return false;
    *targets[part] = number_of(text.substr(0, length));
    text.remove_prefix(length);
    if (!text.starts_with(marks[part])) return false;
    text.remove_prefix(marks[part].size());
  }
  return text.empty();
}

bool read_form(std::string_view text, DateForm form, CivilDate& date) {
  switch (form) {
    case DateForm::eight_digits:
      if (text.size() != 8 || !all_digits(text)) return false;
      date = {number_of(text.substr(0, 4)), number_of(text.substr(4, 2)), number_of(text.substr(6, 2))};
      return true;
    case DateForm::six_digits:
      if (text.size() != 6 || !all_digits(text)) return false;
      date = {number_of(text.substr(0, 4)), number_of(text.substr(4, 2)), 1};
      return true;
    case DateForm::dashes: return read_parts(text, {"-", "-", ""}, 3, date);
    case DateForm::slashes: return read_parts(text, {"/", "/", ""}, 3, date);
    case DateForm::chinese: return read_parts(text, {"年", "月", "日"}, 3, date);
    case DateForm::month_dash: date.day = 1; return read_parts(text, {"-", "", ""}, 2, date);
    case DateForm::month_chinese: date.day = 1; return read_parts(text, {"年", "月", ""}, 2, date);
  }
  return false;
}

bool is_month_form(DateForm form) {
  return form == DateForm::six_digits || form == DateForm::month_dash || form == DateForm::month_chinese;
}

// "*-01-01": parts that are stars match anything.
bool matches_placeholder(std::string_view placeholder, Day day) {
  const auto parts = split(placeholder, '-');
  if (parts.size() != 3) return false;
  const std::array<int, 3> given = {day.year(), day.month(), day.day()};
  for (std::size_t i = 0; i < 3; ++i) {
    if (parts[i] != "*" && (!all_digits(parts[i]) || number_of(parts[i]) != given[i])) return false;
  }
  return true;
}

void spoil(Cell& cell, ValueClass why) {
  cell.state = Cell::State::bad;
  cell.why = why;
}

ValueClass class_of_text(std::string_view text) {
  if (is_scientific(text)) return ValueClass::scientific;
  const bool letter = std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
  });
  return letter ? ValueClass::letters : ValueClass::format;
}

}  // namespace

std::string_view word_of(ValueClass value_class) {
  constexpr std::array<std::string_view, kValueClasses> kWords = {
      "none",         "empty",     "too_short", "too_long",     "letters",      "symbols",    "check_digit",
      "no_such_date", "too_early", "future",    "out_of_range", "unknown_code", "scientific", "format",
      "masked",       "too_few",   "too_many",  "unbalanced",   "disagrees",    "reversed"};
  return kWords[static_cast<std::size_t>(value_class)];
}

std::string_view word_of(DatePrecision precision) {
  constexpr std::array<std::string_view, 4> kWords = {"day", "month", "year", "default"};
  return kWords[static_cast<std::size_t>(precision)];
}

std::string_view cleaned_text(std::string_view raw, std::string& scratch) {
  const auto unusual = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0xC2 || byte == 0xE2 || byte == 0xE3 || byte == 0xEF;
  };
  if (!std::any_of(raw.begin(), raw.end(), unusual)) return trimmed(raw);
  scratch = normalised_text(raw);
  return scratch;
}

Day plus_months(Day day, int months) {
  const Month target = Month::of(day).plus(months);
  const int last = target.last().day();
  return Day::from_civil(target.year(), target.month(), std::min(day.day(), last));
}

bool is_pattern(std::string_view pattern) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::RegexMatcher matcher(
      icu::UnicodeString::fromUTF8(icu::StringPiece(pattern.data(), static_cast<int32_t>(pattern.size()))), 0, status);
  return U_SUCCESS(status);
}

struct CellReader::Pattern {
  std::unique_ptr<icu::RegexMatcher> matcher;
  UText text = UTEXT_INITIALIZER;

  explicit Pattern(const std::string& pattern) {
    UErrorCode status = U_ZERO_ERROR;
    matcher = std::make_unique<icu::RegexMatcher>(icu::UnicodeString::fromUTF8(pattern), 0, status);
    CHECK_PROMISE(U_SUCCESS(status));  // read_contract has refused others
    matcher->setTimeLimit(kPatternMilliseconds, status);
  }

  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() { utext_close(&text); }

  bool matches(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    utext_openUTF8(&text, utf8.data(), static_cast<int64_t>(utf8.size()), &status);
    matcher->reset(&text);
    return matcher->matches(status) != 0 && U_SUCCESS(status);
  }
};

CellReader::CellReader(const Contract& contract, const ContractColumn& column, Day delivery)
    : column_(&column), delivery_(delivery) {
  if (column.code_list >= 0) codes_ = &contract.code_lists[static_cast<std::size_t>(column.code_list)];
  if (!column.pattern.empty()) pattern_ = std::make_unique<Pattern>(column.pattern);
}
CellReader::CellReader(CellReader&&) noexcept = default;
CellReader::~CellReader() = default;

Cell CellReader::read(std::string_view raw) {
  Cell cell;
  if (raw.empty()) return cell;
  if (column_->type == ColumnType::number) {
    read_number(raw, cell);
    return cell;
  }
  cell.text = cleaned_text(raw, scratch_);
  if (cell.text.empty()) return cell;
  cell.state = Cell::State::good;
  switch (column_->type) {
    case ColumnType::date: read_date(cell); break;
    case ColumnType::money:
    case ColumnType::integer:
    case ColumnType::decimal: read_amount(cell); break;
    case ColumnType::code: read_code(cell); break;
    case ColumnType::region: read_region(cell); break;
    case ColumnType::text:
    case ColumnType::number: read_text(cell); break;
  }
  if (cell.state == Cell::State::good && pattern_ != nullptr && !pattern_->matches(cell.text))
    spoil(cell, ValueClass::format);
  return cell;
}

void CellReader::read_number(std::string_view raw, Cell& cell) {
  const bool clean = std::all_of(raw.begin(), raw.end(), [](char c) { return is_digit(c) || c == 'X'; });
  if (!clean) scratch_ = cleaned_number(raw);
  cell.text = clean ? raw : std::string_view(scratch_);
  const NumberState state = state_of_number(cell.text);
  cell.value = static_cast<std::int64_t>(state);
  if (state == NumberState::missing) return;
  cell.state = Cell::State::good;
  if (state == NumberState::invalid) spoil(cell, class_of_number(raw, cell.text));
}

void CellReader::read_date(Cell& cell) const {
  CivilDate date;
  const auto form = std::find_if(column_->forms.begin(), column_->forms.end(),
                                 [&](DateForm f) { return read_form(cell.text, f, date); });
  if (form == column_->forms.end())
    return spoil(cell,
                 class_of_text(cell.text) == ValueClass::scientific ? ValueClass::scientific : ValueClass::format);
  if (is_month_form(*form)) cell.precision = DatePrecision::month;
  if (column_->partial && date.year > 0 && date.day == 0) {
    cell.precision = date.month == 0 ? DatePrecision::year : DatePrecision::month;
    date = {date.year, std::max(date.month, 1), 1};
  }
  const auto day = date.year == 0 ? std::nullopt : Day::from_civil_checked(date.year, date.month, date.day);
  if (!day) return spoil(cell, ValueClass::no_such_date);
  if (date.year < kEarliestYear) return spoil(cell, ValueClass::too_early);
  if (date.year > kLatestYear) return spoil(cell, ValueClass::out_of_range);
  if (column_->not_future && *day > delivery_) return spoil(cell, ValueClass::future);
  cell.value = day->days;
  for (const std::string& placeholder : column_->placeholders) {
    if (matches_placeholder(placeholder, *day)) cell.precision = DatePrecision::placeholder;
  }
}

void CellReader::read_amount(Cell& cell) const {
  std::string_view text = cell.text;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view decimals = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const bool dotted = point != std::string_view::npos;
  if (!all_digits(whole) || (dotted && !all_digits(decimals))) return spoil(cell, class_of_text(cell.text));
  while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  if (decimals.size() > static_cast<std::size_t>(column_->scale)) return spoil(cell, ValueClass::format);
  if (whole.size() > 15) return spoil(cell, ValueClass::out_of_range);
  std::int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (int i = 0; i < column_->scale; ++i) {
    const auto place = static_cast<std::size_t>(i);
    const int digit = place < decimals.size() ? decimals[place] - '0' : 0;
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value))
      return spoil(cell, ValueClass::out_of_range);
  }
  cell.value = negative ? -value : value;
  if (cell.value < column_->at_least || cell.value > column_->at_most) spoil(cell, ValueClass::out_of_range);
}

void CellReader::read_code(Cell& cell) const {
  const auto found = codes_->words.find(cell.text);
  if (found != codes_->words.end())
    cell.word = found->second;
  else if (codes_->otherwise)
    cell.word = *codes_->otherwise;
  else
    spoil(cell, ValueClass::unknown_code);
}

void CellReader::read_region(Cell& cell) const {
  if (!all_digits(cell.text)) return spoil(cell, class_of_text(cell.text));
  const auto length = static_cast<int>(cell.text.size());
  if (std::find(column_->lengths.begin(), column_->lengths.end(), length) != column_->lengths.end()) return;
  const int longest = *std::max_element(column_->lengths.begin(), column_->lengths.end());
  spoil(cell, length > longest ? ValueClass::too_long : ValueClass::too_short);
}

void CellReader::read_text(Cell& cell) {
  if (static_cast<std::int64_t>(cell.text.size()) > column_->max_length) spoil(cell, ValueClass::too_long);
}

}  // namespace songtan::ingest::detail
