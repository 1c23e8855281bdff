// The pack's ranking file: what findings are called, what each is worth and who is to act on it. In: ranking.toml.
// Out: Ranking, a plain value. Nothing here knows a programme, a cause or a department; the file does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::watch {

/// A test on one fact of one person at the end of the night's day. Values are in the fact's stored unit (counts as
/// they are, yes/no as 1/0); ages are in completed years and want a fact that is a date.
struct FactTest {
  std::string fact;
  std::optional<std::int64_t> at_least;
  std::optional<std::int64_t> at_most;
  std::optional<std::int64_t> age_at_least;
  std::optional<std::int64_t> age_below;
};

/// Points for a sign of need in the family; counted once, when at least `persons` members show it.
struct NeedRule {
  std::string key;
  std::int64_t points = 0;
  std::int64_t persons = 1;
  std::optional<FactTest> fact;
  std::vector<std::string> events;  ///< instead of a fact: event kinds within the last `within_months` months
  std::int64_t within_months = 12;
  Text words;
};

/// Since when something is so: from the day since which the test holds, or so many years after the date that the fact
/// states (`years_after` set; the test then has no bounds).
struct StartRule {
  FactTest test;
  std::optional<std::int64_t> years_after;
};

struct ClassRule {
  std::string name;
  std::int64_t points = 0;
  std::int64_t certain_percent = 100;
  std::int64_t probable_percent = 100;
  std::string default_cause;
  bool counts_need = true;            ///< whether signs of need make it more urgent
  bool probable_needs_cause = false;  ///< a probable finding without a cause of its own is not listed
  Text words;
};

struct ProgrammeRule {
  std::string code;
  std::int64_t points = 0;
  bool group_amount = false;  ///< each row of the roster bears the whole group's amount, not one person's
  bool compared = true;       ///< false: decided, but no roster of the pack says who receives it
  std::vector<StartRule> starts;
  Text words;
};

enum class RosterSign : std::uint8_t {
  none,
  duplicate,       ///< more than one roster entry of the subject is current
  member_missing,  ///< somebody of the family is not on its whole-family entry
  outsider,        ///< somebody on the entry lives in another family
  shared_account   ///< the account is paid for several families
};

/// Why a finding arose; the first in the file's order that holds is the cause. One holds when a labelled condition of
/// the policy that tells this cause fails, or one of the tests holds for a person on the rosters, or the sign is there,
/// or (for one who does not receive) the rosters last said `enrolment_state`.
struct CauseRule {
  std::string name;
  std::vector<FactTest> tests;
  std::string enrolment_state;
  RosterSign sign = RosterSign::none;
  std::string detail;            ///< member_missing: only entries with this detail
  std::vector<FactTest> except;  ///< member_missing: people for whom one of these holds need not be on the entry
  std::int64_t families = 0;     ///< shared_account: at least so many
  std::vector<StartRule> starts;
  Text words;
};

/// How early warnings are weighed; only where the file has the class early_warning.
struct WarningRule {
  std::int64_t points_per_severity = 0;
  std::int64_t complex_from = 0;  ///< so many warnings in one family are a complex case; 0: never
};

/// The four ways to act of 国办发〔2023〕39号 三（四）, by situation.
struct Dispositions {
  std::string not_in_scope;
  std::string in_scope;
  std::string too_little;
  std::string too_much;
  std::string not_entitled;
  std::string verify_recipient;
  std::string verify_other;
  std::string warned;   ///< empty where the file lists no early warnings
  std::string complex;  ///< likewise
  struct Word {
    std::string name;
    Text words;
  };
  std::vector<Word> words;
};

struct CappedPoints {
  std::int64_t each = 0;
  std::int64_t cap = 0;
  Text words;
};

struct Ranking {
  std::string composition;  ///< what to collect where a family's composition is presumed; empty: nothing is named
  std::string version;
  CappedPoints money;  ///< `each` per 100 yuan a month
  CappedPoints time;   ///< `each` per month
  std::vector<ClassRule> classes;
  std::vector<ProgrammeRule> programmes;
  std::vector<NeedRule> needs;
  std::vector<CauseRule> causes;
  std::vector<std::string> warning_events;
  std::int64_t warning_months = 12;
  WarningRule warning;
  Dispositions dispositions;

  /// Whether early warnings are listed.
  bool lists_warnings() const { return !dispositions.warned.empty(); }
  /// The class's rule; it exists (read_ranking refuses a file without one of the four classes).
  const ClassRule& class_named(std::string_view name) const;
};

/// Errors: bad_data with file, line and key for anything the file lacks, repeats or misspells.
Result<Ranking> read_ranking(const std::filesystem::path& file);

/// The formula with its weights in words, as `explain` prints it.
std::string formula(const Ranking& ranking, std::string_view language);

}  // namespace songtan::watch
