// Outcomes. In: whatever a function may refuse. Out: a value, or an Error that a person can act on.
// Three kinds of trouble (docs: style): a bad row is data; the world saying no is a Result; a promise that we
// broke is a CHECK, which is on in every build.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace songtan {

/// What the process answers with; the numbers are the exit codes of every command.
enum class Outcome : std::uint8_t {
  refused = 1,       ///< a check failed or was refused, a night is held
  usage = 2,         ///< wrong usage
  bad_data = 3,      ///< bad data or pack
  our_fault = 4,     ///< we broke a promise
  environment = 5,   ///< disk, rights, lock, network
  interrupted = 130  ///< can be resumed
};

/// One sentence in both languages of the product.
struct Text {
  std::string zh;
  std::string en;

  const std::string& in(std::string_view language) const { return language == "zh" ? zh : en; }
};

/// A refusal that names the place and the way out. `code` is a stable word for machines, e.g. "csv.encoding".
/// Personal values never appear in it. Places are 1-based; 0 means "does not apply".
struct Error {
  Outcome outcome = Outcome::bad_data;
  std::string code = {};
  Text message = {};
  Text mend = {};
  std::string file = {};
  std::int64_t line = 0;
  std::string column = {};
  std::int64_t row = 0;
  std::int64_t offset = -1;
  std::string proposal = {};  ///< a patch of the pack that a person may adopt if the change is meant
};

template <typename T>
using Result = std::expected<T, Error>;

/// Shorthand for the failing branch of a Result.
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }
std::unexpected<Error> fail(Outcome outcome, std::string code, Text message, Text mend = {});

/// The error in words: "file:line: message → mend".
std::string describe(const Error& error, std::string_view language);

/// Ends the process with exit code 4 after saying which promise was broken.
[[noreturn]] void broken_promise(const char* condition, const char* file, int line);

}  // namespace songtan

/// TRY(auto x, f()); passes a failure on. TRY_VOID(f()); does so for Result<void>.
#define SONGTAN_CONCAT_(a, b) a##b
#define SONGTAN_CONCAT(a, b) SONGTAN_CONCAT_(a, b)
#define TRY_IMPL(target, expression, name)                                      \
  auto name = (expression);                                                     \
  if (!name) return std::unexpected<::songtan::Error>(std::move(name).error()); \
  target = std::move(*name)
#define TRY(target, expression) TRY_IMPL(target, expression, SONGTAN_CONCAT(try_result_, __LINE__))
#define TRY_VOID(expression)                                                                  \
  do {                                                                                        \
    auto try_result = (expression);                                                           \
    if (!try_result) return std::unexpected<::songtan::Error>(std::move(try_result).error()); \
  } while (false)

#define CHECK_PROMISE(condition) ((condition) ? void(0) : ::songtan::broken_promise(#condition, __FILE__, __LINE__))
