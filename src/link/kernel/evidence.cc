#include "link/kernel/evidence.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace songtan::link {
namespace {

bool is_first_of_january(Day day) { return day.month() == 1 && day.day() == 1; }

struct Address {
  std::uint64_t whole;
  std::uint64_t tail;
};

int address_agreement(const Address& a, const Address& b) {
  if (a.whole == 0 || b.whole == 0) return -1;
  if (a.whole == b.whole) return 2;
  return a.tail != 0 && a.tail == b.tail ? 1 : 0;
}

}  // namespace

std::string word_of_fields(std::uint16_t fields) {
  constexpr std::array<std::pair<EvidenceField, const char*>, 14> kWords = {{{kByName, "name"},
                                                                             {kByNameVariant, "name_variant"},
                                                                             {kByBirth, "birth"},
                                                                             {kByYear, "birth_year"},
                                                                             {kByRegion, "region"},
                                                                             {kByAddress, "address"},
                                                                             {kByPhone, "phone"},
                                                                             {kByLocal, "local_id"},
                                                                             {kByHousehold, "household"},
                                                                             {kBySource, "source"},
                                                                             {kByOffice, "office"},
                                                                             {kByMate, "named_with"},
                                                                             {kByAccount, "account"},
                                                                             {kByPayer, "payer"}}};
  std::string word;
  for (const auto& [field, name] : kWords) {
    if ((fields & field) == 0) continue;
    if (!word.empty()) word += '+';
    word += name;
  }
  return word.empty() ? "weighed" : word;
}

EvidenceScale::EvidenceScale(const NightRecords& night, const PersonProfiles& persons, const EvidenceWeights& weights)
    : night_(night), persons_(persons), weights_(weights), address_offsets_(night.records.size() + 1, 0) {
  for (const FurtherAddress& address : night.addresses) ++address_offsets_[address.record + 1];
  for (std::size_t i = 1; i < address_offsets_.size(); ++i) address_offsets_[i] += address_offsets_[i - 1];
  absent_ = millibits(persons.unregistered(), 1);
}

std::span<const FurtherAddress> EvidenceScale::addresses_of(std::uint32_t record) const {
  const std::size_t from = address_offsets_[record];
  return std::span(night_.addresses).subspan(from, address_offsets_[record + 1] - from);
}

std::int32_t EvidenceScale::bystander(std::uint32_t name) const {
  const std::uint32_t bearers = std::max(persons_.bearers(name), 1U);
  return millibits(std::max(persons_.count(), 1U), bearers) - 2000;
}

Evidence EvidenceScale::weigh(std::uint32_t record, std::uint32_t person, Nearness near) const {
  const NightRecord& one = night_.records[record];
  Evidence evidence;
  const NameGrade name = add_name(one, person, evidence);
  const bool same_day = add_birth(one, person, evidence);
  // A household shares everything but names and birth dates: without the name, or nearly and the day, it is a relative.
  if (!names_agree_in_writing(name) && !(name == NameGrade::one_other && same_day)) return {kRefused, 0, false};
  Shared shared;
  add_place(one, person, evidence, shared);
  add_keys(one, person, evidence, shared);
  add_affinities(record, person, evidence, shared);
  add_relatives(record, person, evidence);
  evidence.millibits += persons_.suits(one.source, person);
  add_source(one, person, evidence);
  if (one.sex != 0) {
    evidence.millibits += one.sex == sex_of_code(persons_.number(person)) ? weights_.sex_same : weights_.sex_other;
  }
  if (near != Nearness::none) {
    shared.add(near == Nearness::household ? weights_.household : weights_.kin);
    evidence.fields |= kByHousehold;
  }
  evidence.millibits += shared.best + (shared.more > 0 ? shared.more * weights_.shared_again : 0);
  return evidence;
}

