// What the values of a column look like, whatever its name. In: the coded input. Out: for each group of columns that mean
// the same in their files, its kind, how often it is there, how well it tells records apart, and the SQL that cleans it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "link/detail/linkage_input.h"
#include "link/kernel/date_text.h"

namespace songtan::link {

enum class ValueKind : std::uint8_t {
  nothing,       ///< empty, or the same in all records
  row_number,    ///< a number that runs with the rows or never repeats: tells nothing about who is who
  date,          ///< a day in any usual format
  list,          ///< "[a, b]" or "a|b"
  email,         ///< a mail address
  amount,        ///< a number with decimals or of any size
  year,          ///< a whole number that is a year
  small_number,  ///< a whole number of at most three digits: age, month, house number
  code,          ///< digits, or letters with digits: postcode, telephone, number of a person
  category,      ///< few different short values
  han_name,      ///< two to four Han characters
  name,          ///< one to some words of letters
  free_text      ///< many words
};

/// One column of one file.
struct ColumnPart {
  std::uint16_t source = 0;
  std::string input;
  ValueKind kind = ValueKind::nothing;
  DateOrder order = DateOrder::year_month_day;
  bool decimal_comma = false;
  std::vector<std::string> placeholders;  ///< values that stand for "none", lower case
};

struct ColumnProfile {
  std::vector<ColumnPart> parts;  ///< one a file that has it
  ValueKind kind = ValueKind::nothing;
  std::size_t sources = 1;  ///< files of the whole input
  double present = 0;       ///< share of all records that have a value
  std::int64_t distinct = 0;
  double collision = 1;                ///< probability that two random values are equal
  double words = 0;                    ///< mean
  double letters = 0;                  ///< mean
  std::vector<std::string> stand_ins;  ///< normal values far commoner than any other: they name nobody

  const std::string& name() const { return parts.front().input; }
  /// Bits by which an average pair's agreement in this column speaks, times how often it is there.
  double information() const;
  /// An SQL expression for the cleaned value; the input's columns are quoted in it.
  std::string sql() const;
};

/// The word of a kind for people, English.
std::string_view word_of(ValueKind kind);

/// Profiles of the columns named in input.columns, best informed first. Columns of different files that no other file has
/// and whose values overlap are brought together. Cost: some passes over at most 50,000 rows a file and column.
std::vector<ColumnProfile> profiles_of(const LinkageInput& input);

/// The value under which two cells of a kind are equal: folded text, day, digits. Empty if it is none.
std::string normal_value(const ColumnPart& part, std::string_view text);

}  // namespace songtan::link
