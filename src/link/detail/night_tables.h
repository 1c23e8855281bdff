// The tables that the night's link publishes, written from memory in the order of their keys.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "link/detail/day_decisions.h"
#include "link/detail/night_coding.h"
#include "link/kernel/components.h"
#include "link/kernel/person_ids.h"

namespace songtan::link {

/// Sets of records in the order of their smallest record.
struct NightPersons {
  std::vector<std::uint32_t> set_of;   ///< per record: index of its set
  std::vector<std::uint32_t> offsets;  ///< per set, into members
  std::vector<std::uint32_t> members;  ///< records, ascending within a set
  std::vector<std::int64_t> person_of_set;
};

/// What the last registry knew. All empty on the first night.
Result<PreviousIds> previous_ids(table::Session& session, const PersonRegistry& registry);

/// Keys by which a person is found again when its records were all delivered anew: its numbers; without any, one of
/// name, birth date and county, and one a record, of what the whole row says in its source.
std::vector<std::uint64_t> keys_of_person(const NightRecords& night, std::span<const std::uint32_t> members,
                                          const std::vector<NumberCode>& own);

/// One mention together with all that are delivered in its row, as a hash that does not depend on the file it came in:
/// names alone say too little of whom they mean.
std::uint64_t key_of_record(const NightRecords& night, std::uint32_t index);

Result<void> write_decided_records(table::Session& session, const std::vector<DecidedRecord>& records,
                                   const std::filesystem::path& out_dir);
Result<void> write_persons(table::Session& session, const CodedNight& coded, const NightPersons& persons,
                           const std::vector<NumberCode>& own, const std::filesystem::path& out_dir);
Result<void> write_person_records(table::Session& session, const CodedNight& coded, const NightPersons& persons,
                                  const std::filesystem::path& out_dir);
Result<void> write_links(table::Session& session, const NightRecords& night, const std::vector<NightLink>& links,
                         const std::filesystem::path& out_dir);
/// Keys of tonight's persons, and the last registry's keys of ids that nobody bears tonight.
Result<void> write_person_keys(table::Session& session, const PersonRegistry& registry, const NightRecords& night,
                               const NightPersons& persons, const std::vector<NumberCode>& own,
                               const std::filesystem::path& out_dir);
/// The last log and tonight's entries behind it.
Result<void> write_person_log(table::Session& session, const PersonRegistry& registry,
                              const std::vector<PersonLogEntry>& entries, const std::string& night,
                              const std::filesystem::path& out_dir);

}  // namespace songtan::link
