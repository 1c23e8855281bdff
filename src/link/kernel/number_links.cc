#include "link/kernel/number_links.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <utility>

namespace songtan::link {
namespace {

struct Keyed {
  NumberCode number;
  std::uint32_t record;
  auto operator<=>(const Keyed&) const = default;
};

std::vector<Keyed> numbered_records(const NightRecords& night) {
  std::vector<Keyed> keyed;
  keyed.reserve(night.records.size());
  for (std::uint32_t i = 0; i < night.records.size(); ++i) {
    if (night.records[i].number != 0) keyed.push_back({night.records[i].number, i});
  }
  std::sort(keyed.begin(), keyed.end());
  return keyed;
}

bool birth_fits(const NightRecord& record, Day of_number) {
  return record.precision == BirthPrecision::day && record.birth == of_number.days;
}

// Beyond this many different names with the number's own birth date, the number is a stand-in that clerks type.
constexpr std::size_t kMostNamesOfOne = 8;

struct Owner {
  std::vector<std::uint32_t> names;  ///< that the owner of a number is known to bear
  bool birth_tells = true;           ///< false for a stand-in number: its birth date is on everybody
};

struct NameCount {
  std::uint32_t name;
  std::uint32_t first;  ///< smallest record
  std::int64_t count;
};

// Distinct names of some records with how often and where first; sorted by name.
std::vector<NameCount> counted_names(std::vector<NameCount> names) {
  std::sort(names.begin(), names.end(), [](const NameCount& a, const NameCount& b) { return a.name < b.name; });
  std::vector<NameCount> counted;
  for (const NameCount& one : names) {
    if (counted.empty() || counted.back().name != one.name)
      counted.push_back(one);
    else
      counted.back() = {one.name, std::min(one.first, counted.back().first), counted.back().count + one.count};
  }
  return counted;
}

std::uint32_t most_frequent(const std::vector<NameCount>& counted) {
  return std::max_element(counted.begin(), counted.end(),
                          [](const NameCount& a, const NameCount& b) {
                            return a.count != b.count ? a.count < b.count : a.first > b.first;
                          })
      ->name;
}

Owner owner_of(const NightRecords& night, std::span<const Keyed> group) {
  const Day birth = birth_of_code(group.front().number);
  std::vector<NameCount> all;
  std::vector<NameCount> fitting;
  for (const Keyed& one : group) {
    const NightRecord& record = night.records[one.record];
    if (record.name == 0) continue;
    all.push_back({record.name, one.record, 1});
    if (birth_fits(record, birth)) fitting.push_back(all.back());
  }
  if (all.empty()) return {};
  fitting = counted_names(std::move(fitting));
  Owner owner;
  owner.birth_tells = fitting.size() <= kMostNamesOfOne;
  if (fitting.empty() || !owner.birth_tells) {
    owner.names = {most_frequent(counted_names(std::move(all)))};
  } else {
    for (const NameCount& one : fitting) owner.names.push_back(one.name);
  }
  return owner;
}

bool bears_one_of(const NightRecords& night, std::uint32_t name, const Owner& owner) {
  return std::any_of(owner.names.begin(), owner.names.end(),
                     [&](std::uint32_t known) { return names_agree(night.names.grade(name, known)); });
}

// The rule by which a record belongs to the owner of its number, or count_ if it does not.
NightRule rule_of_member(const NightRecords& night, const NightRecord& record, Day birth, const Owner& owner) {
  if (record.name != 0 && bears_one_of(night, record.name, owner)) return NightRule::number_and_name;
  if (owner.birth_tells && birth_fits(record, birth)) return NightRule::number_and_birth;
  return record.name == 0 || owner.names.empty() ? NightRule::number_alone : NightRule::count_;
}

void link_group(const NightRecords& night, std::span<const Keyed> group, DisjointSets& sets, NumberLinks& out) {
  const Day birth = birth_of_code(group.front().number);
  const Owner owner = owner_of(night, group);
  constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::uint32_t first = kNone;
  for (const Keyed& one : group) {
    const NightRule rule = rule_of_member(night, night.records[one.record], birth, owner);
    if (rule == NightRule::count_) {
      ++out.refused;
      continue;
    }
    out.own[one.record] = one.number;
    if (first == kNone) {
      first = one.record;
      continue;
    }
    sets.unite(first, one.record);
    out.links.push_back({first, one.record, static_cast<std::uint16_t>(rule), false, 0});
  }
}

// Number → (first record of its owner); the look-up table of repairs.
using Owners = std::unordered_map<NumberCode, std::uint32_t>;

Owners owners_of(const std::vector<Keyed>& keyed, const NumberLinks& links) {
  Owners owners;
  owners.reserve(keyed.size() / 4 + 1);
  for (const Keyed& one : keyed) {
    if (links.own[one.record] == one.number) owners.try_emplace(one.number, one.record);
  }
  return owners;
}

// Members of a number's owner are found again in `keyed`, which is sorted by number.
std::span<const Keyed> group_of(const std::vector<Keyed>& keyed, NumberCode number) {
  const auto from = std::lower_bound(keyed.begin(), keyed.end(), Keyed{number, 0});
  auto to = from;
  while (to != keyed.end() && to->number == number) ++to;
  return {from, to};
}

bool owner_bears(const NightRecords& night, std::span<const Keyed> group, const NumberLinks& links,
                 std::uint32_t name) {
  if (name == 0) return false;
  return std::any_of(group.begin(), group.end(), [&](const Keyed& one) {
    return links.own[one.record] == one.number && names_agree(night.names.grade(name, night.records[one.record].name));
  });
}

struct Repair {
  std::uint32_t owner = 0;
  NumberCode number = 0;
  NightRule rule = NightRule::count_;
};

// Accepts `number` as a reading of the record's damaged one if the owner's name, or the birth date in it, agrees.
Repair judged(const NightRecords& night, const std::vector<Keyed>& keyed, const Owners& owners,
              const NumberLinks& links, std::uint32_t record, NumberCode number) {
  const auto owner = owners.find(number);
  if (number == 0 || owner == owners.end()) return {};
  const NightRecord& one = night.records[record];
  if (owner_bears(night, group_of(keyed, number), links, one.name)) {
    return {owner->second, number, NightRule::repaired_number_and_name};
  }
  if (one.name == 0 && birth_fits(one, birth_of_code(number))) {
    return {owner->second, number, NightRule::repaired_number_and_birth};
  }
  return {};
}

// Spreadsheets keep 15 digits and write zeros for the rest: every owner whose first 15 digits are the same.
std::vector<NumberCode> numbers_with_prefix(const std::vector<Keyed>& keyed, std::string_view text) {
  std::vector<NumberCode> numbers;
  if (text.size() != 18 || text.substr(15) != "000") return numbers;
  NumberCode prefix = 0;
  for (const char c : text.substr(0, 15)) {
    if (c < '0' || c > '9') return numbers;
    prefix = prefix * 10 + static_cast<NumberCode>(c - '0');
  }
  auto at = std::lower_bound(keyed.begin(), keyed.end(), Keyed{prefix * 100, 0});
  for (; at != keyed.end() && at->number / 100 == prefix; ++at) {
    if (numbers.empty() || numbers.back() != at->number) numbers.push_back(at->number);
  }
  return numbers;
}

void repair_one(const NightRecords& night, const std::vector<Keyed>& keyed, const Owners& owners, std::uint32_t record,
                const std::string& text, DisjointSets& sets, NumberLinks& out) {
  std::vector<NumberCode> candidates = numbers_with_prefix(keyed, text);
  for (const std::string& repair : repairs_of_number(text))
    candidates.push_back(code_of_number(repair, NumberState::valid));
  Repair only;
  for (const NumberCode number : candidates) {
    const Repair repair = judged(night, keyed, owners, out, record, number);
    if (repair.rule == NightRule::count_ || repair.number == only.number) continue;
    if (only.number != 0) return;  // two owners fit: the number decides nothing
    only = repair;
  }
  if (only.number == 0) return;
  sets.unite(only.owner, record);
  out.own[record] = only.number;
  out.links.push_back({only.owner, record, static_cast<std::uint16_t>(only.rule), false, 0});
  ++out.repaired;
}

void link_by_card(const NightRecords& night, const std::vector<Keyed>& keyed, const Owners& owners, DisjointSets& sets,
                  NumberLinks& out) {
  for (std::uint32_t i = 0; i < night.records.size(); ++i) {
    const NightRecord& record = night.records[i];
    if (record.card == 0 || out.own[i] != 0) continue;
    const auto owner = owners.find(record.card);
    if (owner == owners.end() || !owner_bears(night, group_of(keyed, record.card), out, record.name)) continue;
    sets.unite(owner->second, i);
    out.own[i] = record.card;
    out.links.push_back({owner->second, i, static_cast<std::uint16_t>(NightRule::card_number_and_name), false, 0});
  }
}

}  // namespace

const char* word_of(NightRule rule) {
  constexpr std::array<const char*, static_cast<std::size_t>(NightRule::count_)> kWords = {
      "number+name",           "number+birth",     "number",  "repaired_number+name",
      "repaired_number+birth", "card_number+name", "weighed", "same_without_number",
      "human_decision"};
  return kWords[static_cast<std::size_t>(rule)];
}

bool names_agree(NameGrade grade) { return grade <= NameGrade::one_other; }

NumberLinks link_by_number(const NightRecords& night, DisjointSets& sets) {
  NumberLinks out;
  out.own.assign(night.records.size(), 0);
  const std::vector<Keyed> keyed = numbered_records(night);
  for (std::size_t from = 0; from < keyed.size();) {
    std::size_t to = from + 1;
    while (to < keyed.size() && keyed[to].number == keyed[from].number) ++to;
    link_group(night, std::span(keyed).subspan(from, to - from), sets, out);
    from = to;
  }
  const Owners owners = owners_of(keyed, out);
  for (const auto& [record, text] : night.broken_numbers) repair_one(night, keyed, owners, record, text, sets, out);
  link_by_card(night, keyed, owners, sets, out);
  return out;
}

}  // namespace songtan::link
