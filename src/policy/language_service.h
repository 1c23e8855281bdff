// What an editor asks about policy texts. In: the texts of a pack as they stand in the editor, the law texts. Out: mistakes,
// meanings, places, words to go on with. Lines and columns count from 0, columns in UTF-16 units, as editors do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/articles.h"
#include "policy/program.h"

namespace songtan::policy {

struct Position {
  int line = 0;
  int column = 0;
};

/// A stretch of one line.
struct Span {
  std::string file;
  int line = 0;
  int begin = 0;
  int end = 0;
};

struct Suggestion {
  enum class Kind : std::uint8_t { variable, parameter, function, role, link, keyword };
  std::string word;
  Kind kind = Kind::variable;
  std::string detail;  ///< entity and type
};

/// Answers for one pack. Every change is read anew; a pack of some thousand lines takes milliseconds.
class LanguageService {
 public:
  LanguageService(PackText pack, LawTexts texts);
  ~LanguageService();
  LanguageService(const LanguageService&) = delete;
  LanguageService& operator=(const LanguageService&) = delete;

  /// Puts `text` in the place of a file, or adds it.
  void change(const std::string& file, std::string text);
  const PackText& pack() const;

  /// Mistakes with the stretch that an editor underlines.
  std::vector<std::pair<Span, Error>> mistakes() const;
  /// What the word at a place means, as Markdown: its declaration and the articles it cites; of 依据, the article.
  std::optional<std::string> hover(const std::string& file, Position at) const;
  /// Where the name at a place is declared; the first version of a rule.
  std::optional<Span> definition(const std::string& file, Position at) const;
  /// Every place to change when the name gets another one, texts in quotes included.
  /// Errors (refused): no name there, a name that several entities have, a name that tables have as a column, or
  /// `fresh` is no name or is taken.
  Result<std::vector<Span>> rename(const std::string& file, Position at, const std::string& fresh) const;
  /// Words that fit at a place: after "家庭·" those of that entity, else those of the declaration's own entity.
  std::vector<Suggestion> complete(const std::string& file, Position at) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace songtan::policy
