// Syntax tree + tables → checked law. In: what the parser read. Out: the law, or mistakes with their mend.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/detail/law.h"
#include "policy/program.h"

namespace songtan::policy::detail {

struct Checked {
  Law law;
  std::vector<Error> mistakes;
};

Checked check(const Syntax& syntax, const PackText& pack, std::span<const std::string> scenario);

}  // namespace songtan::policy::detail
