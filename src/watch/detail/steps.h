// The steps from rosters and decisions to findings, each one or two tables of the session named watch_*. They run in
// the order of this page; `find` binds them.
#pragma once

#include <string>

#include "table/session.h"
#include "watch/findings.h"

namespace songtan::watch::detail {

struct Step {
  table::Session& session;
  const Ranking& ranking;
  const WatchInputs& inputs;

  std::string today() const;  ///< the night's day as an SQL literal
};

/// watch_programme (code, per_family, points, group_amount, words), watch_class, watch_word: the ranking as tables.
Result<void> lay_out_rules(const Step& step);

/// watch_enrolment: what rosters say of persons; watch_roster_person: who stands on which current entry of which subject;
/// watch_received (programme, subject, amount in fen, entries, since, last_since); watch_last_state; watch_sign (sign,
/// programme, subject, person_id, detail, families).
Result<void> read_rosters(const Step& step);

/// Puts what the day granted, ended and paid beside the rosters; called by read_rosters.
Result<void> obey_grants(const Step& step);

/// watch_event (family_id, person_id, kind, day): events of the last months that the ranking asks for.
Result<void> read_events(const Step& step);

/// watch_candidate: one row a subject and programme where decision and roster disagree or something must be verified.
Result<void> compare(const Step& step);

/// watch_sounding and watch_also; of each warned family one candidate more. Part of compare.
Result<void> add_warnings(const Step& step);

/// watch_fact: the facts that the ranking names, of the people that candidates concern, as they are today.
Result<void> read_facts(const Step& step);

/// watch_cause (programme, subject, cause, since); candidates that are listed only with a cause and have none are dropped.
Result<void> find_causes(const Step& step);

/// watch_silenced (class, programme, subject, cause): candidates that somebody has dealt with; they are dropped.
Result<void> obey_outcomes(const Step& step);

/// watch_need (family_id, key, points, place) and watch_start (programme, subject, since).
Result<void> weigh(const Step& step);

/// watch_finding: the findings of tonight with scores, reasons and ranks.
Result<void> rank(const Step& step);

/// watch_result: tonight's findings with their state against the last night, and those that were withdrawn.
Result<void> compare_with_last_night(const Step& step);

}  // namespace songtan::watch::detail
