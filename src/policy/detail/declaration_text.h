// A declaration as it stands in its file. In: a pack, a place. Out: its lines, and those lines with marked words.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "policy/program.h"

namespace songtan::policy::detail {

/// The lines of the declaration that begins on `line` (1-based): up to the next one, comments between them left out.
std::string declaration_text(const PackText& pack, std::string_view file, std::int64_t line);

/// HTML of a policy text: keywords, words in quotes and numbers marked; `link_of` says where a name leads ("" = nowhere).
std::string marked_text(std::string_view text, const std::function<std::string(std::string_view)>& link_of);

}  // namespace songtan::policy::detail
