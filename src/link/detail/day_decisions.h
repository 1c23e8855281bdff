// Decisions of people on records: same or not the same person. In: the day input identity_decisions and what the last
// night knew of the decided records. Out: links and conflicts over tonight's records. A record that was delivered anew
// under another id is found by what it says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/result.h"
#include "link/kernel/night_record.h"
#include "link/night_link.h"
#include "table/session.h"

namespace songtan::link {

struct DecidedRecord {
  std::int64_t record_id = 0;  ///< as the decision names it
  std::uint64_t key = 0;       ///< of what the record says
};

struct DayDecisions {
  std::vector<NightLink> same;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;
  std::vector<DecidedRecord> records;  ///< by record_id; written for the next night
  std::int64_t idle = 0;               ///< decisions of which a record is not delivered
};

/// Errors: those of the session. Cost: nothing without decisions; with records that were delivered anew, one pass over
/// all records.
Result<DayDecisions> day_decisions(table::Session& session, const NightLinkInputs& inputs, const NightRecords& night);

}  // namespace songtan::link
