// Calls: the functions of the language. Private to the checker.
#pragma once

#include "policy/detail/check_expression.h"

namespace songtan::policy::detail {

class FunctionChecker {
 public:
  FunctionChecker(ExpressionChecker& expressions, CheckState& state) : e_(expressions), s_(state) {}

  Result<int> call(const Expr& expr, Context context, const Type* expected, const Grain* outer);

 private:
  ExpressionChecker& e_;
  CheckState& s_;

  struct Members {
    Collection over;
    int inner_link = -1;  ///< 成员 的 联系
    ExprId filter = kNoExpr;
    Context inner;
    int from_person_to_group = -1;
  };

  Type type(int node) const { return s_.law.node(node).type; }
  Result<void> count_arguments(const Expr& expr, std::size_t least, std::size_t most) const;
  Result<int> fold_call(const Expr& expr, Context context, Fold fold);
  Result<int> none_call(const Expr& expr, Context context);
  Result<int> average_call(const Expr& expr, Context context, const Grain* outer);
  Result<int> nth_call(const Expr& expr, Context context);
  Result<int> exists_call(const Expr& expr, Context context);
  Result<Members> members(ExprId id, Context context);
  Result<int> reduce(const Members& members, Fold fold, ExprId value, int nth, Context context, Place place);
  Result<int> extreme_call(const Expr& expr, Context context, const Type* expected, Op op);
  Result<int> round_call(const Expr& expr, Context context);
  Result<int> absolute_call(const Expr& expr, Context context);
  Result<int> scale_call(const Expr& expr, Context context, Op op);
  Result<int> shift_call(const Expr& expr, Context context, int count);
  Result<int> before_call(const Expr& expr, Context context);
  Result<int> past_call(const Expr& expr, Context context, Fold fold, bool average, int count, const Grain* outer);
  Result<int> period_call(const Expr& expr, Context context, Op op, TimeUnit unit);
  std::optional<Result<int>> inside_named(const Expr& expr, Context context, const Grain* outer);
  Result<int> inside_call(const Expr& expr, Context context, TimeUnit outer, Fold fold, bool average,
                          const Grain* grain);
  Result<int> per_month_call(const Expr& expr, Context context, const Grain* outer);
  Result<int> per_year_call(const Expr& expr, Context context);
  Result<int> age_call(const Expr& expr, Context context);
  Result<int> date_call(const Expr& expr, Context context, Op op, std::string_view unit);
  Result<int> role_call(const Expr& expr, Context context);
  Result<int> position_call(const Expr& expr, Context context);
  Result<int> rank_call(const Expr& expr, Context context);
  Result<int> parameter_call(const Expr& expr, Context context, int index);
  Result<int> group_argument(const Expr& expr, Context context);
  std::optional<Result<int>> past_named(const Expr& expr, Context context, const Grain* outer);
  Result<int> unknown(const Expr& expr);
};

}  // namespace songtan::policy::detail
