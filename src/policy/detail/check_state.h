// The state of checking one pack: names, units and the rules of types. Private to the checker.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "policy/detail/checker.h"
#include "policy/detail/mistake.h"

namespace songtan::policy::detail {

class CheckState {
 public:
  CheckState(const Syntax& from, Law& to, std::vector<Error>& found) : syntax(from), law(to), mistakes(found) {}

  const Syntax& syntax;
  Law& law;
  std::vector<Error>& mistakes;
  std::map<std::string, int, std::less<>> entity_index;
  std::map<std::string, int, std::less<>> link_index;
  std::map<std::string, int, std::less<>> enum_index;
  std::map<std::string, int, std::less<>> parameter_index;
  std::map<std::string, int, std::less<>> scale_index;
  std::set<std::string, std::less<>> counts{"岁", "人", "户", "个", "套", "辆", "月",
                                            "天", "次", "级", "年", "日", "周"};
  std::set<std::string, std::less<>> currencies{"元"};
  std::map<int, Rounding> default_rounding;  ///< by file

  std::unexpected<Error> refuse(std::string code, Place place, Text message, Text mend) const {
    const auto file = static_cast<std::size_t>(place.file);
    return fail(mistake(std::move(code), file < law.file_names.size() ? law.file_names[file] : "", place,
                        std::move(message), std::move(mend)));
  }
  /// The mend where an entity is not known.
  Text entities_there_are() const {
    std::vector<std::string> known;
    for (const Entity& each : law.entities) known.push_back(each.info.name);
    return {fmt::format("实体有：{}", fmt::join(known, "、")), fmt::format("entities: {}", fmt::join(known, ", "))};
  }
  void note(Error error) {
    if (mistakes.size() < 50) mistakes.push_back(std::move(error));
  }
  void note(const Result<void>& result) {
    if (!result) note(result.error());
  }

  Result<Type> type_of(const TypeClause& clause) const;
  Result<Unit> unit_of(std::string_view word, Place place) const;
  bool known_unit(std::string_view word) const;

  int add(Node node) {
    law.nodes.push_back(std::move(node));
    return static_cast<int>(law.nodes.size()) - 1;
  }
  const Expr& expr(ExprId id) const { return syntax.exprs[static_cast<std::size_t>(id)]; }
  Node& node(int id) { return law.nodes[static_cast<std::size_t>(id)]; }
  int constant(Wide value, Type type, Place place);
};

/// "人均月收入 (元/月)" for messages.
std::string type_text(const Type& type, const Law& law);

/// The names nearest to a misspelt one, for mends ("、" separated), or "".
std::string nearest_names(std::string_view name, const std::vector<std::string>& known);

/// The decimal digits of a literal as (integer, scale); nothing when it does not fit 62 bits.
struct Decimal {
  std::int64_t value = 0;
  int scale = 0;
};
std::optional<Decimal> decimal_of(std::string_view digits);

/// Parameters and scales, from declarations and CSV.
void check_tables(CheckState& state, const Declarations& declarations, const PackText& pack);
/// Every combination of words of closed enumerations has a row.
Result<void> check_completeness(CheckState& state, const Parameter& parameter);
/// Rows of the same keys follow one another in time without a gap; bands meet.
Result<void> check_gaps(const Parameter& parameter);

/// The expressions of computed variables.
void check_rules(CheckState& state, const Declarations& declarations);

/// Stacking, awards, circles, what each programme rests on.
void check_programmes(CheckState& state, const Declarations& declarations);

}  // namespace songtan::policy::detail
