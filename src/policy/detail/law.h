// The checked law. In: a syntax tree and tables. Out: typed nodes with their entity; what both evaluators run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/money.h"
#include "policy/detail/syntax.h"
#include "policy/program.h"

namespace songtan::policy::detail {

__extension__ using Wide = __int128;

/// "元/月": base "元" per month. Ratios (倍, %, 数) have an empty base; counts (岁, 人 …) a word and no money.
struct Unit {
  std::string base;
  std::string per;  ///< "", "月", "年", "日", "周"
  bool money = false;
  bool operator==(const Unit&) const = default;
  std::string text() const { return per.empty() ? base : base + "/" + per; }
};

struct Type {
  ValueKind kind = ValueKind::number;
  int enumeration = -1;
  Unit unit;
  int scale = 0;         ///< decimals kept: value = integer / 10^scale
  bool literal = false;  ///< a number without a unit: takes the unit beside it
};

enum class Op : std::uint8_t {
  constant,   // value
  variable,   // index = variable
  parameter,  // index = parameter; args = keys
  marginal,
  flat_rate,
  bracket,  // index = scale; args[0] = base
  add,
  subtract,
  multiply,
  negate,
  divide,   // args[0]·10^index / args[1]; rounded to `value` (grain) by `rounding`; result is a multiple of the grain
  round,    // args[0] to `value` (grain) units of the argument's scale, then divided by 10^index
  rescale,  // args[0] · 10^index
  smaller,
  larger,
  absolute,
  equal,
  less,
  less_equal,
  both,
  either,
  negation,
  select,      // args = condition, then, otherwise
  one_of,      // args[0] in args[1..] (constants)
  reduce,      // over members or links; args = [filter or -1, value or -1]
  from_group,  // args[0] in the group's rows; index = entity of the group
  from_link,   // args[0] in person rows; index = link with one target
  role_is,     // index = group entity, value = role
  position,    // index = group entity
  rank,        // index = group entity; args[0] = key in person rows
  shift,       // args[0] at the period `value` periods away (negative = earlier)
  past,        // reduce over the `args[1]` (constant over rows) periods before; args[0] = value
  this_year,
  this_month,
  this_week,
  first_day,
  first_week,
  first_month,
  last_month,  // args[0] at another unit of time
  inside,      // reduce over the periods (of unit `index`) that begin in the surrounding one (of unit `value`); args[0]
  age,
  year_of,
  month_of,
  day_of,
  weekday_of,  // Monday = 1
  days_between,
  months_between,
  add_months,
  add_days,
  make_date,
  day_of_period,
  conflict,  // args[0] value; args[1] true = 冲突
};

enum class Fold : std::uint8_t { sum, count, largest, smallest, any, all, nth };

/// How the members of a reduction are found.
struct Collection {
  int group = -1;  ///< entity of the group (evaluated on its rows), or
  int link = -1;   ///< link (evaluated on person rows)
  int role = -1;   ///< only members with this role
};

inline constexpr int kNoNode = -1;

struct Node {
  Op op = Op::constant;
  Type type;
  int entity = -1;  ///< rows it is computed on; -1 = the same for all rows
  int index = 0;
  Wide value = 0;
  Rounding rounding = Rounding::half_up;
  Fold fold = Fold::sum;
  Collection over;
  std::vector<int> args;
  Place place;
};

struct LawCondition {
  Text label;
  std::string unless;
  std::string cause;
  std::string article;
  int node = kNoNode;
  Place place;
};

struct Version {
  DateRange dates;
  int node = kNoNode;
  std::vector<LawCondition> conditions;
  std::string article;
  Place place;
};

struct Variable {
  VariableInfo info;
  Type type;
  std::vector<Version> versions;  ///< computed: in the order of their dates
  int default_node = kNoNode;
  int presumption = kNoNode;
  std::int64_t lowest = 0;  ///< what an unknown value may be
  std::int64_t highest = 0;
  bool rule = false;
  bool recurrent = false;  ///< depends on its own past: the past is an input
};

struct KeyCell {
  enum class Kind : std::uint8_t { any, exact, band };
  Kind kind = Kind::any;
  std::int64_t low = 0;   ///< exact: the code
  std::int64_t high = 0;  ///< band: [low, high)
};

struct ParameterRow {
  std::vector<KeyCell> keys;
  DateRange dates;
  std::int64_t value = 0;
  std::string document;
  bool unconfirmed = false;
  std::string file;
  int line = 0;
};

struct ParameterKey {
  std::vector<std::string> name;
  Type type;
};

struct Parameter {
  std::string name;
  Type type;
  std::vector<ParameterKey> keys;
  std::vector<ParameterRow> rows;
};

struct ScaleLevel {
  std::int64_t from = 0;
  std::int64_t rate = 0;
};

struct ScaleVersion {
  DateRange dates;
  std::vector<ScaleLevel> levels;  ///< rising
  std::string document;
  bool unconfirmed = false;
};

struct Scale {
  std::string name;
  Type from;
  Type to;
  std::vector<ScaleVersion> versions;
};

struct Enumeration {
  std::string name;
  bool open = false;
  std::vector<std::string> words;
  std::map<std::string, std::int64_t, std::less<>> codes;

