#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "policy/detail/check_expression.h"

namespace songtan::policy::detail {
namespace {

constexpr int kDeepestRules = 400;
constexpr int kDeepestMeaning = 2'000;  ///< levels of operations, from a rule through the rules it reads down to facts
constexpr std::size_t kMostConditions = 64;

bool moves_in_time(Op op) { return op == Op::shift || op == Op::past; }

/// Calls visit(variable, lagged) for every variable that a node reads.
void read_variables(const Law& law, int id, bool lagged, const std::function<void(int, bool)>& visit) {
  if (id == kNoNode) return;
  const Node& node = law.node(id);
  if (node.op == Op::variable) visit(node.index, lagged);
  for (const int arg : node.args) read_variables(law, arg, lagged || moves_in_time(node.op), visit);
}

/// Finds circles within one period, prints them; marks rules that rest on their own past.
class CircleChecker {
 public:
  explicit CircleChecker(CheckState& state)
      : s_(state), edges_(state.law.variables.size()), state_(state.law.variables.size()) {
    for (std::size_t v = 0; v < edges_.size(); ++v) {
      for (const Version& version : s_.law.variables[v].versions) {
        read_variables(s_.law, version.node, false, [&](int to, bool lagged) { edges_[v].emplace_back(to, lagged); });
      }
      const Variable& variable = s_.law.variables[v];
      for (const int node : {variable.default_node, variable.presumption}) {
        read_variables(s_.law, node, false, [&](int to, bool lagged) { edges_[v].emplace_back(to, lagged); });
      }
    }
  }

  void run() {
    for (std::size_t v = 0; v < edges_.size(); ++v) {
      if (state_[v] == 0 && !visit(static_cast<int>(v))) return;
    }
    for (std::size_t v = 0; v < edges_.size(); ++v) s_.law.variables[v].recurrent = reaches_itself(static_cast<int>(v));
    measure_nodes();
    heights_.assign(edges_.size(), 0);
    for (std::size_t v = 0; v < edges_.size(); ++v) {
      if (!measure(static_cast<int>(v), 0)) return;
    }
  }

 private:
  CheckState& s_;
  std::vector<std::vector<std::pair<int, bool>>> edges_;
  std::vector<int> state_;
  std::vector<int> path_;
  std::vector<int> depths_;   ///< levels of each node
  std::vector<int> heights_;  ///< levels of each variable with all that it reads; 0 = not measured

  bool too_deep(int v) {
    return report("policy.depth", v,
                  fmt::format("规则一层层引用超过 {} 层，或运算超过 {} 层", kDeepestRules, kDeepestMeaning),
                  fmt::format("rules refer to rules more than {} deep, or operations more than {}", kDeepestRules,
                              kDeepestMeaning),
                  "合并一些中间变量", "join some of the steps");
  }

  // Operands are made before what uses them, so one pass is enough.
  void measure_nodes() {
    depths_.assign(s_.law.nodes.size(), 1);
    for (std::size_t n = 0; n < depths_.size(); ++n) {
      for (const int arg : s_.law.nodes[n].args) {
        if (arg != kNoNode && static_cast<std::size_t>(arg) < n)
          depths_[n] = std::max(depths_[n], depths_[static_cast<std::size_t>(arg)] + 1);
      }
    }
  }

  // Evaluators walk as deep as this, so that no pack can exhaust their stack.
  bool measure(int v, int rules) {
    int& height = heights_[static_cast<std::size_t>(v)];
    if (height > 0) return true;
    if (rules >= kDeepestRules) return too_deep(v);
    const Variable& variable = s_.law.variables[static_cast<std::size_t>(v)];
    int own = 1;
    for (const Version& version : variable.versions)
      own = std::max(own, version.node == kNoNode ? 1 : depths_[static_cast<std::size_t>(version.node)]);
    int below = 0;
    for (const auto& [to, lagged] : edges_[static_cast<std::size_t>(v)]) {
      if (to == v || (lagged && s_.law.variables[static_cast<std::size_t>(to)].recurrent)) continue;
      if (!measure(to, rules + 1)) return false;
      below = std::max(below, heights_[static_cast<std::size_t>(to)]);
    }
    height = own + below;
    return height <= kDeepestMeaning || too_deep(v);
  }

