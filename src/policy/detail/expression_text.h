// Expressions written out again. In: a syntax tree. Out: one text for every way to write the same expression, with Chinese
// words; what a reader sees in a difference or on a page.
#pragma once

#include <string>

#include "policy/detail/syntax.h"

namespace songtan::policy::detail {

std::string expression_text(const Syntax& syntax, ExprId id);
std::string type_words(const TypeClause& type);
std::string rounding_words(const RoundingClause& rounding);
std::string dates_words(const DateRange& dates);

/// What a version of a rule computes, its labelled conditions left out.
std::string body_text(const Syntax& syntax, const VariableDecl& decl);

}  // namespace songtan::policy::detail
