// Candidates by household: see candidates.h.
#include <algorithm>
#include <unordered_map>

#include "link/kernel/candidates.h"

namespace songtan::link {
namespace {

// Households, applications and rows above this size (an employer, a school) say nothing about who belongs together.
constexpr std::size_t kMostInGroup = 24;
constexpr std::size_t kMostGroups = 24;

struct Membership {
  std::uint64_t group;
  std::uint32_t person;
  auto operator<=>(const Membership&) const = default;
};

class Households {
 public:
  Households(const NightRecords& night, const PersonProfiles& persons) {
    for (std::uint32_t i = 0; i < night.records.size(); ++i) {
      const std::uint32_t person = persons.of_record(i);
      if (person == kNobody) continue;
      for (const std::uint64_t group : {night.records[i].group, night.records[i].row_group}) {
        if (group != 0) by_group_.push_back({group, person});
      }
    }
    std::sort(by_group_.begin(), by_group_.end());
    by_group_.erase(std::unique(by_group_.begin(), by_group_.end()), by_group_.end());
    // Groups of one person lead nowhere; dropping them halves what follows.
    drop_lonely();
    offsets_.assign(persons.count() + 1, 0);
    for (const Membership& one : by_group_) ++offsets_[one.person + 1];
    for (std::size_t i = 1; i < offsets_.size(); ++i) offsets_[i] += offsets_[i - 1];
    groups_.resize(by_group_.size());
    std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
    for (const Membership& one : by_group_) groups_[next[one.person]++] = one.group;
  }

  std::span<const Membership> members(std::uint64_t group) const {
    auto from = std::lower_bound(by_group_.begin(), by_group_.end(), Membership{group, 0});
    auto to = from;
    while (to != by_group_.end() && to->group == group && static_cast<std::size_t>(to - from) <= kMostInGroup) ++to;
    if (static_cast<std::size_t>(to - from) > kMostInGroup) return {};
    return {from, to};
  }

  std::span<const std::uint64_t> groups(std::uint32_t person) const {
    const std::size_t from = offsets_[person];
    return std::span(groups_).subspan(from, std::min<std::size_t>(offsets_[person + 1] - from, kMostGroups));
  }

 private:
  void drop_lonely() {
    std::vector<Membership> kept;
    kept.reserve(by_group_.size());
    for (std::size_t i = 0; i < by_group_.size(); ++i) {
      const bool before = i > 0 && by_group_[i - 1].group == by_group_[i].group;
      const bool after = i + 1 < by_group_.size() && by_group_[i + 1].group == by_group_[i].group;
      // A record without a number may be the household's second person, so its lone member is kept when asked for by
      // group directly; it has no further people to offer.
      if (before || after)
        kept.push_back(by_group_[i]);
      else
        lonely_.push_back(by_group_[i]);
    }
    by_group_ = std::move(kept);
  }

 public:
  /// The only person of a group, or kNobody.
  std::uint32_t only_member(std::uint64_t group) const {
    const auto at = std::lower_bound(lonely_.begin(), lonely_.end(), Membership{group, 0});
    return at != lonely_.end() && at->group == group ? at->person : kNobody;
  }

 private:
  std::vector<Membership> by_group_;
  std::vector<Membership> lonely_;
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint64_t> groups_;
};

void keep_distinct(std::vector<std::uint32_t>& persons) {
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
}

std::unordered_map<NumberCode, std::uint32_t> owners_of_numbers(const PersonProfiles& persons) {
  std::unordered_map<NumberCode, std::uint32_t> owners;
  owners.reserve(persons.count());
  for (std::uint32_t person = 0; person < persons.count(); ++person) owners.emplace(persons.number(person), person);
  return owners;
}

bool may_be(const NightRecords& night, const PersonProfiles& persons, const NightRecord& record, std::uint32_t person) {
  if (record.precision == BirthPrecision::day && birth_of_code(persons.number(person)).days == record.birth)
    return true;
  std::uint32_t last = 0;
  for (const std::uint32_t member : persons.members(person)) {
    const std::uint32_t name = night.records[member].name;
    if (name == last) continue;
    last = name;
    if (names_agree_in_writing(night.names.grade(record.name, name))) return true;
  }
  return false;
}

// A namesake within the wider family is likelier the person meant than any other.
bool sounds_alike(const NightRecords& night, const PersonProfiles& persons, const NightRecord& record,
                  std::uint32_t person) {
  if (record.name == 0) return false;
  const std::uint64_t sound = night.names.sound_key(record.name);
  const auto members = persons.members(person);
  return std::any_of(members.begin(), members.end(), [&](std::uint32_t member) {
    const std::uint32_t name = night.records[member].name;
    return name == record.name || (name != 0 && sound != 0 && night.names.sound_key(name) == sound);
  });
}

// Everybody with whom the persons `from` share a household or a row, themselves included.
std::vector<std::uint32_t> people_around(const Households& households, const std::vector<std::uint32_t>& from) {
  std::vector<std::uint32_t> around = from;
  for (const std::uint32_t person : from) {
    for (const std::uint64_t group : households.groups(person)) {
      for (const Membership& one : households.members(group)) around.push_back(one.person);
    }
  }
  keep_distinct(around);
  return around;
}

}  // namespace

std::vector<Candidate> candidates_by_household(const NightRecords& night, const PersonProfiles& persons,
                                               const std::vector<std::uint32_t>& open) {
  const Households households(night, persons);
  const auto owners = owners_of_numbers(persons);
  std::vector<Candidate> found;
  std::vector<std::uint32_t> own_people;
  for (const std::uint32_t index : open) {
    const NightRecord& record = night.records[index];
    own_people.clear();
    for (const std::uint64_t group : {record.group, record.row_group}) {
      if (group == 0) continue;
      for (const Membership& one : households.members(group)) own_people.push_back(one.person);
      if (const std::uint32_t only = households.only_member(group); only != kNobody) own_people.push_back(only);
    }
    if (const auto owner = owners.find(record.number); record.number != 0 && owner != owners.end())
      own_people.push_back(owner->second);
    keep_distinct(own_people);
    const std::vector<std::uint32_t> near = people_around(households, own_people);
    for (const std::uint32_t person : near) {
      if (may_be(night, persons, record, person)) found.push_back({index, person, Nearness::household});
    }
    for (const std::uint32_t person : people_around(households, near)) {
      if (sounds_alike(night, persons, record, person)) found.push_back({index, person, Nearness::kin});
    }
  }
  return found;
}

}  // namespace songtan::link
