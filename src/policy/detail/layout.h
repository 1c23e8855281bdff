// How far tokens stand apart and lines stand in. In: neighbouring tokens, columns of lines. Out: blanks and levels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/detail/token.h"

namespace songtan::policy::detail {

/// Blanks between two tokens of one line: 0, 1, or 2 before a clause that belongs to what stands before it.
/// `unary`: `left` is a minus sign before a value.
int blanks_between(const Token& left, const Token& right, bool unary);

/// A minus sign after this token has no left side.
bool awaits_value(const Token& token);

/// Turns the columns in which lines begin into levels. A line deeper than another stays deeper, one that is not stays so.
class Levels {
 public:
  /// The level of the next line, which begins in `column` (1-based).
  int next(int column);

 private:
  std::vector<int> columns_{1};
};

/// Columns a text takes on a terminal: two for a wide letter, none for a mark on a letter.
int display_width(std::string_view text);

}  // namespace songtan::policy::detail
