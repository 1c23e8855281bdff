// Rows of parameter tables in words. In: a stored key or value. Out: what the table says, with its unit.
#pragma once

#include <string>

#include "policy/detail/law.h"
#include "policy/program.h"

namespace songtan::policy::detail {

std::string stored_words(const Program& program, const Type& type, std::int64_t value);
/// "510107", "[20..40)", "*".
std::string key_words(const Program& program, const Type& type, const KeyCell& cell);

}  // namespace songtan::policy::detail
