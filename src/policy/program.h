// A checked programme of policies. In: the pack's texts (policies and CSV tables). Out: what the rules read, decide
// and know, as plain descriptions; the rules themselves stay behind `detail`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "policy/period.h"

namespace songtan::policy {

namespace detail {
struct Law;
}

/// One file of a pack: `name` relative to the pack ("policies/低保.policy", "parameters/低保标准.csv").
struct PackFile {
  std::string name;
  std::string text;
};

struct PackText {
  std::vector<PackFile> files;
};

enum class ValueKind : std::uint8_t { boolean, number, enumeration, date };
enum class TimeKind : std::uint8_t { constant, state, monthly_flow, yearly_flow, stock };

/// A row space: persons, or one kind of group of persons.
struct EntityInfo {
  std::string name;
  bool group = false;
  std::vector<std::string> roles;  ///< of a group, in the order of their codes (0, 1, …)
};

/// A declared relation from one person to persons, inside or outside the group.
struct LinkInfo {
  std::string name;
  bool many = false;
};

/// One variable, input (事实) or computed (变量, 规则). Numbers are integers in units of 10^-scale
/// (money: scale 4, as in the fact tables; counts: 0). Dates: days since 1970-01-01. Booleans: 0, 1.
struct VariableInfo {
  std::string name;
  int entity = 0;
  bool input = false;
  ValueKind kind = ValueKind::boolean;
  std::string unit;  ///< "元/月", "岁", "" …
  int scale = 0;
  int enumeration = -1;  ///< index for Program::code
  TimeUnit period = TimeUnit::month;
  TimeKind time = TimeKind::state;
  bool uncheckable = false;  ///< has a presumption (推定)
  int collect_cost = 5;      ///< 1 = look up in a register … 9 = hard to learn
  std::string article;
  std::string file;
  std::int64_t line = 0;
};

/// A labelled condition: one bit of a decision's reasons, whichever version of its rule it stands in.
struct ConditionInfo {
  int bit = 0;
  Text label;
  std::string article;                                     ///< of its first version
  std::string cause;                                       ///< word for watch (原因), may be empty
  int variable = 0;                                        ///< the rule it belongs to
  std::vector<std::pair<Day, std::string>> articles = {};  ///< since when which article, in the order of the days

  /// The article in force on a day; empty where the rule has no version yet.
  std::string article_on(Day day) const;
};

/// A benefit or status (给付), or an early warning (预警), that is decided for every subject.
struct ProgrammeInfo {
  std::string code;
  Text name;
  int entity = 0;
  int status = 0;   ///< variable (boolean)
  int amount = -1;  ///< variable (money per month), or -1: a status only
  std::string article;
  std::vector<ConditionInfo> conditions;  ///< at most 64
  std::string warning_class;              ///< an early warning (预警), not a benefit: its class; else empty
  int severity = 0;                       ///< of a warning, 1 (slight) … 9
  std::vector<int> facts;  ///< input variables it may read, cheapest to collect first; bit i of `missing`
};

/// One value that a decision needs: an input variable at a period.
struct Need {
  int variable = 0;
  PeriodKey period;
  auto operator<=>(const Need&) const = default;
};

/// An immutable checked programme; cheap to copy, safe to share between threads.
class Program {
 public:
  std::span<const EntityInfo> entities() const;
  std::span<const LinkInfo> links() const;
  std::span<const VariableInfo> variables() const;
  std::span<const ProgrammeInfo> programmes() const;
  std::vector<std::string> scenarios() const;

  std::optional<int> entity(std::string_view name) const;
  std::optional<int> link(std::string_view name) const;
  std::optional<int> variable(int entity, std::string_view name) const;
  std::optional<int> programme(std::string_view code) const;

  /// Code of a word of an enumeration; kOtherCode for a word that no rule and no table knows (open enumerations),
  /// nothing for a word that a closed enumeration does not list.
  std::optional<std::int64_t> code(int enumeration, std::string_view word) const;
  std::string word(int enumeration, std::int64_t code) const;
  static constexpr std::int64_t kOtherCode = -1;

  /// The names behind `missing` bits of a decision, cheapest first, comma separated.
  std::string missing_names(int programme, std::uint64_t missing) const;

  std::string policy_version() const;     ///< 16 hex digits over the policy texts
  std::string parameter_version() const;  ///< 16 hex digits over the tables

  const detail::Law& law() const { return *law_; }
  explicit Program(std::shared_ptr<const detail::Law> law) : law_(std::move(law)) {}

 private:
  std::shared_ptr<const detail::Law> law_;
};

/// Parses and checks a pack. Errors: the first mistake, with file, line, column, the words read and the mend
/// (outcome bad_data). `scenario`: names of 情景 blocks to apply over the law, in order.
Result<Program> load_program(const PackText& pack, std::span<const std::string> scenario = {});

/// All mistakes of a pack, in the order of the text (at most 50); empty when it checks.
std::vector<Error> check_pack(const PackText& pack);

}  // namespace songtan::policy
