// A mistake in a policy text, as an Error: what was written, why it cannot be, what to write instead.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "policy/detail/token.h"

namespace songtan::policy::detail {

inline Error mistake(std::string code, const std::string& file_name, Place place, Text message, Text mend) {
  Error error;
  error.outcome = Outcome::bad_data;
  error.code = std::move(code);
  error.message = std::move(message);
  error.mend = std::move(mend);
  error.file = file_name;
  error.line = place.line;
  error.column = std::to_string(place.column);
  return error;
}

}  // namespace songtan::policy::detail
