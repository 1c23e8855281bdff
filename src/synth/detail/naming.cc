#include "synth/detail/naming.h"

#include <algorithm>
#include <array>

#include "synth/detail/draw.h"
#include "synth/detail/kinship.h"

namespace songtan::synth {
namespace {

constexpr std::size_t kMostRanks = 256;  ///< entries of one list that are ever used
constexpr int kSharedGeneration = 330;   ///< permille of fathers whose children share the first character (字辈)

/// Earlier entries are likelier: the weight falls like 1 / (rank + 6).
const std::string& by_rank(const std::vector<std::string>& list, std::uint64_t bits) {
  static const auto sums = [] {
    std::array<std::uint64_t, kMostRanks> made{};
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kMostRanks; ++i) made[i] = sum += 10'000 / (i + 6);
    return made;
  }();
  const std::size_t size = std::min(list.size(), kMostRanks);
  const auto end = sums.begin() + static_cast<std::ptrdiff_t>(size);
  const auto wanted = static_cast<std::uint64_t>((static_cast<Wide>(bits) * sums[size - 1]) >> 64);
  return list[static_cast<std::size_t>(std::upper_bound(sums.begin(), end, wanted) - sums.begin())];
}

const GivenNames& cohort_of(const Names& names, const Person& person) {
  const auto& cohorts = names.given[person.sex];
  const int year = person.birth.year();
  for (const auto& cohort : cohorts) {
    if (cohort.first_year <= year && year <= cohort.last_year) return cohort;
  }
  return cohorts.front();
}

}  // namespace

bool Namer::bears_surname(Id id, const Person& person) const {
  const People& people = context_.place.names.peoples[person.people];
  if (people.style != NameStyle::given) return true;
  const Id root = person.father != 0 ? person.father : id;  // a family keeps one custom for a generation
  Draw draw(context_.seed, root ^ 5, Topic::name);
  return draw.permille(people.han_permille);
}

std::string Namer::surname_of(Id id, const Person& person) const {
  for (const Id parent : {person.father, person.mother}) {
    if (const Person* found = find_person(worlds_, parent); found != nullptr) {
      if (found->people == person.people) return surname_of(parent, *found);
    }
  }
  const Names& names = context_.place.names;
  const People& people = names.peoples[person.people];
  Draw draw(context_.seed, id ^ 7, Topic::name);
  const bool han =
      people.style == NameStyle::han || people.style == NameStyle::given || draw.permille(people.han_permille);
  const bool own = !people.surnames.empty() && (people.style == NameStyle::clan ? !han : draw.permille(600));
  if (own) return people.surnames[static_cast<std::size_t>(draw.below(static_cast<int>(people.surnames.size())))];
  const std::int64_t wanted = draw.wide_below(names.surname_sums.back());
  const auto found = std::upper_bound(names.surname_sums.begin(), names.surname_sums.end(), wanted);
  return names.surnames[static_cast<std::size_t>(found - names.surname_sums.begin())];
}

std::string Namer::given_of(Id id, const Person& person) const {
  const GivenNames& cohort = cohort_of(context_.place.names, person);
  Draw draw(context_.seed, id, Topic::name);
  const std::uint64_t first = draw.bits();
  const std::uint64_t second = draw.bits();
  if (draw.permille(cohort.single_permille)) return by_rank(cohort.second, second);
  if (person.sex == kFemale && person.birth.year() >= 1985 && draw.permille(35)) {
    const auto& twice = by_rank(cohort.second, second);
    return twice + twice;
  }
  if (person.father != 0) {
    Draw family(context_.seed, person.father ^ (person.sex == kMale ? 11 : 13), Topic::name);
    if (family.permille(kSharedGeneration))
      return by_rank(cohort.first, family.bits()) + by_rank(cohort.second, second);
  }
  const auto& head = by_rank(cohort.first, first);
  const auto& tail = by_rank(cohort.second, second);
  return head == tail ? head : head + tail;
}

std::string Namer::name_of(Id id, const Person& person) const {
  const People& people = context_.place.names.peoples[person.people];
  const auto& given = people.given[person.sex];
  Draw draw(context_.seed, id ^ 3, Topic::name);
  switch (people.style) {
    case NameStyle::han: return surname_of(id, person) + given_of(id, person);
    case NameStyle::clan: {
      const auto surname = surname_of(id, person);
      const bool clan = std::find(people.surnames.begin(), people.surnames.end(), surname) != people.surnames.end();
      if (!clan || given.empty()) return surname + given_of(id, person);
      return surname + by_rank(given, draw.bits());
    }
    case NameStyle::given: {
      if (given.empty() || bears_surname(id, person)) return surname_of(id, person) + given_of(id, person);
      const auto& first = by_rank(given, draw.bits());
      const auto& second = by_rank(given, draw.bits());
      return first == second ? first : first + second;
    }
  }
  return given_of(id, person);
}

}  // namespace songtan::synth
