// One delivered cell, read by the rules of its column. In: UTF-8 text as delivered. Out: cleaned text, the stored
// integer, and what is wrong with it as a class, never as a value.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/day.h"
#include "ingest/contract.h"

namespace songtan::ingest::detail {

/// What kind of value stood in a cell that broke a rule. These words go into issues instead of the value.
enum class ValueClass : std::uint8_t {
  none,
  empty,
  too_short,
  too_long,
  letters,
  symbols,
  check_digit,
  no_such_date,
  too_early,
  future,
  out_of_range,
  unknown_code,
  scientific,
  format,
  masked,
  too_few,
  too_many,
  unbalanced,
  disagrees,
  reversed
};
inline constexpr std::size_t kValueClasses = 20;
std::string_view word_of(ValueClass value_class);

/// How exactly a date is known.
enum class DatePrecision : std::uint8_t { day, month, year, placeholder };
std::string_view word_of(DatePrecision precision);

struct Cell {
  enum class State : std::uint8_t { empty, good, bad };

  State state = State::empty;
  ValueClass why = ValueClass::none;
  DatePrecision precision = DatePrecision::day;
  std::string_view text;  ///< cleaned; of a code column the standard word is `word`
  std::string_view word;
  std::int64_t value = 0;  ///< days, stored integer, or NumberState
};

/// Reads the cells of one column. Not shared between threads; a Cell's texts live until the next read.
class CellReader {
 public:
  CellReader(const Contract& contract, const ContractColumn& column, Day delivery);
  CellReader(CellReader&&) noexcept;
  CellReader& operator=(CellReader&&) noexcept = delete;
  ~CellReader();

  Cell read(std::string_view raw);

 private:
  struct Pattern;
  void read_number(std::string_view raw, Cell& cell);
  void read_date(Cell& cell) const;
  void read_amount(Cell& cell) const;
  void read_code(Cell& cell) const;
  void read_region(Cell& cell) const;
  void read_text(Cell& cell);

  const ContractColumn* column_;
  const CodeList* codes_ = nullptr;
  Day delivery_;
  std::string scratch_;
  std::unique_ptr<Pattern> pattern_;
};

/// Trimmed; text with full-width or unusual blanks is normalised into `scratch`. Cost: one look at each byte.
std::string_view cleaned_text(std::string_view raw, std::string& scratch);

/// A civil date moved by whole months; the day is kept, or is the month's last.
Day plus_months(Day day, int months);

/// True if the pattern is a regular expression that ICU accepts.
bool is_pattern(std::string_view pattern);

}  // namespace songtan::ingest::detail
