// Which programmes have rosters, and what goes wrong with them. In: packs/<pack>/synth/faults.toml. Out: FaultPlan.
// The engine knows the actions below; programmes, classes and who could be concerned are the pack's SQL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::synth {

/// A programme whose roster follows from the true decisions.
struct RosterProgramme {
  std::string code;
  bool for_families = false;
  bool checked = false;                      ///< applicants and recipients consent to an economic check
  std::vector<std::int64_t> started_months;  ///< months from the first payment to D: 0, 25, 50, 75, 100 % quantiles
  std::int64_t confirmed_months = 0;         ///< a confirmation runs out after so many months; 0: it stands until ended
  std::string not_before = "NULL";           ///< SQL date over `p`, the head: no earlier start
  std::string detail = "NULL";               ///< SQL text over `d` (who is entitled) and `p`: the enrolment's detail
  std::string members = "true";              ///< SQL condition over `c`, the case, and `m`: who of the family is on it
  std::string entitled;                      ///< SQL yielding subject, amount (fen); empty: whom the true decisions say
};

enum class FaultAction : std::uint8_t {
  enrol,          ///< receives without being entitled
  withhold,       ///< entitled, does not receive
  amount,         ///< receives another amount than is due
  second_county,  ///< receives once more in another county
  other_account,  ///< is paid into somebody else's account
  drop_member,    ///< one member of the family is missing on the roster
  add_member,     ///< somebody who is not of the family is on the roster
};

struct Fault {
  std::string name;  ///< the class in truth/faults
  std::string programme;
  FaultAction action = FaultAction::enrol;
  std::int64_t per_100_000 = 0;  ///< wanted cases per 100,000 persons
  std::int64_t least = 0;        ///< but at least so many, where there are candidates
  /// SQL of the candidates: subject BIGINT, since DATE (wrong since then); amount BIGINT (fen; enrol, amount: NULL = the
  /// programme's median); person BIGINT (drop_member, add_member); started DATE (enrol: on the roster since then; NULL = a
  /// year before it went wrong).
  std::string candidates;
  bool in_payments = false;      ///< evident from the rosters and payments themselves, whatever the decisions say
  std::string undetectable_why;  ///< which source is missing when no delivered record shows it
};

/// Applications beside those that led to the roster.
struct ApplicationPlan {
  std::string programme;
  std::string state;  ///< applied (pending) or refused
  std::int64_t per_100_000 = 0;
  std::string candidates;  ///< SQL: subject BIGINT, since DATE
};

/// A programme whose enrolments are history: what it pays.
struct HistoryProgramme {
  std::string code;
  std::int64_t yuan_per_month = 0;
};

/// How rosters go on from one delivery to the next; chances are parts per million within 30 days.
struct RosterContinuation {
  std::int64_t started_ppm = 0;   ///< newly entitled people who are enrolled
  std::int64_t ended_ppm = 0;     ///< people no longer entitled who are taken off
  std::int64_t reviewed_ppm = 0;  ///< recipients whose amount is set to what is due
  std::string not_started;        ///< the class in truth/faults of those who are entitled and not enrolled yet
  std::string not_ended;          ///< … no longer entitled and still paid
  std::string not_reviewed;       ///< … paid another amount than is due
  std::string undetectable_why;   ///< of all three
};

struct FaultPlan {
  std::vector<RosterProgramme> programmes;
  std::vector<HistoryProgramme> history;
  std::vector<Fault> faults;
  std::vector<ApplicationPlan> applications;
  RosterContinuation continuation;
  std::int64_t paid_months = 0;          ///< months of payments that are delivered, D's included
  std::int64_t obligor_consent_ppm = 0;  ///< obligors of checked families who consented
};

/// Errors: synth.toml with file, line and key.
Result<FaultPlan> read_fault_plan(const std::filesystem::path& path);

}  // namespace songtan::synth