  bool visit(int v) {
    if (path_.size() >= kDeepestRules) return too_deep(v);
    state_[static_cast<std::size_t>(v)] = 1;
    path_.push_back(v);
    for (const auto& [to, lagged] : edges_[static_cast<std::size_t>(v)]) {
      if (lagged) continue;
      if (state_[static_cast<std::size_t>(to)] == 1) return circle(to);
      if (state_[static_cast<std::size_t>(to)] == 0 && !visit(to)) return false;
    }
    path_.pop_back();
    state_[static_cast<std::size_t>(v)] = 2;
    return true;
  }

  bool circle(int to) {
    std::vector<std::string> names;
    for (auto at = std::ranges::find(path_, to); at != path_.end(); ++at)
      names.push_back(s_.law.variable(*at).info.name);
    names.push_back(s_.law.variable(to).info.name);
    return report("policy.circle", to, fmt::format("规则绕成一圈：{}", fmt::join(names, " → ")),
                  fmt::format("rules form a circle: {}", fmt::join(names, " → ")),
                  "用 上月(…) 读上一期的值，或去掉一处引用",
                  "read the earlier value with last_month(…), or remove one reference");
  }

  bool report(std::string code, int v, std::string zh, std::string en, std::string mend_zh, std::string mend_en) {
    const Variable& variable = s_.law.variable(v);
    const Place place = variable.versions.empty() ? Place{} : variable.versions[0].place;
    s_.note(s_.refuse(std::move(code), place, {std::move(zh), std::move(en)}, {std::move(mend_zh), std::move(mend_en)})
                .error());
    return false;
  }

  bool reaches_itself(int start) const {
    std::vector<bool> seen(edges_.size(), false);
    std::vector<int> open{start};
    while (!open.empty()) {
      const int v = open.back();
      open.pop_back();
      for (const auto& [to, lagged] : edges_[static_cast<std::size_t>(v)]) {
        if (to == start) return true;
        if (!seen[static_cast<std::size_t>(to)]) {
          seen[static_cast<std::size_t>(to)] = true;
          open.push_back(to);
        }
      }
    }
    return false;
  }
};

/// Awards, their conditions and facts, and stacking among them.
class ProgrammeChecker {
 public:
  ProgrammeChecker(CheckState& state, const Declarations& declarations) : s_(state), d_(declarations), e_(state) {}

  void run() {
    for (const AwardDecl& decl : d_.awards) s_.note(award(decl));
    if (!s_.mistakes.empty()) return;
    for (const StackDecl& decl : d_.stacks) s_.note(stack(decl));
    if (!s_.mistakes.empty()) return;
    for (Award& each : s_.law.awards) s_.note(describe(each));
  }

 private:
  CheckState& s_;
  const Declarations& d_;
  ExpressionChecker e_;
  std::multimap<std::string, std::string> yields_;  ///< code → code that it yields to

