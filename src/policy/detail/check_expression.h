// The rules of types for expressions. In: a syntax expression in a context. Out: a typed node. Private to the checker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/detail/check_state.h"

namespace songtan::policy::detail {

/// The grain g·10^-scale that a value is rounded to.
struct Grain {
  Wide grain = 1;
  int scale = 0;
  Rounding rounding = Rounding::half_up;
};

/// Where an expression stands: on which rows, and for which unit of time.
struct Context {
  int entity = 0;
  TimeUnit unit = TimeUnit::month;
};

class ExpressionChecker {
 public:
  explicit ExpressionChecker(CheckState& state) : s_(state) {}

  /// `expected` helps to read words of enumerations; `outer` is a rounding that applies directly to the value.
  Result<int> check(ExprId id, Context context, const Type* expected = nullptr, const Grain* outer = nullptr);
  Result<int> check_boolean(ExprId id, Context context);
  /// Refuses a value of another kind or unit than the declared type.
  Result<void> fits(int node, const Type& target) const;
  /// Fits a node into a declared type: unit, decimals, rounding.
  Result<int> store(int node, const Type& type, const Grain* outer, Place place);
  Result<Grain> grain_of(const RoundingClause& clause, const Type& type) const;
  /// Makes two numbers comparable: same unit, same scale; or refuses.
  Result<void> align(int& left, int& right, Place place);
  int select(int condition, int then, int otherwise, Place place);
  int binary(Op op, Type type, int left, int right, Place place);
  int unary(Op op, Type type, int inner, Place place);
  int rounded(int inner, const Grain& grain, Place place);

 private:
  CheckState& s_;

  friend class FunctionChecker;

  Type type(int node) const { return s_.law.node(node).type; }
  Result<int> number(const Expr& expr);
  Result<int> date(const Expr& expr);
  Result<int> word(const Expr& expr, const Type* expected);
  Result<int> name(const Expr& expr, Context context, const Type* expected);
  Result<int> path(const Expr& expr, std::size_t at, Context context);
  Result<int> single(const Expr& expr, const std::string& name, Context context);
  Result<int> parameter(int index, const std::vector<int>& given, Context context, Place place);
  Result<int> parameter_key(const ParameterKey& key, const std::string& parameter, Context context, Place place);
  Result<int> variable(int index, Context context, Place place);
  Result<int> unknown_name(const Expr& expr, const std::string& name, Context context);
  Result<int> unary_expr(const Expr& expr, Context context);
  Result<int> binary_expr(const Expr& expr, Context context, const Grain* outer);
  Result<int> logic(const Expr& expr, Context context);
  Result<int> comparison(const Expr& expr, Context context);
  Result<int> arithmetic(const Expr& expr, Context context);
  Result<int> product(const Expr& expr, Context context);
  Result<int> quotient(const Expr& expr, Context context, const Grain* outer);
  Result<int> divided(int left, int right, const Grain* outer, Place place);
  Result<int> condition(const Expr& expr, Context context, const Type* expected, const Grain* outer);
  Result<int> membership(const Expr& expr, Context context);
  Result<void> two_sides(const Expr& expr, Context context, int& left, int& right);
  bool is_word(const Expr& expr, Context context) const;
  int rescale(int node, int scale);
  int entity_of(std::initializer_list<int> nodes) const;
  std::optional<int> group_named(const std::string& name) const;
  std::optional<int> role_named(int group, const std::string& name) const;
  std::optional<int> variable_named(int entity, const std::string& name) const;
  std::vector<std::string> names_in(Context context) const;
};

}  // namespace songtan::policy::detail
