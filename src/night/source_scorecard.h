// How good a source's deliveries are, delivery by delivery and office by office: counts, from which shares follow.
// In: DATA's loads and the current night, if there is one. Counts of rows and cells only, never a value or a person.
// Cost: the keys and the identity records once; with a night also its person_records and facts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"

namespace songtan::night {

/// Sums over the files of one source that were delivered on one day; a part of them when they speak of one office.
struct SourceScore {
  std::int64_t rows = 0;  ///< of an office: its accepted rows
  std::int64_t rejected = 0;
  std::int64_t cells = 0;   ///< completeness: filled of cells
  std::int64_t filled = 0;  ///< validity: bad of filled
  std::int64_t bad = 0;
  std::int64_t faulty_rows = 0;  ///< accepted rows with a warning
  std::int64_t named = 0;        ///< uniqueness: distinct of named; of fulls only
  std::int64_t distinct = 0;
  std::int64_t gap_days = -1;  ///< timeliness: days since the delivery before; -1 for the first
  std::int64_t rhythm_days = 0;
  std::int64_t records = 0;       ///< in the current night
  std::int64_t linked = 0;        ///< of these: the person has a record of another source too
  std::int64_t claims = 0;        ///< facts claimed in the current night
  std::int64_t contradicted = 0;  ///< of these: another claim of the same time was believed instead
};

struct SourceDelivery {
  std::string source;
  Day delivery;
  SourceScore whole;
  std::map<std::string, SourceScore> offices;
};

/// By source and delivery. Errors: usage when DATA is none; bad_data for damaged loads; environment.
Result<std::vector<SourceDelivery>> source_scorecard(const std::filesystem::path& data);

/// A line a delivery with its shares, and below it the offices whose share of faulty rows is at least twice the
/// source's (of 20 rows or more, the worst ten).
std::string scorecard_text(const std::vector<SourceDelivery>& deliveries, std::string_view language);

/// {"format": 1, "deliveries": [{source, delivery, rows, …, offices: [{office, rows, …}]}]}
std::string scorecard_json(const std::vector<SourceDelivery>& deliveries);

}  // namespace songtan::night