  std::int64_t intern(const std::string& word) {
    const auto [at, fresh] = codes.emplace(word, static_cast<std::int64_t>(words.size()));
    if (fresh) words.push_back(word);
    return at->second;
  }
};

struct Role {
  std::string name;
  std::optional<int> most;
};

struct Entity {
  EntityInfo info;
  std::vector<Role> roles;
};

/// What a programme decides, after stacking.
struct Award {
  ProgrammeInfo info;
  int status = -1;  ///< variables after stacking
  int amount = -1;
};

struct Law {
  std::vector<std::string> file_names;
  std::vector<Entity> entities;  ///< 0 = persons
  std::vector<LinkInfo> links;
  std::vector<Enumeration> enums;
  std::vector<Variable> variables;
  std::vector<Parameter> parameters;
  std::vector<Scale> scales;
  std::vector<Node> nodes;
  std::vector<Award> awards;
  std::vector<TestDecl> tests;
  std::vector<std::pair<std::string, int>> properties;  ///< name, boolean variable that must never be 否
  std::vector<std::string> scenario_names;
  std::string policy_version;
  std::string parameter_version;

  // What Program hands out.
  std::vector<EntityInfo> entity_infos;
  std::vector<VariableInfo> variable_infos;
  std::vector<ProgrammeInfo> programme_infos;

  std::map<std::pair<int, std::string>, int, std::less<>> variable_index;

  const Node& node(int id) const { return nodes[static_cast<std::size_t>(id)]; }
  const Variable& variable(int id) const { return variables[static_cast<std::size_t>(id)]; }
};

/// The version in force on a day, or null.
const Version* version_on(const Variable& variable, Day day);
const ScaleVersion* scale_on(const Scale& scale, Day day);
/// Rows of a parameter in force on a day.
std::vector<const ParameterRow*> rows_on(const Parameter& parameter, Day day);

inline bool holds_on(const DateRange& range, Day day) {
  return (!range.from || *range.from <= day) && (!range.to || day <= *range.to);
}

/// 10^n for n in [0, 36].
Wide power_of_ten(int n);

/// Limits of stored values: integers of at most 61 bits; sums inside an expression may take 120.
inline constexpr std::int64_t kLargestStored = std::int64_t{1} << 61;
/// A known input beyond this (70亿元 in ten-thousandths) is an overflow of that row.
inline constexpr std::int64_t kLargestInput = std::int64_t{1} << 46;
/// How far 前, 过去 … may look back: five years of days and some.
inline constexpr int kFarthestLag = 2'200;
/// What an unknown amount may be at most, when no 范围 is declared: 2^38 ten-thousandths, about 2,700万元.
inline constexpr std::int64_t kOrdinaryAmount = std::int64_t{1} << 38;

}  // namespace songtan::policy::detail
