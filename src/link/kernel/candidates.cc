#include "link/kernel/candidates.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace songtan::link {
namespace {

struct KeyedRecord {
  std::uint64_t key;
  std::uint32_t who;  ///< record or person
  auto operator<=>(const KeyedRecord&) const = default;
};

std::uint64_t both(std::uint64_t salt, std::uint64_t a, std::uint64_t b) {
  return a == 0 || b == 0 ? 0 : mix64(mix64(salt, a), b) | 1U;
}

void sort_unique(std::vector<KeyedRecord>& keyed) {
  std::sort(keyed.begin(), keyed.end());
  keyed.erase(std::unique(keyed.begin(), keyed.end()), keyed.end());
}

// One bit a hashed key: which keys anybody asks for.
class KeyFilter {
 public:
  explicit KeyFilter(const std::vector<KeyedRecord>& asked)
      : shift_(64 - static_cast<int>(std::bit_width(std::max<std::size_t>(asked.size(), 64) * 8))),
        bits_((std::size_t{1} << (64 - shift_)) / 64, 0) {
    for (const KeyedRecord& one : asked)
      bits_[mix64(one.key) >> shift_ >> 6] |= std::uint64_t{1} << (mix64(one.key) >> shift_ & 63U);
  }
  bool may_hold(std::uint64_t key) const {
    const std::uint64_t at = mix64(key) >> shift_;
    return (bits_[at >> 6] >> (at & 63U) & 1U) != 0;
  }

 private:
  int shift_;
  std::vector<std::uint64_t> bits_;
};

// Calls emit(key) for every combination of a record's own and further addresses and its one or two birth dates.
template <typename Emit>
void for_each_key(CandidateKey key, const NightRecords& night, const PersonProfiles& persons,
                  const EvidenceScale& scale, std::uint32_t index, NumberCode number, Emit&& emit) {
  const NightRecord& record = night.records[index];
  if (key == CandidateKey::name_affinity || key == CandidateKey::sound_affinity ||
      key == CandidateKey::surname_affinity) {
    for (const Affinity& affinity : persons.affinities_of(index)) {
      if (const std::uint64_t value = affinity_key(key, night, record, affinity.key); value != 0) emit(value);
    }
    return;
  }
  const std::int32_t births[2] = {record.precision == BirthPrecision::day ? record.birth : kNoDay,
                                  number != 0 ? birth_of_code(number).days : kNoDay};
  const auto emit_all = [&](std::uint64_t region, std::uint64_t address, std::uint64_t tail) {
    std::uint64_t last = 0;
    for (const std::int32_t birth : births) {
      const std::uint64_t value = candidate_key(key, night, record, birth, region, address, tail);
      if (value != 0 && value != last) emit(value);
      if (value != 0) last = value;
    }
  };
  emit_all(record.region, record.address, record.address_tail);
  for (const FurtherAddress& further : scale.addresses_of(index))
    emit_all(further.region, further.address, further.address_tail);
}

std::vector<KeyedRecord> asked_keys(CandidateKey key, const NightRecords& night, const PersonProfiles& persons,
                                    const EvidenceScale& scale, const std::vector<std::uint32_t>& open) {
  std::vector<KeyedRecord> asked;
  for (const std::uint32_t record : open) {
    for_each_key(key, night, persons, scale, record, 0, [&](std::uint64_t value) { asked.push_back({value, record}); });
  }
  sort_unique(asked);
  return asked;
}

std::vector<KeyedRecord> answering_persons(CandidateKey key, const NightRecords& night, const PersonProfiles& persons,
                                           const EvidenceScale& scale, const KeyFilter& filter) {
  std::vector<KeyedRecord> answers;
  for (std::uint32_t i = 0; i < night.records.size(); ++i) {
    const std::uint32_t person = persons.of_record(i);
    if (person == kNobody) continue;
    for_each_key(key, night, persons, scale, i, persons.number(person), [&](std::uint64_t value) {
      if (filter.may_hold(value)) answers.push_back({value, person});
    });
  }
  sort_unique(answers);
  return answers;
}

}  // namespace

std::uint64_t candidate_key(CandidateKey key, const NightRecords& night, const NightRecord& record, std::int32_t birth,
                            std::uint64_t region, std::uint64_t address, std::uint64_t address_tail) {
  const auto salt = static_cast<std::uint64_t>(key) + 1;
  const std::uint64_t day = birth == kNoDay ? 0 : static_cast<std::uint32_t>(birth) + (std::uint64_t{1} << 40);
  const std::uint64_t name = record.name;
  const std::uint64_t county = region / 1'000'000;
  switch (key) {
    case CandidateKey::name_birth: return both(salt, name, day);
    case CandidateKey::sound_birth: return both(salt, name == 0 ? 0 : night.names.sound_key(record.name), day);
    case CandidateKey::name_address: return both(salt, name, address);
    case CandidateKey::name_address_tail: return both(salt, name, address_tail);
    case CandidateKey::name_phone: return both(salt, name, record.phone);
    case CandidateKey::name_local: return both(salt, name, record.local);
    case CandidateKey::name_group: return both(salt, name, record.group);
    case CandidateKey::name_place: return both(salt, name, region_prefix(region, 12));
    case CandidateKey::name_county: return both(salt, name, county);
    case CandidateKey::name_office: return both(salt, name, record.office);
    case CandidateKey::sound_alone: return both(salt, name == 0 ? 0 : night.names.sound_key(record.name), 1);
    case CandidateKey::name_alone: return both(salt, name, 1);
    case CandidateKey::birth_address: return both(salt, day, address_tail);
    case CandidateKey::birth_phone: return both(salt, day, record.phone);
    case CandidateKey::birth_place: return both(salt, day, region_prefix(region, 12));
    case CandidateKey::birth_group: return both(salt, day, record.group);
    case CandidateKey::name_affinity:
    case CandidateKey::sound_affinity:
    case CandidateKey::surname_affinity:
    case CandidateKey::count_: break;
  }
  return 0;
}

std::uint64_t affinity_key(CandidateKey key, const NightRecords& night, const NightRecord& record,
                           std::uint64_t affinity) {
  if (record.name == 0) return 0;
  const auto salt = static_cast<std::uint64_t>(key) + 1;
  if (key == CandidateKey::name_affinity) return both(salt, record.name, affinity);
  if (key == CandidateKey::sound_affinity) return both(salt, night.names.sound_key(record.name), affinity);
  return both(salt, night.names.name(record.name).front(), affinity);
}

std::vector<Candidate> candidates_by_key(CandidateKey key, const NightRecords& night, const PersonProfiles& persons,
                                         const EvidenceScale& scale, const std::vector<std::uint32_t>& open,
                                         std::uint32_t cap) {
  const std::vector<KeyedRecord> asked = asked_keys(key, night, persons, scale, open);
  if (asked.empty()) return {};
  const std::vector<KeyedRecord> answers = answering_persons(key, night, persons, scale, KeyFilter(asked));
  std::vector<Candidate> found;
  std::size_t at = 0;
  for (std::size_t from = 0; from < answers.size();) {
    std::size_t to = from + 1;
    while (to < answers.size() && answers[to].key == answers[from].key) ++to;
    while (at < asked.size() && asked[at].key < answers[from].key) ++at;
    for (; to - from <= cap && at < asked.size() && asked[at].key == answers[from].key; ++at) {
      for (std::size_t i = from; i < to; ++i) found.push_back({asked[at].who, answers[i].who, Nearness::none});
    }
    from = to;
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace songtan::link
