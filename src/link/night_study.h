// A look at a night's linking. In: the tables links, persons and person_records of one night. Out: plain figures, and a
// page of them without a word about any person.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::link {

struct NightRule {
  std::string rule;
  std::int64_t links = 0;
  bool weighed = false;
  std::int64_t least_millibits = 0;
  std::int64_t middle_millibits = 0;
};

struct NightSource {
  std::string source;
  std::int64_t records = 0;
  std::int64_t linked = 0;  ///< to a person that has a record of another source too
};

struct NightSize {
  std::int64_t records = 0;
  std::int64_t persons = 0;
};

struct NightStudy {
  std::string id;
  std::int64_t records = 0;
  std::int64_t persons = 0;
  std::int64_t alone = 0;       ///< persons of one record
  std::int64_t numberless = 0;  ///< persons without a valid number
  std::int64_t links = 0;
  std::vector<NightRule> rules;      ///< by links, most first; the fourteen most frequent
  std::vector<NightSource> sources;  ///< by share linked, least first
  std::vector<NightSize> sizes;      ///< by records of a person
};

/// `night` is the folder of a finished night. Cost: one scan of each table.
Result<NightStudy> study_night(table::Session& session, const std::filesystem::path& night);

std::string night_study_page(const NightStudy& study, std::string_view language);

}  // namespace songtan::link
