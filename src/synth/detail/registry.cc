#include "synth/detail/registry.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/citizen_number.h"
#include "synth/detail/draw.h"
#include "synth/detail/kinship.h"

namespace songtan::synth {
namespace {

constexpr int kDeathWindowDays = 730;
constexpr int kFirstNumberYear = 1984;  ///< citizen numbers are given since then; the living got theirs in six years
constexpr int kNumberingYears = 6;
constexpr int kSequences = 500;  ///< of one sex, a code and a day

/// Chance in a million to die within a year (Gompertz, fitted to a crude rate of about 0.8 %).
int yearly_death_ppm(int age, Sex sex) {
  const double rate = 0.00058 * std::exp(0.088 * std::max(0, age - 30)) * (sex == kMale ? 1.15 : 0.85);
  return static_cast<int>(1e6 * std::min(0.35, age < 1 ? 0.004 : rate));
}

void let_die(const Context& context, Person& person, Draw& draw) {
  if (person.death != kAlive) return;
  if (!draw.ppm(2 * yearly_death_ppm(person.age, person.sex))) return;
  const int lived = context.today.days - person.birth.days;
  person.death = context.today.plus(-draw.below(std::max(1, std::min(kDeathWindowDays, lived))));
}

/// Weights of schooling by cohort: the county's figures bent towards what that generation reached.
constexpr std::array<std::array<int, kSchoolings>, 3> kCohortBend = {{
    {30, 0, 230, 880, 1450, 2800, 3000},  // under 40
    {300, 0, 950, 1500, 900, 600, 480},   // 40–59
    {2200, 0, 2200, 650, 350, 120, 90},   // 60 and over
}};

std::uint8_t adult_schooling(const County& county, const Person& person, Draw& draw) {
  const auto& bend = kCohortBend[person.age < 40 ? 0 : person.age < 60 ? 1 : 2];
  std::array<std::int64_t, kSchoolings> weights{};
  for (std::size_t i = 0; i < kSchoolings; ++i)
    weights[i] = county.schooling[person.sex][i] * bend[i] + (i == 3 ? 1 : 0);
  return static_cast<std::uint8_t>(draw.weighted(weights));
}

std::uint8_t schooling_of(const County& county, const Person& person, Draw& draw) {
  const int age = person.age;
  if (age < 3) return 0;
  if (age < 6) return draw.permille(250) ? 1 : 0;
  if (age < 12) return 2;
  if (age < 15) return 3;
  if (age < 18) return draw.permille(910) ? 4 : 3;
  return adult_schooling(county, person, draw);
}

/// The county that registered the birth: mostly where the hukou is, sometimes where the family came from.
int birth_county(const Context& context, const Person& person, Draw& draw) {
  const auto home = static_cast<int>(person.hukou / 1'000'000);
  if (context.place.county(home) == nullptr || !draw.permille(person.age < 18 ? 25 : 120)) return home;
  const bool near = draw.permille(700);
  std::vector<int> codes;
  for (const auto& county : context.place.counties) {
    if (!near || county.code / 100 == home / 100) codes.push_back(county.code);
  }
  return codes[static_cast<std::size_t>(draw.below(static_cast<int>(codes.size())))];
}

/// The code that this county bore when the number was given.
int code_in_year(const Context& context, int county, int year) {
  if (const County* known = context.place.county(county); known != nullptr) {
    for (const auto& retired : known->retired) {
      if (retired.first_year <= year && year <= retired.last_year) return retired.code;
    }
    return county;
  }
  for (const auto& origin : context.place.outside) {
    if (origin.code == county) return origin.retired != 0 && year <= origin.last_year ? origin.retired : county;
  }
  return county;
}

}  // namespace

void complete_persons(const Context& context, CountyWorld& world) {
  for (std::size_t i = 0; i < world.persons.size(); ++i) {
    Person& person = world.persons[i];
    Draw draw(context.seed, world.id_of(i), Topic::life);
    person.schooling = schooling_of(*world.county, person, draw);
    const int county = birth_county(context, person, draw);
    person.number_code =
        code_in_year(context, county, std::max(person.birth.year(), kFirstNumberYear + draw.below(kNumberingYears)));
    const Lodging lodging = world.dwellings[static_cast<std::size_t>(person.dwelling)].lodging;
    if (lodging != Lodging::prison && lodging != Lodging::detox) let_die(context, person, draw);
  }
  for (const auto& person : world.persons) {
    if (person.death == kAlive || person.spouse == 0) continue;
    Person& spouse = world.persons[position_of_id(person.spouse)];
    if (spouse.death == kAlive) spouse.marital = Marital::widowed;
  }
}

void mark_parents(std::span<CountyWorld> worlds) {
  for (auto& world : worlds) {
    for (const auto& person : world.persons) {
      if (person.death != kAlive) continue;
      for (const Id parent : {person.father, person.mother}) {
        if (Person* found = find_person(worlds, parent); found != nullptr) found->has_child = true;
      }
    }
  }
}

Result<void> give_sequences(std::span<CountyWorld> worlds) {
  Day first = kAlive;
  Day last{0};
  for (const auto& world : worlds) {
    for (const auto& person : world.persons) {
      first = std::min(first, person.birth);
      last = std::max(last, person.birth);
    }
  }
  std::unordered_map<std::int32_t, std::vector<std::uint16_t>> counters;
  for (auto& world : worlds) {
    for (auto& person : world.persons) {
      auto& counter = counters[person.number_code];
      if (counter.empty()) counter.resize(2 * static_cast<std::size_t>(last.days - first.days + 1), 0);
      const auto slot = static_cast<std::size_t>(person.birth.days - first.days) * 2 + person.sex;
      const int taken = counter[slot]++;
      if (taken >= kSequences) {
        return fail(Outcome::usage, "synth.numbers_exhausted",
                    {"同一区划、同一生日的人太多，公民身份号码不够用", "too many people share a code and a birth date"},
                    {"减少 --persons", "lower --persons"});
      }
      // A stride coprime to 500 visits every sequence once; the start differs by code and day.
      const auto start = mix64(static_cast<std::uint64_t>(person.number_code), slot) % kSequences;
      const int odd = person.sex == kMale ? 1 : 0;
      person.sequence = static_cast<std::int16_t>((start + static_cast<std::uint64_t>(taken) * 37) % kSequences * 2 +
                                                  static_cast<std::uint64_t>(odd));
    }
  }
  return {};
}

std::string number_of(const Person& person) {
  std::string number(17, '0');
  const auto put = [&](std::size_t at, std::size_t width, int value) {
    for (std::size_t i = width; i-- > 0; value /= 10) number[at + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 6, person.number_code);
  put(6, 4, person.birth.year());
  put(10, 2, person.birth.month());
  put(12, 2, person.birth.day());
  put(14, 3, person.sequence);
  number.push_back(check_digit(number));
  return number;
}

}  // namespace songtan::synth
