#include "policy/detail/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/detail/parse_declaration.h"

namespace songtan::policy::detail {
namespace {

void parse_file(Parsed& parsed, const PackFile& file, int index) {
  auto tokens = tokenize(file.text, index, file.name);
  if (!tokens) {
    parsed.mistakes.push_back(std::move(tokens).error());
    return;
  }
  ParseState state(parsed.syntax, tokens->tokens, file.text, file.name);
  DeclarationParser parser(state, parsed.syntax.law);
  while (!state.at_end() && parsed.mistakes.size() < kMostMistakes) {
    if (auto result = parser.declaration(); !result) {
      parsed.mistakes.push_back(std::move(result).error());
      parser.skip_to_next_declaration();
    }
  }
}

}  // namespace

Parsed parse_pack(const PackText& pack) {
  Parsed parsed;
  std::vector<const PackFile*> files;
  for (const PackFile& file : pack.files) {
    if (file.name.ends_with(".policy")) files.push_back(&file);
  }
  std::ranges::sort(files, {}, [](const PackFile* file) -> const std::string& { return file->name; });
  for (const PackFile* file : files) parsed.syntax.file_names.push_back(file->name);
  for (std::size_t i = 0; i < files.size(); ++i) parse_file(parsed, *files[i], static_cast<int>(i));
  return parsed;
}

}  // namespace songtan::policy::detail
