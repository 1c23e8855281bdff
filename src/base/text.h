// Text: UTF-8 only inside the house. Cleaning here is generic; names and addresses have their own rules in link.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace songtan {

/// Byte offset of the first ill-formed UTF-8 sequence, or npos. Cost: one pass.
std::size_t first_invalid_utf8(std::string_view bytes);

/// Code points of well-formed UTF-8.
std::u32string code_points(std::string_view utf8);
std::string utf8_of(std::u32string_view code_points);

/// NFKC (full-width to half-width, compatibility forms), trimmed, inner blanks collapsed. By ICU.
std::string normalised_text(std::string_view utf8);

std::string_view trimmed(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

/// Single quotes doubled, for a SQL string literal: 'it''s'. Includes the outer quotes.
std::string sql_literal(std::string_view text);

}  // namespace songtan