NameGrade EvidenceScale::add_name(const NightRecord& record, std::uint32_t person, Evidence& evidence) const {
  NameGrade best = NameGrade::missing;
  for (const std::uint32_t member : persons_.members(person)) {
    best = std::min(best, night_.names.grade(record.name, night_.records[member].name));
    if (best == NameGrade::same) break;
  }
  if (best == NameGrade::same) {
    evidence.millibits += millibits(persons_.count(), std::max(persons_.bearers(record.name), 1U));
    evidence.fields |= kByName;
    evidence.same_name = true;
    return best;
  }
  evidence.millibits += weights_.name[static_cast<int>(best)];
  evidence.fields |= kByNameVariant;
  return best;
}

std::int32_t EvidenceScale::birth_bits(const NightRecord& record, std::int32_t birth, BirthPrecision precision) const {
  const Day a{record.birth};
  const Day b{birth};
  const int years = std::abs(a.year() - b.year());
  const BirthPrecision coarser = std::max(record.precision, precision);
  if (coarser == BirthPrecision::day) {
    if (a == b) return weights_.birth_day;
    const int equal_parts = (years == 0 ? 1 : 0) + (a.month() == b.month() ? 1 : 0) + (a.day() == b.day() ? 1 : 0);
    if (equal_parts == 2 || (years == 0 && a.month() == b.day() && a.day() == b.month()))
      return weights_.birth_two_parts;
    if (years == 0 && (is_first_of_january(a) || is_first_of_january(b))) return weights_.birth_year;
    const int apart = std::abs(a.days - b.days);
    if (apart >= 15 && apart <= 55) return weights_.birth_lunar;
    return years == 0 ? weights_.birth_same_year : weights_.birth_other;
  }
  if (coarser == BirthPrecision::month && years == 0 && a.month() == b.month()) return weights_.birth_month;
  if (years == 0) return weights_.birth_year;
  return years == 1 ? weights_.birth_near_year : weights_.birth_other;
}

bool EvidenceScale::add_birth(const NightRecord& record, std::uint32_t person, Evidence& evidence) const {
  if (record.precision == BirthPrecision::none) return false;
  std::int32_t best = birth_bits(record, birth_of_code(persons_.number(person)).days, BirthPrecision::day);
  for (const std::uint32_t member : persons_.members(person)) {
    const NightRecord& other = night_.records[member];
    // A default day on both sides would agree on nothing but the default.
    if (other.precision == BirthPrecision::day) best = std::max(best, birth_bits(record, other.birth, other.precision));
  }
  evidence.millibits += best;
  if (best >= weights_.birth_month)
    evidence.fields |= kByBirth;
  else if (best > 0)
    evidence.fields |= kByYear;
  return best == weights_.birth_day;
}

std::int32_t EvidenceScale::region_bits(std::uint64_t a, std::uint64_t b) const {
  for (const int digits : {12, 9, 6}) {
    const std::uint64_t left = region_prefix(a, digits);
    if (left == 0 || left != region_prefix(b, digits)) continue;
    const std::uint32_t residents = persons_.residents(a, digits);
    return millibits(persons_.count(), std::clamp(residents, 1U, persons_.count()));
  }
  return weights_.region_other;
}

void EvidenceScale::add_place(const NightRecord& record, std::uint32_t person, Evidence& evidence,
                              Shared& shared) const {
  constexpr std::int32_t kUnknown = -1'000'000;
  std::int32_t region = kUnknown;
  int address = -1;
  const auto compare = [&](std::uint64_t other_region, const Address& other) {
    if (record.region != 0 && other_region != 0) region = std::max(region, region_bits(record.region, other_region));
    address = std::max(address, address_agreement({record.address, record.address_tail}, other));
  };
  bool office_agrees = false;
  for (const std::uint32_t member : persons_.members(person)) {
    const NightRecord& other = night_.records[member];
    compare(other.region, {other.address, other.address_tail});
    office_agrees = office_agrees || (record.office != 0 && other.office == record.office);
    for (const FurtherAddress& further : addresses_of(member)) {
      compare(further.region, {further.address, further.address_tail});
    }
  }
  if (region != kUnknown) {
    evidence.millibits += region;
    if (region > 0) evidence.fields |= kByRegion;
  }
  if (office_agrees) {
    // An office that has hardly delivered anything yet is not rare, only unknown.
    constexpr std::uint32_t kUnseen = 50;
    const std::uint32_t others = std::min(persons_.at_office(record.office) + kUnseen, persons_.count());
    evidence.millibits += std::min(millibits(persons_.count(), others), weights_.office_most);
    evidence.fields |= kByOffice;
  }
  if (address == 0) evidence.millibits += weights_.address_other;
  if (address > 0) evidence.fields |= kByAddress;
  if (address > 0) shared.add(address == 2 ? weights_.address : weights_.address_tail);
}

