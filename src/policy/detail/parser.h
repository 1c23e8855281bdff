// Text → syntax tree. In: the .policy files of a pack. Out: declarations; mistakes are collected, one a declaration.
#pragma once

#include <string>
#include <vector>

#include "policy/detail/syntax.h"
#include "policy/program.h"

namespace songtan::policy::detail {

/// Limits: expressions nest at most 64 deep; 50 mistakes are kept.
inline constexpr int kDeepestNesting = 64;
/// Levels of one expression's tree, long chains of one operator included.
inline constexpr int kDeepestTree = 500;
inline constexpr std::size_t kMostMistakes = 50;

struct Parsed {
  Syntax syntax;
  std::vector<Error> mistakes;
};

Parsed parse_pack(const PackText& pack);

}  // namespace songtan::policy::detail
