// How much speaks for it that a record without a (trusted) number is a person: the sum of what its fields say, in
// thousandths of a bit (Fellegi & Sunter 1969, with the frequencies of names, regions and sources of this very night).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "link/kernel/person_profiles.h"

namespace songtan::link {

/// What each agreement or disagreement of a field weighs, in millibits. m and u behind the defaults: docs/theory/linkage.md.
struct EvidenceWeights {
  std::int32_t name[kNameGrades] = {0, 9000, 8500, 7500, 6500, 6000, 5500, 6000, 1000, 0, 0};
  std::int32_t birth_day = 14000;
  std::int32_t birth_two_parts = 5000;  ///< two of year, month and day equal, or day and month swapped
  std::int32_t birth_lunar = 3500;      ///< 15 to 55 days apart: the lunar date written as if it were solar
  std::int32_t birth_month = 9500;
  std::int32_t birth_year = 5500;       ///< one side knows the year only, or a default day
  std::int32_t birth_near_year = 4500;  ///< … and is one year off (ages are counted, not known)
  std::int32_t birth_same_year = -1500;
  std::int32_t birth_other = -7000;
  std::int32_t sex_same = 1000;
  std::int32_t sex_other = -6000;
  std::int32_t region_other = -2000;
  std::int32_t address = 12000;
  std::int32_t address_tail = 7000;
  std::int32_t address_other = -500;
  std::int32_t phone = 13000;
  std::int32_t local = 16000;
  std::int32_t household = 11000;
  std::int32_t kin = 7000;                  ///< one household or row further away
  std::int32_t shared_again = 2000;         ///< each further of address, phone and household that agrees
  std::int32_t second_in_one_each = -9000;  ///< the person already has its one record in this source
  std::int32_t office_most = 5000;          ///< the same office delivered other records of the person
  std::int32_t near_relative_most = 4000;   ///< lives where a relative of the same row lives
  std::int32_t affinity_most = 13000;       ///< named with the same people, the same account, the same payer
};

/// Fields that agreed, as bits; together they name the rule of the link.
enum EvidenceField : std::uint16_t {
  kByName = 1,
  kByNameVariant = 2,
  kByBirth = 4,
  kByYear = 8,
  kByRegion = 16,
  kByAddress = 32,
  kByPhone = 64,
  kByLocal = 128,
  kByHousehold = 256,
  kBySource = 512,
  kByOffice = 1024,
  kByMate = 2048,
  kByAccount = 4096,
  kByPayer = 8192
};

constexpr std::int32_t kRefused = -1'000'000;

struct Evidence {
  std::int32_t millibits = 0;
  std::uint16_t fields = 0;
  bool same_name = false;
};

/// "name+birth+address": the published word of a weighed link.
std::string word_of_fields(std::uint16_t fields);

/// How a record's people (same row, same household) reach a person: they are in one household or row with it, or with
/// somebody who is.
enum class Nearness : std::uint8_t { none, kin, household };

/// Scores (record, person).
class EvidenceScale {
 public:
  EvidenceScale(const NightRecords& night, const PersonProfiles& persons, const EvidenceWeights& weights);

  Evidence weigh(std::uint32_t record, std::uint32_t person, Nearness near) const;

  /// What a person absent from the registers would score.
  std::int32_t absent() const { return absent_; }
  /// What one more bearer of the same name, not among the candidates, would score.
  std::int32_t bystander(std::uint32_t name) const;

  /// Addresses of one record beyond its own.
  std::span<const FurtherAddress> addresses_of(std::uint32_t record) const;

 private:
  // What a whole household has in common counts once, and a little more for each further agreement.
  struct Shared {
    std::int32_t best = 0;
    std::int32_t more = -1;
    void add(std::int32_t millibits) {
      best = millibits > best ? millibits : best;
      ++more;
    }
  };

  NameGrade add_name(const NightRecord& record, std::uint32_t person, Evidence& evidence) const;
  bool add_birth(const NightRecord& record, std::uint32_t person, Evidence& evidence) const;
  void add_place(const NightRecord& record, std::uint32_t person, Evidence& evidence, Shared& shared) const;
  void add_keys(const NightRecord& record, std::uint32_t person, Evidence& evidence, Shared& shared) const;
  void add_affinities(std::uint32_t record, std::uint32_t person, Evidence& evidence, Shared& shared) const;
  void add_relatives(std::uint32_t record, std::uint32_t person, Evidence& evidence) const;
  void add_source(const NightRecord& record, std::uint32_t person, Evidence& evidence) const;
  std::int32_t region_bits(std::uint64_t a, std::uint64_t b) const;
  std::int32_t birth_bits(const NightRecord& record, std::int32_t birth, BirthPrecision precision) const;

  const NightRecords& night_;
  const PersonProfiles& persons_;
  EvidenceWeights weights_;
  std::vector<std::uint32_t> address_offsets_;
  std::int32_t absent_ = 0;
};

}  // namespace songtan::link
