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

/// Where an entitlement is said to begin: at the start of the fact, or so many years after the date it holds.
struct StartRule {
  std::string fact;
  std::int64_t plus_years = 0;
};

struct ClassRule {
  std::string name;
  std::int64_t points = 0;
  std::int64_t certain_percent = 100;
  std::int64_t probable_percent = 100;
  std::string default_cause;
  Text words;
};

struct ProgrammeRule {
  std::string code;
  std::int64_t points = 0;
  bool group_amount = false;  ///< each row of the roster bears the whole group's amount, not one person's
  std::vector<StartRule> starts;
  Text words;
};

/// Why a finding arose; the first rule in the file's order that holds is the cause. Exactly one of the four is set.
struct CauseRule {
  std::string name;
  std::optional<FactTest> fact;          ///< true for a person on the subject's rosters
  std::vector<std::string> conditions;   ///< a labelled condition of the decision that does not hold
  std::string enrolment_state;           ///< for one who does not receive: the last thing the rosters say
  bool duplicate = false;                ///< more than one roster entry is current
  std::vector<StartRule> starts;         ///< since when, for conditions
  Text words;
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
  std::string version;
  CappedPoints money;  ///< `each` per 100 yuan a month
  CappedPoints time;   ///< `each` per month
  std::vector<ClassRule> classes;
  std::vector<ProgrammeRule> programmes;
  std::vector<NeedRule> needs;
  std::vector<CauseRule> causes;
  std::vector<std::string> warning_events;
  std::int64_t warning_months = 12;
  Dispositions dispositions;

  /// The class's rule; it exists (read_ranking refuses a file without one of the four classes).
  const ClassRule& class_named(std::string_view name) const;
};

/// Errors: bad_data with file, line and key for anything the file lacks, repeats or misspells.
Result<Ranking> read_ranking(const std::filesystem::path& file);

/// The formula with its weights in words, as `explain` prints it.
std::string formula(const Ranking& ranking, std::string_view language);

}  // namespace songtan::watch
