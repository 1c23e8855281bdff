// The law texts that policies cite. In: packs/law/*.md and a pack's unseen.csv. Out: the article behind a citation.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/program.h"

namespace songtan::policy {

/// One article of a law text, or one row of unseen.csv: a rule whose text nobody here has read.
struct Article {
  std::string law;      ///< id of the text; document number of an unseen one
  std::string title;    ///< its whole title
  std::string heading;  ///< "第十八条", "一（二）", "U07"
  std::string text;
  std::string effective;  ///< day from which the text holds, as written; may be empty
  bool unseen = false;
};

/// The sources named after 依据: "A 第一条；B 第二条" are two.
std::vector<std::string> citations_of(std::string_view article);

/// Law texts by id, title and document number.
class LawTexts {
 public:
  LawTexts() = default;
  /// `files`: *.md with front matter and `## 第…条` headings, and unseen.csv. What cannot be read is left out.
  explicit LawTexts(std::span<const PackFile> files);

  /// The article of one source, "社会救助法 第十八条（一）" or "未见原文 U07"; null when there is none. An item that the
  /// article does not have counts as none.
  const Article* find(std::string_view citation) const;
  bool empty() const { return articles_.empty(); }

 private:
  std::map<std::string, std::map<std::string, Article>, std::less<>> articles_;  ///< text → heading → article
  std::map<std::string, std::string, std::less<>> names_;                        ///< title or number → id

  void read_text(const PackFile& file);
  void read_unseen(const PackFile& file);
};

}  // namespace songtan::policy
