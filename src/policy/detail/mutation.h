// Laws with one labelled condition changed. In: a checked law. Out: where it can be changed, and the changed law.
#pragma once

#include <vector>

#include "policy/case_coverage.h"
#include "policy/detail/law.h"

namespace songtan::policy::detail {

/// One change: `site` is the node that is replaced, the condition itself or a comparison inside it.
struct Change {
  Mutant::Kind kind = Mutant::Kind::negated;
  int variable = 0;
  int version = 0;
  int condition = 0;
  int site = kNoNode;
};

std::vector<Change> changes_of(const Law& law, bool bounds);

/// The law with the change; `law.tests` are left out.
Law changed(const Law& law, const Change& change);

}  // namespace songtan::policy::detail
