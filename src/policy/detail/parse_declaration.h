// The grammar of declarations. In: a parse state at the start of one. Out: the declaration added to `out`.
#pragma once

#include <string>

#include "policy/detail/parse_state.h"

namespace songtan::policy::detail {

class DeclarationParser {
 public:
  DeclarationParser(ParseState& state, Declarations& out) : in_(state), out_(&out) {}

  Result<void> declaration();
  void skip_to_next_declaration();

 private:
  ParseState& in_;
  Declarations* out_;
  DateRange dates_;  ///< 自 … 至 … above the declarations
  int policy_ = -1;  ///< the 政策 above

  bool starts_declaration() const;

  Result<void> entity();
  Result<void> group();
  Result<void> link();
  Result<void> unit(bool currency);
  Result<void> enumeration();
  Result<void> fact();
  Result<void> fact_clause(FactDecl& fact);
  Result<void> policy();
  Result<void> parameter();
  Result<void> parameter_keys(ParameterDecl& parameter);
  Result<void> scale();
  Result<void> scale_levels(ScaleDecl& scale);
  Result<void> variable(bool rule);
  Result<void> variable_clause(VariableDecl& variable, bool& more);
  Result<void> conditions(VariableDecl& variable);
  Result<void> condition_clauses(ConditionDecl& condition, int label_column);
  Result<void> exception(VariableDecl& variable);
  Result<void> award(bool warning);
  Result<void> stack(StackDecl::Kind kind);
  Result<void> scenario();
  Result<void> test();
  Result<void> test_line(TestDecl& test);
  Result<void> test_row(TestDecl& test);
  Result<TestValue> test_value();
  Result<void> test_values(std::vector<TestValue>& out);
  Result<void> property();
  Result<void> rounding_or_default();

  Result<TypeClause> type();
  Result<RoundingClause> rounding();
  Result<Rounding> rounding_name();
  Result<Day> day(bool end_of_period);
  bool dated_line() const;
  Result<void> parameter_series(const ParameterDecl& decl);
  /// Reads 自 X / 至 Y if they stand here; true when something was read.
  Result<bool> date_clause(DateRange& range);
  Result<bool> dates(DateRange& range);
  Result<std::string> article();
  Result<int> small_number(std::string_view zh, std::string_view en);
  Result<std::string> words_list_item();
};

}  // namespace songtan::policy::detail
