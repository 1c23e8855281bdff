// The picture of what a programme rests on. In: the law, an award. Out: an SVG that takes its colours from the page.
#pragma once

#include <string>
#include <string_view>

#include "policy/detail/law.h"

namespace songtan::policy::detail {

/// Columns from the decision on the left to the facts and parameters on the right; every box leads to its rule.
std::string dependency_picture(const Law& law, const Award& award, std::string_view language);

/// The anchor of a variable on a page.
std::string anchor_of(const Law& law, int variable);

/// Text for HTML.
std::string escaped(std::string_view text);

}  // namespace songtan::policy::detail