  Result<void> no_circle(const std::string& loser, const std::string& keeper, Place place);
  Result<int> named(const AwardDecl& decl, int entity, const std::string& name) const;
  Result<void> award(const AwardDecl& decl);
  Result<void> stack(const StackDecl& decl);
  Result<void> yield_to(Award& loser, const Award& keeper, Place place);
  Result<void> offset(Award& reduced, const Award& other, Place place);
  Result<void> choose_higher(Award& a, Award& b, Place place);
  Result<void> describe(Award& award);
  void gather_conditions(int variable, int entity, std::set<int>& seen, ProgrammeInfo& info) const;
  int kept_decimals(int node, int depth) const;
  int reference(int variable, int from_entity, Place place);
  int make_variable(const Award& award, std::string_view suffix, Type type, int node, Place place);
  Type boolean() const {
    Type type;
    type.kind = ValueKind::boolean;
    return type;
  }
};

Result<int> ProgrammeChecker::named(const AwardDecl& decl, int entity, const std::string& name) const {
  const auto found = s_.law.variable_index.find(std::pair(entity, name));
  if (found != s_.law.variable_index.end()) return found->second;
  std::vector<std::string> known;
  for (const Variable& each : s_.law.variables) {
    if (each.info.name == name) {
      const std::string& owner = s_.law.entities[static_cast<std::size_t>(each.info.entity)].info.name;
      return s_.refuse("policy.award", decl.place,
                       {fmt::format("“{}”是{}的规则，给付的对象却是{}", name, owner, decl.entity),
                        fmt::format("'{}' is a rule of {}, but the award goes to {}", name, owner, decl.entity)},
                       {fmt::format("把对象写成 {}，或写一条{}的规则", owner, decl.entity),
                        fmt::format("let it go to {}, or write a rule of {}", owner, decl.entity)});
    }
    if (each.info.entity == entity && !each.info.input) known.push_back(each.info.name);
  }
  const std::string near = nearest_names(name, known);
  return s_.refuse(
      "policy.award", decl.place,
      {fmt::format("{}没有规则“{}”", decl.entity, name), fmt::format("{} has no rule '{}'", decl.entity, name)},
      {near.empty() ? fmt::format("先写 规则 {}·{}: …", decl.entity, name) : fmt::format("是不是 {}？", near),
       near.empty() ? fmt::format("write it first: rule {}.{}: …", decl.entity, name)
                    : fmt::format("did you mean {}?", near)});
}

Result<void> ProgrammeChecker::award(const AwardDecl& decl) {
  const auto entity = s_.entity_index.find(decl.entity);
  if (entity == s_.entity_index.end())
    return s_.refuse("policy.award", decl.place,
                     {fmt::format("没有实体“{}”", decl.entity), fmt::format("there is no entity '{}'", decl.entity)},
                     s_.entities_there_are());
  const PolicyDecl* policy = decl.policy >= 0 ? &d_.policies[static_cast<std::size_t>(decl.policy)] : nullptr;
  Award made;
  made.info.code = !decl.code.empty() ? decl.code : policy != nullptr ? policy->code : "";
  if (made.info.code.empty())
    return s_.refuse("policy.award", decl.place, {"给付没有代码", "the award has no code"},
                     {"写 给付 代码 对象 资格 …，或在 政策 一行写 代码",
                      "write award CODE entity status …, or give the policy a code"});
  for (const Award& other : s_.law.awards) {
    if (other.info.code == made.info.code)
      return s_.refuse(
          "policy.award", decl.place,
          {fmt::format("代码“{}”用了两次", made.info.code), fmt::format("the code '{}' is used twice", made.info.code)},
          {"换个代码", "choose another code"});
  }
  made.info.warning_class = decl.warning_class;
  made.info.severity = decl.severity;
  made.info.entity = entity->second;
  made.info.name.zh = !decl.warning_class.empty() ? decl.status : policy != nullptr ? policy->name : made.info.code;
  made.info.name.en = !decl.english.empty()                           ? decl.english
                      : !decl.warning_class.empty()                   ? decl.status
                      : policy != nullptr && !policy->english.empty() ? policy->english
                                                                      : made.info.name.zh;
  made.info.article = !decl.article.empty() ? decl.article : policy != nullptr ? policy->article : "";
  TRY(made.info.status, named(decl, entity->second, decl.status));
  made.status = made.info.status;
  if (s_.law.variable(made.status).type.kind != ValueKind::boolean)
    return s_.refuse("policy.award", decl.place,
                     {fmt::format("资格“{}”要是“是否”规则", decl.status),
                      fmt::format("the status '{}' must be a bool rule", decl.status)},
                     {"写一个是否规则", "write a bool rule"});
  if (!decl.amount.empty()) {
    TRY(made.info.amount, named(decl, entity->second, decl.amount));
    made.amount = made.info.amount;
    const Variable& amount = s_.law.variable(made.amount);
    if (!amount.type.unit.money)
      return s_.refuse(
          "policy.award", decl.place,
          {fmt::format("金额“{}”不是金额", decl.amount), fmt::format("'{}' is not an amount of money", decl.amount)},
          {"类型写 元/月 或 元", "give it the type 元/month or 元"});
    for (const Version& version : amount.versions) {
      if (kept_decimals(version.node, 0) > 2)
        return s_.refuse("policy.award_rounding", version.place,
                         {fmt::format("发放的“{}”没有写明取整到分或更粗", decl.amount),
                          fmt::format("the payment '{}' does not name a rounding to 0.01 or coarser", decl.amount)},
                         {"在规则后写 取整 到 0.01元 四舍五入", "write after the rule: round to 0.01元 half_up"});
    }
  }
  s_.law.awards.push_back(std::move(made));
  return {};
}

// How many decimals a value can have at most, whatever its type keeps.
int ProgrammeChecker::kept_decimals(int id, int depth) const {
  const Node& node = s_.law.node(id);
  if (depth > 60) return node.type.scale;
  switch (node.op) {
    case Op::constant: {
      Wide value = node.value;
      int scale = node.type.scale;
      while (scale > 0 && value % 10 == 0) value /= 10, --scale;
      return scale;
    }
    case Op::rescale: return kept_decimals(node.args[0], depth + 1);
    case Op::select: return std::max(kept_decimals(node.args[1], depth + 1), kept_decimals(node.args[2], depth + 1));
    case Op::add:
    case Op::subtract:
    case Op::larger:
    case Op::smaller: return std::max(kept_decimals(node.args[0], depth + 1), kept_decimals(node.args[1], depth + 1));
    case Op::multiply:
      return std::min(node.type.scale, kept_decimals(node.args[0], depth + 1) + kept_decimals(node.args[1], depth + 1));
    case Op::conflict:
    case Op::negate:
    case Op::from_group:
    case Op::from_link:
    case Op::shift: return kept_decimals(node.args[0], depth + 1);
    case Op::reduce: return node.args[1] == kNoNode ? 0 : kept_decimals(node.args[1], depth + 1);
    case Op::variable: {
      int most = 0;
      for (const Version& version : s_.law.variable(node.index).versions)
        most = std::max(most, kept_decimals(version.node, depth + 1));
      return s_.law.variable(node.index).versions.empty() ? node.type.scale : most;
    }
    case Op::parameter: {
      int most = 0;
      for (const ParameterRow& row : s_.law.parameters[static_cast<std::size_t>(node.index)].rows) {
        std::int64_t value = row.value;
        int scale = node.type.scale;
        while (scale > 0 && value % 10 == 0) value /= 10, --scale;
        most = std::max(most, scale);
      }
      return most;
    }
    default: return node.type.scale;
  }
}

int ProgrammeChecker::reference(int variable, int from_entity, Place place) {
  Node made;
  made.op = Op::variable;
  made.type = s_.law.variable(variable).type;
  made.entity = s_.law.variable(variable).info.entity;
  made.index = variable;
  made.value = 1;  // 否 / 0 where it is not in force
  made.place = place;
  const int entity = made.entity;
  const int id = s_.add(std::move(made));
  if (entity == from_entity) return id;
  const int down = e_.unary(Op::from_group, s_.law.node(id).type, id, place);
  s_.node(down).entity = 0;
  s_.node(down).index = entity;
  return down;
}

int ProgrammeChecker::make_variable(const Award& award, std::string_view suffix, Type type, int node, Place place) {
  Variable made;
  made.type = type;
  made.info = s_.law.variable(award.info.status).info;
  made.info.name = fmt::format("{}·{}", award.info.code, suffix);
  made.info.input = false;
  made.info.kind = type.kind;
  made.info.unit = type.unit.text();
  made.info.scale = type.kind == ValueKind::number ? type.scale : 0;
  made.lowest = type.kind == ValueKind::boolean ? 0 : -kOrdinaryAmount;
  made.highest = type.kind == ValueKind::boolean ? 1 : kOrdinaryAmount;
  made.versions.push_back({{}, node, {}, award.info.article, place});
  s_.law.variables.push_back(std::move(made));
  return static_cast<int>(s_.law.variables.size()) - 1;
}

Result<void> ProgrammeChecker::yield_to(Award& loser, const Award& keeper, Place place) {
  if (loser.info.entity > 0 && keeper.info.entity != loser.info.entity) {
    return s_.refuse(
        "policy.stack", place,
        {fmt::format("“{}”发给群体，不能让位于发给个人的“{}”", loser.info.code, keeper.info.code),
         fmt::format("'{}' goes to a group and cannot yield to '{}' of persons", loser.info.code, keeper.info.code)},
        {"在规则里写明，例如 人数(成员 当 非 …)", "say so in the rule, for example count(members when not …)"});
  }
  const int own = reference(loser.status, loser.info.entity, place);
  const int other = reference(keeper.status, loser.info.entity, place);
  const int not_other = e_.unary(Op::negation, boolean(), other, place);
  const int both = e_.binary(Op::both, boolean(), own, not_other, place);
  const int status = make_variable(loser, "叠加后", boolean(), both, place);
  LawCondition condition;
  condition.label = {fmt::format("不领{}", keeper.info.name.zh),
                     fmt::format("does not receive {}", keeper.info.name.en)};
  condition.cause = "stacking";
  condition.node = not_other;
  condition.place = place;
  s_.law.variables[static_cast<std::size_t>(status)].versions[0].conditions.push_back(std::move(condition));
  loser.status = status;
  return {};
}

Result<void> ProgrammeChecker::offset(Award& reduced, const Award& other, Place place) {
  if (reduced.amount < 0 || other.amount < 0)
    return s_.refuse("policy.stack", place, {"抵扣的两项都要有金额", "both sides of an offset need amounts"},
                     {"给 给付 写上 金额", "give the awards an amount"});
  const Type type = s_.law.variable(reduced.amount).type;
  const int own = reference(reduced.amount, reduced.info.entity, place);
  const int zero = s_.constant(0, type, place);
  int less = kNoNode;
  if (other.info.entity == reduced.info.entity || reduced.info.entity == 0) {
    const int status = reference(other.status, reduced.info.entity, place);
    less = e_.select(status, reference(other.amount, reduced.info.entity, place), zero, place);
  } else {
    Node sum;
    sum.op = Op::reduce;
    sum.fold = Fold::sum;
    sum.type = type;
    sum.entity = reduced.info.entity;
    sum.over.group = reduced.info.entity;
    sum.place = place;
    sum.args = {reference(other.status, 0, place), reference(other.amount, 0, place)};
    less = s_.add(std::move(sum));
  }
  const int rest = e_.binary(Op::subtract, type, own, less, place);
  reduced.amount = make_variable(reduced, "抵扣后金额", type, e_.binary(Op::larger, type, rest, zero, place), place);
  return {};
}

Result<void> ProgrammeChecker::choose_higher(Award& a, Award& b, Place place) {
  if (a.amount < 0 || b.amount < 0 || a.info.entity != b.info.entity)
    return s_.refuse("policy.stack", place,
                     {"择高的两项要发给同一对象，都有金额", "both sides of 'higher' need amounts and one entity"},
                     {"改用 互斥 … 取 …", "use exclusive … keep …"});
  const int entity = a.info.entity;
  const int a_amount = reference(a.amount, entity, place);
  const int b_amount = reference(b.amount, entity, place);
  const int b_more = e_.binary(Op::less, boolean(), a_amount, b_amount, place);
  const int a_status = reference(a.status, entity, place);
  const int b_status = reference(b.status, entity, place);
  const auto without = [&](int own, int other, int other_more) {
    const int beaten = e_.binary(Op::both, boolean(), other, other_more, place);
    return e_.binary(Op::both, boolean(), own, e_.unary(Op::negation, boolean(), beaten, place), place);
  };
  const int a_after = make_variable(a, "择高后", boolean(), without(a_status, b_status, b_more), place);
  const int b_less = e_.unary(Op::negation, boolean(), b_more, place);
  const int b_after = make_variable(b, "择高后", boolean(), without(b_status, a_status, b_less), place);
  a.status = a_after;
  b.status = b_after;
  return {};
}

// Who yields to whom may not come back to where it began.
Result<void> ProgrammeChecker::no_circle(const std::string& loser, const std::string& keeper, Place place) {
  std::vector<std::vector<std::string>> open{{loser, keeper}};
  while (!open.empty()) {
    const std::vector<std::string> path = std::move(open.back());
    open.pop_back();
    if (path.back() == loser)
      return s_.refuse("policy.stack_circle", place,
                       {fmt::format("让位绕成一圈：{}", fmt::join(path, " → ")),
                        fmt::format("awards yield in a circle: {}", fmt::join(path, " → "))},
                       {"删去或改正其中一个“取”", "remove or correct one 'keep'"});
    const auto [first, last] = yields_.equal_range(path.back());
    for (auto at = first; at != last && path.size() <= s_.law.awards.size(); ++at) {
      open.push_back(path);
      open.back().push_back(at->second);
    }
  }
  yields_.emplace(loser, keeper);
  return {};
}

Result<void> ProgrammeChecker::stack(const StackDecl& decl) {
  std::vector<Award*> awards;
  const auto find = [&](const std::string& code) -> Result<Award*> {
    const auto found =
        std::ranges::find(s_.law.awards, code, [](const Award& a) -> const std::string& { return a.info.code; });
    if (found != s_.law.awards.end()) return &*found;
    std::vector<std::string> known;
    for (const Award& each : s_.law.awards) known.push_back(each.info.code);
    return s_.refuse(
        "policy.stack", decl.place,
        {fmt::format("没有代码为“{}”的给付", code), fmt::format("there is no award with the code '{}'", code)},
        {fmt::format("代码有：{}", fmt::join(known, "、")), fmt::format("codes: {}", fmt::join(known, ", "))});
  };
  for (const std::string& code : decl.codes) {
    TRY(Award * each, find(code));
    awards.push_back(each);
  }
  if (awards.size() < 2)
    return s_.refuse("policy.stack", decl.place, {"至少写两项给付", "name at least two awards"},
                     {"写 { A, B }", "write { A, B }"});
  if (decl.kind == StackDecl::Kind::allowed) return {};
  if (decl.kind == StackDecl::Kind::higher) return choose_higher(*awards[0], *awards[1], decl.place);
  if (decl.kind == StackDecl::Kind::offset) {
    for (std::size_t i = 1; i < awards.size(); ++i) TRY_VOID(offset(*awards[0], *awards[i], decl.place));
    return {};
  }
  Award* keeper = awards[0];
  if (!decl.keep.empty()) {
    TRY(keeper, find(decl.keep));
  }
  for (Award* each : awards) {
    if (each == keeper) continue;
    TRY_VOID(no_circle(each->info.code, keeper->info.code, decl.place));
    TRY_VOID(yield_to(*each, *keeper, decl.place));
  }
  return {};
}

// A version without a first day has always been in force.
constexpr Day kBeginning{std::numeric_limits<std::int32_t>::min()};

// Labelled conditions of the rules about the same row, in the order in which they are read.
void ProgrammeChecker::gather_conditions(int variable, int entity, std::set<int>& seen, ProgrammeInfo& info) const {
  const Variable& rule = s_.law.variable(variable);
  if (rule.info.entity != entity || !seen.insert(variable).second) return;
  for (const Version& version : rule.versions) {
    for (const LawCondition& condition : version.conditions) {
      auto known = std::ranges::find_if(info.conditions, [&](const ConditionInfo& c) {
        return c.variable == variable && c.label.zh == condition.label.zh;
      });
      if (known == info.conditions.end()) {
        info.conditions.push_back(
            {static_cast<int>(info.conditions.size()), condition.label, condition.article, condition.cause, variable});
        known = std::prev(info.conditions.end());
      }
      known->articles.emplace_back(version.dates.from.value_or(kBeginning), condition.article);
    }
    const std::function<void(int)> walk = [&](int id) {
      if (id == kNoNode) return;
      const Node& node = s_.law.node(id);
      if (node.op == Op::variable) gather_conditions(node.index, entity, seen, info);
      if (node.op == Op::reduce || node.op == Op::from_group || node.op == Op::from_link || moves_in_time(node.op))
        return;
      for (const int arg : node.args) walk(arg);
    };
    walk(version.node);
  }
}

Result<void> ProgrammeChecker::describe(Award& award) {
  std::set<int> seen;
  gather_conditions(award.status, award.info.entity, seen, award.info);
  if (award.info.conditions.empty()) {
    const Variable& rule = s_.law.variable(award.info.status);
    award.info.conditions.push_back({0, {rule.info.name, rule.info.name}, rule.info.article, "", award.info.status});
  }
  if (award.info.conditions.size() > kMostConditions) {
    const Variable& rule = s_.law.variable(award.info.status);
    return s_.refuse("policy.conditions", rule.versions[0].place,
                     {fmt::format("给付“{}”的条件超过 {} 个", award.info.code, kMostConditions),
                      fmt::format("the award '{}' has more than {} conditions", award.info.code, kMostConditions)},
                     {"合并一些条件", "join some conditions"});
  }
  std::set<int> reached;
  std::vector<int> open{award.status};
  if (award.amount >= 0) open.push_back(award.amount);
  while (!open.empty()) {
    const int v = open.back();
    open.pop_back();
    if (!reached.insert(v).second) continue;
    const Variable& variable = s_.law.variable(v);
    if (variable.info.input || variable.recurrent) award.info.facts.push_back(v);
    for (const Version& version : variable.versions)
      read_variables(s_.law, version.node, false, [&](int to, bool) { open.push_back(to); });
    if (variable.presumption != kNoNode)
      read_variables(s_.law, variable.presumption, false, [&](int to, bool) { open.push_back(to); });
  }
  std::ranges::sort(award.info.facts, [&](int a, int b) {
    const int a_cost = s_.law.variable(a).info.collect_cost;
    const int b_cost = s_.law.variable(b).info.collect_cost;
    return a_cost != b_cost ? a_cost < b_cost : a < b;
  });
  return {};
}

}  // namespace

void check_programmes(CheckState& state, const Declarations& declarations) {
  CircleChecker(state).run();
  if (!state.mistakes.empty()) return;
  ProgrammeChecker(state, declarations).run();
  if (!state.mistakes.empty()) return;
  CircleChecker(state).run();
}

}  // namespace songtan::policy::detail
