#include "base/result.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace songtan {

std::unexpected<Error> fail(Outcome outcome, std::string code, Text message, Text mend) {
  Error error;
  error.outcome = outcome;
  error.code = std::move(code);
  error.message = std::move(message);
  error.mend = std::move(mend);
  return std::unexpected<Error>(std::move(error));
}

std::string describe(const Error& error, std::string_view language) {
  std::string place = error.file;
  if (error.line > 0) place += fmt::format(":{}", error.line);
  const bool zh = language == "zh";
  // A text has columns by number, as editors count them; a table has them by name.
  const bool numbered = error.line > 0 && error.column.find_first_not_of("0123456789") == std::string::npos;
  if (numbered && !error.column.empty()) place += ':' + error.column;
  if (error.row > 0) place += zh ? fmt::format(" 第 {} 行", error.row) : fmt::format(" row {}", error.row);
  if (!error.column.empty() && !numbered)
    place += zh ? fmt::format(" 列「{}」", error.column) : fmt::format(" column '{}'", error.column);
  if (error.offset >= 0) place += zh ? fmt::format(" 偏移 {}", error.offset) : fmt::format(" offset {}", error.offset);
  std::string words = place.empty() ? error.message.in(language) : place + ": " + error.message.in(language);
  const std::string& mend = error.mend.in(language);
  return mend.empty() ? words : words + " → " + mend;
}

void broken_promise(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "songtan: broken promise: %s (%s:%d)\n", condition, file, line);
  std::exit(static_cast<int>(Outcome::our_fault));
}

}  // namespace songtan
