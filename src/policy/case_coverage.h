// What the cases of a pack decide. In: a programme with its cases and the law texts. Out: which articles stand behind which
// programme, and which labelled conditions some case would miss if they were wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "policy/articles.h"
#include "policy/program.h"

namespace songtan::policy {

enum class SourceState : std::uint8_t { law, unseen, absent };

/// One article that a programme rests on, through its rules, conditions and facts.
struct ArticleUse {
  std::string programme;
  std::string citation;
  SourceState state = SourceState::absent;
  int uses = 0;  ///< rules, conditions and facts that cite it
};

/// One labelled condition of one version of a rule, changed: negated, its bound one unit up or down, a word left out.
struct Mutant {
  enum class Kind : std::uint8_t { negated, bound_up, bound_down, word_left_out };
  Kind kind = Kind::negated;
  std::string rule;
  Text label;
  std::string file;
  std::int64_t line = 0;
  std::string killed_by;  ///< name of the first case that fails; empty: it survives
};

struct Coverage {
  std::vector<ArticleUse> articles;
  std::vector<Mutant> mutants;  ///< always the negations; a condition is decided when its negation is killed
  std::vector<std::string> rules_without_article;
  std::vector<std::string> programmes_without_case;
};

struct CoverageOptions {
  bool bounds = false;  ///< also move the bounds of comparisons and leave out words of sets
  /// Called with the number of mutants tried and their total; false stops.
  std::function<bool(std::size_t, std::size_t)> progress = {};
};

/// Errors: interrupted when `progress` says so. Cost: for each mutant the cases that reach its rule, until one fails; tens
/// of microseconds a case.
Result<Coverage> coverage(const Program& program, const LawTexts& texts, const CoverageOptions& options = {});

}  // namespace songtan::policy
