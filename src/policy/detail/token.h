// Tokens of policy texts. In: UTF-8 text. Out: tokens with places and comments; full-width forms already folded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan::policy::detail {

/// A place in a pack: file index and 1-based line and column (columns count code points).
struct Place {
  int file = 0;
  int line = 0;
  int column = 0;
};

enum class TokenKind : std::uint8_t { name, number, date, string, raw, mark, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;  ///< names as written, marks and digits folded to ASCII, strings without quotes
  std::string unit;  ///< of a number: "元/月", "%" …
  Place place;
  bool first_on_line = false;
  bool glued = false;     ///< no blank before it
  std::size_t begin = 0;  ///< byte offsets in the text
  std::size_t end = 0;
};

struct Comment {
  std::string text;
  Place place;
  bool own_line = false;
};

struct TokenList {
  std::vector<Token> tokens;  ///< ends with one `end` token
  std::vector<Comment> comments;
};

/// Limit: 4 MiB a file.
Result<TokenList> tokenize(std::string_view text, int file, const std::string& file_name);

/// The Chinese keyword of a word ("when" → "当"); the word itself where it is none.
std::string_view canonical(std::string_view word);

/// The keyword, in the language of the word, that a misspelt word is nearest to; "" when none is near.
std::string nearest_keyword(std::string_view word);

/// The English twin of a canonical keyword; the word itself where there is none.
std::string_view english_keyword(std::string_view word);

}  // namespace songtan::policy::detail
