#include <algorithm>

#include "policy/detail/check_expression.h"

namespace songtan::policy::detail {
namespace {

/// Checks one dated version of a computed variable.
class RuleChecker {
 public:
  RuleChecker(CheckState& state, const VariableDecl& decl, int index)
      : s_(state),
        e_(state),
        d_(decl),
        index_(index),
        type_(state.law.variable(index).type),
        context_{state.law.variable(index).info.entity, state.law.variable(index).info.period} {}

  Result<void> run();

 private:
  CheckState& s_;
  ExpressionChecker e_;
  const VariableDecl& d_;
  int index_;
  Type type_;
  Context context_;
  std::optional<Grain> grain_;

  const Grain* outer() const { return grain_ ? &*grain_ : nullptr; }
  Result<int> value(ExprId id, Place place) {
    TRY(const int node, e_.check(id, context_, &type_, outer()));
    return e_.store(node, type_, outer(), place);
  }
  Result<int> conditions(Version& version);
  Result<int> branches();
  Result<int> exceptions();
  Result<std::vector<std::vector<bool>>> precedence() const;
  int logic(Op op, int left, int right) {
    if (left == kNoNode) return right;
    Type boolean;
    boolean.kind = ValueKind::boolean;
    return e_.binary(op, boolean, left, right, d_.place);
  }
};

Result<int> RuleChecker::conditions(Version& version) {
  if (type_.kind != ValueKind::boolean) {
    return s_.refuse("policy.type", d_.place,
                     {"须满足全部/任一只能用于“是否”规则", "all_of and any_of belong to bool rules"},
                     {fmt::format("把类型改成 是否，或写 = …（现在是 {}）", type_text(type_, s_.law)),
                      "make the type bool, or write = …"});
  }
  int whole = kNoNode;
  for (const ConditionDecl& decl : d_.conditions) {
    if (std::ranges::any_of(version.conditions, [&](const LawCondition& c) { return c.label.zh == decl.label; })) {
      return s_.refuse(
          "policy.label", decl.place,
          {fmt::format("条件“{}”出现两次", decl.label), fmt::format("the condition '{}' appears twice", decl.label)},
          {"换个名称", "choose another label"});
    }
    TRY(const int node, e_.check_boolean(decl.expr, context_));
    LawCondition made;
    made.label = {decl.label, decl.english.empty() ? decl.label : decl.english};
    made.unless = decl.unless;
    made.cause = decl.cause;
    made.article = decl.article.empty() ? d_.article : decl.article;
    made.node = node;
    made.place = decl.place;
    version.conditions.push_back(std::move(made));
    whole = logic(d_.all_of ? Op::both : Op::either, whole, node);
  }
  return whole;
}

Result<int> RuleChecker::branches() {
  const BranchDecl& last = d_.branches.back();
  if (last.when != kNoExpr) {
    return s_.refuse("policy.otherwise", last.place,
                     {"“当”没有“否则”：都不成立时不知道结果", "'when' without 'otherwise': no result when none holds"},
                     {"加一行 否则: …", "add a line: otherwise: …"});
  }
  TRY(int whole, value(last.then, last.place));
  for (std::size_t i = d_.branches.size() - 1; i-- > 0;) {
    const BranchDecl& branch = d_.branches[i];
    if (branch.when == kNoExpr)
      return s_.refuse("policy.otherwise", branch.place, {"“否则”要写在最后，只写一次", "'otherwise' comes last, once"},
                       {"移到最后", "move it to the end"});
    TRY(const int when, e_.check_boolean(branch.when, context_));
    TRY(const int then, value(branch.then, branch.place));
    whole = e_.select(when, then, whole, branch.place);
  }
  return whole;
}

// before[i][j]: exception i precedes exception j, also through others.
Result<std::vector<std::vector<bool>>> RuleChecker::precedence() const {
  const std::size_t n = d_.exceptions.size();
  std::vector<std::vector<bool>> before(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) {
    for (const std::string& name : d_.exceptions[i].before) {
      if (canonical(name) == "一般") continue;
      const auto found = std::ranges::find(d_.exceptions, name, &ExceptionDecl::label);
      if (found == d_.exceptions.end()) {
        return s_.refuse("policy.exception", d_.exceptions[i].place,
                         {fmt::format("没有例外“{}”", name), fmt::format("there is no exception '{}'", name)},
                         {"写本规则里另一个例外的名称，或“一般”", "name another exception of this rule, or 'base'"});
      }
      before[i][static_cast<std::size_t>(found - d_.exceptions.begin())] = true;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (before[i][k] && before[k][j]) before[i][j] = true;
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (before[i][i])
      return s_.refuse("policy.exception", d_.exceptions[i].place,
                       {fmt::format("例外“{}”绕一圈先于自己", d_.exceptions[i].label),
                        fmt::format("the exception '{}' precedes itself in a circle", d_.exceptions[i].label)},
                       {"删去一个“先于”", "remove one 'before'"});
  }
  return before;
}

Result<int> RuleChecker::exceptions() {
  if (d_.base == kNoExpr)
    return s_.refuse("policy.exception", d_.place, {"有例外却没有“一般”", "there are exceptions but no 'base'"},
                     {"加一行 一般: …", "add a line: base: …"});
  TRY(const auto before, precedence());
  TRY(int whole, value(d_.base, d_.place));
  const std::size_t n = d_.exceptions.size();
  std::vector<int> when(n), then(n), applies(n);
  for (std::size_t i = 0; i < n; ++i) {
    TRY(when[i], e_.check_boolean(d_.exceptions[i].when, context_));
    TRY(then[i], value(d_.exceptions[i].then, d_.exceptions[i].place));
  }
  Type boolean;
  boolean.kind = ValueKind::boolean;
  int clash = kNoNode;
  for (std::size_t i = 0; i < n; ++i) {
    int beaten = kNoNode;
    for (std::size_t j = 0; j < n; ++j) {
      if (before[j][i]) beaten = logic(Op::either, beaten, when[j]);
    }
    applies[i] =
        beaten == kNoNode ? when[i] : logic(Op::both, when[i], e_.unary(Op::negation, boolean, beaten, d_.place));
    for (std::size_t j = 0; j < i; ++j) {
      if (before[i][j] || before[j][i]) continue;
      const int differ = e_.unary(Op::negation, boolean, logic(Op::equal, then[i], then[j]), d_.place);
      clash = logic(Op::either, clash, logic(Op::both, logic(Op::both, applies[i], applies[j]), differ));
    }
  }
  for (std::size_t i = n; i-- > 0;) whole = e_.select(applies[i], then[i], whole, d_.place);
  if (clash == kNoNode) return whole;
  return e_.binary(Op::conflict, type_, whole, clash, d_.place);
}

Result<void> RuleChecker::run() {
  if (d_.rounding) {
    if (type_.kind != ValueKind::number)
      return s_.refuse("policy.rounding", d_.rounding->place, {"取整只用于数", "rounding belongs to numbers"},
                       {"删去取整", "remove it"});
    TRY(grain_, e_.grain_of(*d_.rounding, type_));
  }
  const int forms = (d_.expr != kNoExpr) + !d_.conditions.empty() + !d_.branches.empty() +
                    (d_.base != kNoExpr || !d_.exceptions.empty());
  if (forms > 1)
    return s_.refuse("policy.forms", d_.place,
                     {fmt::format("“{}”同时用了几种写法（=、须满足、当、一般/例外）", d_.name),
                      fmt::format("'{}' uses several forms at once (=, all_of, when, base)", d_.name)},
                     {"只留一种", "keep one"});
  Version version;
  version.dates = d_.dates;
  version.article = d_.article;
  version.place = d_.place;
  if (d_.expr != kNoExpr) {
    TRY(version.node, value(d_.expr, d_.place));
  } else if (!d_.conditions.empty()) {
    TRY(version.node, conditions(version));
  } else if (!d_.branches.empty()) {
    TRY(version.node, branches());
  } else {
    TRY(version.node, exceptions());
  }
  s_.law.variables[static_cast<std::size_t>(index_)].versions.push_back(std::move(version));
  return {};
}

Result<void> check_versions(CheckState& s, Variable& variable) {
  auto& versions = variable.versions;
  std::ranges::stable_sort(versions, {}, [](const Version& v) { return v.dates.from.value_or(Day{-1'000'000}); });
  for (std::size_t i = 1; i < versions.size(); ++i) {
    const DateRange& a = versions[i - 1].dates;
    const DateRange& b = versions[i].dates;
    const std::string& name = variable.info.name;
    if (!a.to || !b.from || *b.from <= *a.to) {
      return s.refuse("policy.versions", versions[i].place,
                      {fmt::format("“{}”的两个版本日期重叠（前一个在第 {} 行）", name, versions[i - 1].place.line),
                       fmt::format("two versions of '{}' overlap (the earlier one is on line {})", name,
                                   versions[i - 1].place.line)},
                      {b.from ? fmt::format("给前一个版本写 至 {}", b.from->plus(-1).text()) : "给每个版本写 自 和 至",
                       b.from ? fmt::format("give the earlier one: to {}", b.from->plus(-1).text())
                              : "give each version from and to"});
    }
    if (*b.from != a.to->plus(1)) {
      return s.refuse(
          "policy.versions", versions[i].place,
          {fmt::format("“{}”在 {} 至 {} 没有版本", name, a.to->plus(1).text(), b.from->plus(-1).text()),
           fmt::format("'{}' has no version from {} to {}", name, a.to->plus(1).text(), b.from->plus(-1).text())},
          {"补上这段时间的版本，或改正日期", "add a version for that time, or correct the dates"});
    }
  }
  return {};
}

}  // namespace

void check_rules(CheckState& s, const Declarations& declarations) {
  for (const VariableDecl& decl : declarations.variables) {
    const auto entity = s.entity_index.find(decl.entity);
    if (entity == s.entity_index.end()) continue;
    const auto found = s.law.variable_index.find(std::pair(entity->second, decl.name));
    if (found == s.law.variable_index.end() || s.law.variable(found->second).info.input) continue;
    s.note(RuleChecker(s, decl, found->second).run());
  }
  for (Variable& variable : s.law.variables) s.note(check_versions(s, variable));
  for (const PropertyDecl& decl : declarations.properties) {
    const auto entity = s.entity_index.find(decl.entity);
    if (entity == s.entity_index.end()) {
      s.note(s.refuse("policy.entity", decl.place,
                      {fmt::format("没有实体“{}”", decl.entity), fmt::format("there is no entity '{}'", decl.entity)},
                      s.entities_there_are())
                 .error());
      continue;
    }
    ExpressionChecker expressions(s);
    const auto node = expressions.check_boolean(decl.expr, Context{entity->second, TimeUnit::month});
    if (!node) {
      s.note(node.error());
      continue;
    }
    Variable made;
    made.info.name = "检验 " + decl.name;
    made.info.entity = entity->second;
    made.type.kind = ValueKind::boolean;
    made.highest = 1;
    made.versions.push_back({{}, *node, {}, {}, decl.place});
    s.law.properties.emplace_back(decl.name, static_cast<int>(s.law.variables.size()));
    s.law.variables.push_back(std::move(made));
  }
}

}  // namespace songtan::policy::detail
