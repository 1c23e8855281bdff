#include "policy/detail/table_words.h"

#include <fmt/format.h>

#include "policy/testing.h"

namespace songtan::policy::detail {

std::string stored_words(const Program& program, const Type& type, std::int64_t value) {
  VariableInfo like;
  like.kind = type.kind;
  like.scale = type.scale;
  like.enumeration = type.enumeration;
  like.unit = type.unit.text();
  return value_text(program, like, value, value, Trouble::none);
}

std::string key_words(const Program& program, const Type& type, const KeyCell& cell) {
  if (cell.kind == KeyCell::Kind::any) return "*";
  if (cell.kind == KeyCell::Kind::exact || cell.high == cell.low + 1) return stored_words(program, type, cell.low);
  return fmt::format("[{}..{})", cell.low <= -kLargestStored ? "" : stored_words(program, type, cell.low),
                     cell.high >= kLargestStored ? "" : stored_words(program, type, cell.high));
}

}  // namespace songtan::policy::detail