void EvidenceScale::add_keys(const NightRecord& record, std::uint32_t person, Evidence& evidence,
                             Shared& shared) const {
  bool phone = false;
  bool local = false;
  for (const std::uint32_t member : persons_.members(person)) {
    const NightRecord& other = night_.records[member];
    phone = phone || (record.phone != 0 && record.phone == other.phone);
    local = local || (record.local != 0 && record.local == other.local);
  }
  if (phone) {
    shared.add(weights_.phone);
    evidence.fields |= kByPhone;
  }
  if (local) {
    evidence.millibits += weights_.local;
    evidence.fields |= kByLocal;
  }
}

void EvidenceScale::add_affinities(std::uint32_t record, std::uint32_t person, Evidence& evidence,
                                   Shared& shared) const {
  constexpr EvidenceField kFields[] = {kByMate, kByAccount, kByPayer};
  const auto members = persons_.members(person);
  for (const Affinity& own : persons_.affinities_of(record)) {
    const std::uint32_t sharing = persons_.sharing(own.key);
    if (sharing == 0) continue;
    const bool agrees = std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
      const auto others = persons_.affinities_of(member);
      return std::any_of(others.begin(), others.end(), [&](const Affinity& other) { return other.key == own.key; });
    });
    const std::int32_t bits = millibits(persons_.count(), sharing) - 500;
    if (!agrees || bits <= 0) continue;
    shared.add(std::min(bits, weights_.affinity_most));
    evidence.fields |= kFields[static_cast<int>(own.kind)];
  }
}

void EvidenceScale::add_relatives(std::uint32_t record, std::uint32_t person, Evidence& evidence) const {
  for (const RelatedPair& pair : persons_.pairs_of(record)) {
    if (persons_.one_each_relation(pair) && persons_.has_relation(person, pair))
      evidence.millibits += weights_.second_in_one_each;
    const std::uint32_t other = persons_.of_record(pair.other);
    if (other == kNobody) continue;
    if (other == person) {  // nobody is their own relative
      evidence.millibits = kRefused;
      return;
    }
    evidence.millibits += persons_.suits_pair(pair.relation, person, other);
    const std::uint64_t here = persons_.region(person);
    const std::uint64_t there = persons_.region(other);
    if (night_.records[record].region != 0 || here == 0 || there == 0) continue;
    const std::int32_t bits = region_bits(here, there);
    evidence.millibits += std::clamp(bits / 2, 0, weights_.near_relative_most);
  }
}

void EvidenceScale::add_source(const NightRecord& record, std::uint32_t person, Evidence& evidence) const {
  const auto members = persons_.members(person);
  const bool there = std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
    return night_.records[member].source == record.source && night_.records[member].office == record.office;
  });
  if (persons_.one_each(record.source)) {
    const bool anywhere = std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
      return night_.records[member].source == record.source;
    });
    if (anywhere) evidence.millibits += weights_.second_in_one_each;
    return;
  }
  const std::int32_t bits = there ? persons_.repeats(record.source) : 0;
  if (bits <= 0) return;
  // That the office agrees has been counted; what is left is that the person comes back to this very register.
  evidence.millibits += bits / 2;
  evidence.fields |= kBySource;
}

}  // namespace songtan::link
