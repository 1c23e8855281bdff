// The syntax tree of a pack. In: tokens. Out: declarations with places; nothing is looked up yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/money.h"
#include "policy/detail/token.h"

namespace songtan::policy::detail {

using ExprId = int;
inline constexpr ExprId kNoExpr = -1;

enum class ExprKind : std::uint8_t {
  number,
  date,
  string,
  boolean,
  name,
  call,
  filtered,
  of,
  binary,
  unary,
  condition,
  membership
};

/// One expression. `words`: parts of a name, name of a call, operator, digits of a number.
struct Expr {
  ExprKind kind = ExprKind::number;
  Place place;
  std::vector<std::string> words;
  std::string unit;
  std::vector<ExprId> children;
  bool flag = false;  ///< value of a boolean; 不属于 of a membership
  int depth = 1;      ///< levels of the tree below and with it
};

struct RoundingClause {
  std::string grain;  ///< digits of the grain, "" = the type's last kept decimal
  std::string grain_unit;
  Rounding rounding = Rounding::half_up;
  Place place;
};

struct TypeClause {
  std::string word;  ///< "是否", "日期", an enumeration or a unit "元/月"
  std::optional<int> decimals;
  Place place;
};

/// Both ends inclusive; none = open.
struct DateRange {
  std::optional<Day> from;
  std::optional<Day> to;
};

struct EntityDecl {
  std::string name;
  Place place;
};

struct RoleDecl {
  std::string name;
  std::optional<int> most;
  Place place;
};

struct GroupDecl {
  std::string name;
  std::string person;
  std::vector<RoleDecl> roles;
  Place place;
};

struct LinkDecl {
  std::string person;
  std::string name;
  bool many = false;
  Place place;
};

struct UnitDecl {
  std::string name;
  bool currency = false;
  Place place;
};

struct EnumDecl {
  std::string name;
  bool open = false;
  std::vector<std::string> words;
  Place place;
};

struct FactDecl {
  std::string entity;
  std::string name;
  TypeClause type;
  std::string time;  ///< canonical keyword, "" = 状态
  ExprId default_value = kNoExpr;
  ExprId lowest = kNoExpr;
  ExprId highest = kNoExpr;
  ExprId presumption = kNoExpr;
  std::optional<int> collect_cost;
  std::string article;
  Place place;
};

struct ConditionDecl {
  std::string label;
  std::string english;
  ExprId expr = kNoExpr;
  std::string unless;
  std::string cause;
  std::string article;
  Place place;
};

struct BranchDecl {
  ExprId when = kNoExpr;  ///< kNoExpr: 否则
  ExprId then = kNoExpr;
  Place place;
};

struct ExceptionDecl {
  std::string label;
  ExprId when = kNoExpr;
  ExprId then = kNoExpr;
  std::vector<std::string> before;
  Place place;
};

/// One dated version of a computed variable.
struct VariableDecl {
  bool rule = false;
  std::string entity;
  std::string name;
  TypeClause type;
  std::string time;
  ExprId expr = kNoExpr;
  bool all_of = true;
  std::vector<ConditionDecl> conditions;
  std::vector<BranchDecl> branches;
  ExprId base = kNoExpr;
  std::vector<ExceptionDecl> exceptions;
  std::optional<RoundingClause> rounding;
  DateRange dates;
  std::string article;
  int policy = -1;
  Place place;
};

struct ParameterDecl {
  std::string name;
  TypeClause type;
  std::vector<std::vector<std::string>> keys;        ///< qualified names
  std::vector<std::optional<TypeClause>> key_types;  ///< parallel; given for keys that are no fact or variable
  std::string table;
  ExprId value = kNoExpr;
  DateRange dates;
  bool unconfirmed = false;
  std::string article;
  Place place;
  ExprId factor = kNoExpr;  ///< 情景: 参数 X × 1.10 自 …
};

struct ScaleDecl {
  std::string name;
  TypeClause from_type;
  TypeClause to_type;
  std::string table;
  std::vector<std::pair<ExprId, ExprId>> levels;
  DateRange dates;
  std::string article;
  bool unconfirmed = false;
  Place place;
};

struct PolicyDecl {
  std::string name;
  std::string english;
  std::string code;
  std::string office;
  std::string article;
  Place place;
};

struct AwardDecl {
  std::string code;
  std::string english;
  std::string entity;
  std::string status;
  std::string amount;
  std::string article;
  std::string warning_class;  ///< of a 预警; empty for a 给付
  int severity = 0;
  int policy = -1;
  Place place;
};

struct StackDecl {
  enum class Kind : std::uint8_t { exclusive, allowed, higher, offset };
  Kind kind = Kind::allowed;
  std::vector<std::string> codes;
  std::string keep;
  std::string article;
  Place place;
};

/// "甲·工资@2026-05 = 900" in a test.
struct TestValue {
  std::vector<std::string> name;
  std::string period;
  std::vector<std::string> values;  ///< digits, words, names, days as written
  std::string unit;
  Place place;
};

struct TestCell {
  std::string text;
  Place place;
};

struct TestDecl {
  std::string name;
  std::string time;
  std::string decision_day;
  bool use_defaults = false;
  std::vector<TestValue> parameters;
  std::vector<TestValue> given;
  std::vector<std::vector<TestCell>> rows;  ///< first row: header
  std::vector<TestValue> expected;
  int policy = -1;
  Place place;
};

struct PropertyDecl {
  std::string name;
  std::string entity;
  ExprId expr = kNoExpr;
  Place place;
};

struct DefaultRoundingDecl {
  Rounding rounding = Rounding::half_up;
  Place place;
};

struct Declarations {
  std::vector<EntityDecl> entities;
  std::vector<GroupDecl> groups;
  std::vector<LinkDecl> links;
  std::vector<UnitDecl> units;
  std::vector<EnumDecl> enums;
  std::vector<FactDecl> facts;
  std::vector<VariableDecl> variables;
  std::vector<ParameterDecl> parameters;
  std::vector<ScaleDecl> scales;
  std::vector<PolicyDecl> policies;
  std::vector<AwardDecl> awards;
  std::vector<StackDecl> stacks;
  std::vector<TestDecl> tests;
  std::vector<PropertyDecl> properties;
  std::vector<DefaultRoundingDecl> default_roundings;
};

struct ScenarioDecl {
  std::string name;
  Declarations overrides;
  Place place;
};

struct Syntax {
  std::vector<std::string> file_names;
  std::vector<Expr> exprs;
  Declarations law;
  std::vector<ScenarioDecl> scenarios;
};

}  // namespace songtan::policy::detail
