// One mention of a person as the night's link sees it: coded, 96 bytes, no text. All hashes are of cleaned text and 0
// where the field is missing.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "link/kernel/name_book.h"
#include "link/kernel/number_code.h"

namespace songtan::link {

constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();

enum class BirthPrecision : std::uint8_t { none, day, month, year, fallback };

struct NightRecord {
  std::int64_t record_id = 0;
  NumberCode number = 0;           ///< of a valid or 15-digit number
  std::uint64_t region = 0;        ///< 12-digit division code, right-padded with zeros
  std::uint64_t address = 0;       ///< hash of the whole address
  std::uint64_t address_tail = 0;  ///< hash of its last characters, which survive a missing or changed prefix
  std::uint64_t phone = 0;
  std::uint64_t group = 0;      ///< hash of source and the source's household or application number
  std::uint64_t row_group = 0;  ///< the row's hash when the row speaks of several people
  std::uint64_t local = 0;      ///< hash of source and the source's own person or card number
  std::uint64_t card = 0;  ///< number code found inside a card number (GB 残疾人证: citizen number, category, grade)
  std::uint32_t name = 0;  ///< in the NameBook
  std::int32_t birth = kNoDay;
  std::uint32_t office = 0;  ///< hash of department and delivering office
  std::uint16_t source = 0;  ///< dense number of (source, role)
  std::uint8_t sex = 0;
  BirthPrecision precision = BirthPrecision::none;
  NumberState number_state = NumberState::missing;
  std::uint8_t ethnicity = 0;
};

/// A further address of a record (hukou, residence).
struct FurtherAddress {
  std::uint32_t record = 0;  ///< index into NightRecords::records
  bool hukou = false;
  std::uint64_t region = 0;
  std::uint64_t address = 0;
  std::uint64_t address_tail = 0;
};

/// Something a record has in common with other records of the same person, and with few others: whom it is named
/// together with, the account a payment went to, the payer of an income.
enum class AffinityKind : std::uint8_t { mate, account, payer };

struct Affinity {
  std::uint32_t record = 0;
  AffinityKind kind = AffinityKind::mate;
  std::uint64_t key = 0;  ///< hash of kind and value
  auto operator<=>(const Affinity&) const = default;
};

/// Two records of one row and what the first is to the second.
struct RelatedPair {
  std::uint32_t record = 0;
  std::uint32_t other = 0;
  std::uint16_t relation = 0;  ///< 2 · number of the relation's word, + 1 seen from the other side
  auto operator<=>(const RelatedPair&) const = default;
};

/// Everything a night links. `records` is sorted by record_id, so an index is as good as an id and results do not
/// depend on the order of files.
struct NightRecords {
  std::vector<NightRecord> records;
  std::vector<FurtherAddress> addresses;  ///< sorted by record
  std::vector<Affinity> affinities;       ///< sorted by record
  std::vector<RelatedPair> pairs;         ///< both ways; sorted by record
  std::uint16_t relations = 0;            ///< values of RelatedPair::relation
  NameBook names;
  std::vector<std::pair<std::uint32_t, std::string>> broken_numbers;  ///< record, text of an invalid number; sorted
  std::vector<std::string> ethnicities;                               ///< [0] is empty
  std::vector<std::string> sources;                                   ///< "source/role" by NightRecord::source
};

/// One accepted link; `rule` points to a literal. weight 0 with `weighed` false for exact rules.
struct NightLink {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  std::uint16_t rule = 0;
  bool weighed = false;
  std::int32_t weight_millibits = 0;
};

}  // namespace songtan::link
