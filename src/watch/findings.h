// Findings: what the decisions say against what the rosters say. In: the decisions of a month, the enrolment and event
// records of the night with their persons, families, facts, and the last night's findings. Out: findings, each with
// its certainty, cause, worth, reasons and what became of it since the last night; a table in rank order.
// A finding is a proposal to a person; nothing here awards, cuts or stops.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"
#include "table/session.h"
#include "watch/ranking.h"

namespace songtan::watch {

/// What watch must know of a programme; the pack says it, decide hands it in.
struct Programme {
  std::string code;
  bool per_family = false;  ///< decided for a family, else for a person
  std::vector<std::string>
      conditions;                  ///< condition i is bit i of reasons and unknown: the cause it tells, else its label
  std::string warning_class = {};  ///< of an early warning; empty for a benefit
  std::int64_t severity = 0;       ///< of a warning
  Text words = {};                 ///< of a warning
};

struct WatchInputs {
  Day as_of;  ///< the end of this day is "now"
  std::vector<Programme> programmes;
  // Parquet files of the tables of model/schema.h; enrolment, payment, event and kin may be empty, the others
  // may not.
  std::vector<std::filesystem::path> enrolment;
  std::vector<std::filesystem::path> payment = {};
  std::vector<std::filesystem::path> event;
  std::vector<std::filesystem::path> person_records;
  std::vector<std::filesystem::path> family_members;
  std::vector<std::filesystem::path> families = {};  ///< whose composition is presumed; empty: nobody's
  std::vector<std::filesystem::path> kin;
  std::vector<std::filesystem::path> facts;
  std::vector<std::filesystem::path> decisions;
  std::vector<std::filesystem::path> previous_findings;  ///< empty on the first night
  std::vector<std::filesystem::path> person_log = {};    ///< tonight's: findings follow persons that were merged
  std::string night = {};                                ///< its id, as it stands in person_log
  // Day inputs under tonight's ids (docs/formats/day-inputs.md).
  std::vector<std::filesystem::path> outcomes = {};
  std::vector<std::filesystem::path> grants = {};
  std::vector<std::filesystem::path> day_payments = {};
};

struct WatchReport {
  std::int64_t findings = 0;  ///< rows that are not withdrawn
  std::int64_t withdrawn = 0;
  std::map<std::string, std::int64_t> by_class;  ///< rows that are not withdrawn
  std::map<std::string, std::int64_t> by_state;  ///< new, same, changed: rows of each that is there
};

/// Writes `out`/part-0.parquet by the findings schema, sorted by rank; withdrawn rows come last.
/// One row a key (class, programme, subject, cause).
/// Early warnings: those that sound in one family become one finding, that of the gravest; the others stand in its
/// reasons. Of `complex_from` of them the class is complex. None for a family with a certain finding of help that is due.
/// A family whose composition is presumed has no certain finding in a programme for families.
/// Unknown: a decision "to_verify" becomes a probable finding where its presumed status differs from the roster;
/// otherwise it is listed only for recipients whose presumed status is open too, for recipients whose roster entry bears
/// one of the pack's signs, and for families with a warning event.
/// Errors: those of the session.
/// Cost: one scan of decisions, one of the facts that the ranking names, joins on the few that became candidates.
Result<WatchReport> find(table::Session& session, const Ranking& ranking, const WatchInputs& inputs,
                         const std::filesystem::path& out, Progress& progress);

}  // namespace songtan::watch
