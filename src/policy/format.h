// One way to write a policy text. In: a policy file as somebody typed it. Out: the same file in the house's layout:
// half-width punctuation, one blank between words, two blanks a level, aligned tables; comments and line breaks kept.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace songtan::policy {

/// Lays a text out. What it says stays the same: every token of the result is a token of the text, in the same order and on
/// the same lines. format(format(x)) = format(x). Errors (bad_data): a text that cannot be cut into tokens (quotes, signs,
/// UTF-8). Cost: three passes over the text.
Result<std::string> format_policy(std::string_view text, const std::string& file_name);

}  // namespace songtan::policy
