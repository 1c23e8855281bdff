#include "country_people.h"

#include <algorithm>
#include <fstream>

#include "base/hash.h"

namespace songtan::bench {
namespace {

constexpr std::int32_t kFirstBirth = -14'600;  // 1930
constexpr std::int32_t kAdultBirth = 10'950;   // 1999-12
constexpr std::int32_t kLastBirth = 17'400;    // 2017-08

std::int32_t between(RandomStream& random, std::int32_t low, std::int32_t high) {
  return low + static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

template <typename T>
void write_array(const std::filesystem::path& file, const std::vector<T>& values) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

template <typename T>
void read_array(const std::filesystem::path& file, std::vector<T>& values) {
  values.resize(std::filesystem::file_size(file) / sizeof(T));
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

/// Calls `each` with the name and the array of every column.
template <typename Population, typename Each>
void for_each_array(Population& p, Each each) {
  each("household", p.household);
  each("role", p.role);
  each("birth", p.birth);
  each("salary", p.salary);
  each("capital_returns", p.capital_returns);
  each("rent", p.rent);
  each("accommodation_size", p.accommodation_size);
  each("occupancy", p.occupancy);
}

void add_person(RandomStream& random, CountryPopulation& p, std::int32_t household, bool adult) {
  p.household.push_back(household);
  p.role.push_back(adult ? 0 : 1);
  p.birth.push_back(adult ? between(random, kFirstBirth, kAdultBirth) : between(random, kAdultBirth, kLastBirth));
  p.salary.push_back(adult && random.below(3) != 0 ? between(random, 0, 20'000) / (random.below(2) == 0 ? 1 : 20) : 0);
  p.capital_returns.push_back(adult && random.below(8) == 0 ? between(random, 0, 3'000) : 0);
}

std::vector<std::uint8_t> known_rows(RandomStream& random, std::size_t rows, std::uint64_t unknown_ppm) {
  std::vector<std::uint8_t> known;
  for (std::size_t row = 0; unknown_ppm > 0 && row < rows; ++row)
    known.push_back(random.chance_ppm(unknown_ppm) ? 0 : 1);
  return known;
}

}  // namespace

CountryPopulation make_country(std::int64_t persons, std::uint64_t seed, std::int64_t largest) {
  RandomStream random(seed);
  CountryPopulation p;
  while (p.persons() < persons) {
    const auto household = static_cast<std::int32_t>(p.households());
    const auto wished = household == 0 && largest > 0 ? largest : static_cast<std::int64_t>(1 + random.below(6));
    const std::int64_t size = std::min(wished, persons - p.persons());
    const auto adults = 1 + static_cast<std::int64_t>(random.below(2));
    for (std::int64_t i = 0; i < size; ++i) add_person(random, p, household, i < adults);
    p.rent.push_back(between(random, 0, 1'500));
    p.accommodation_size.push_back(between(random, 10, 150));
    p.occupancy.push_back(between(random, 0, 3));
  }
  return p;
}

void save(const CountryPopulation& population, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for_each_array(population, [&](const char* name, const auto& values) { write_array(folder / name, values); });
}

CountryPopulation read_country(const std::filesystem::path& folder) {
  CountryPopulation p;
  for_each_array(p, [&](const char* name, auto& values) { read_array(folder / name, values); });
  return p;
}

policy::Inputs inputs_of(const policy::Program& program, const CountryPopulation& p, Month month,
                         std::uint64_t unknown_ppm) {
  policy::Inputs inputs;
  inputs.persons = p.persons();
  policy::Membership household;
  household.offsets.push_back(0);
  for (std::int64_t row = 1; row < p.persons(); ++row) {
    if (p.household[static_cast<std::size_t>(row)] != p.household[static_cast<std::size_t>(row - 1)])
      household.offsets.push_back(row);
  }
  household.offsets.push_back(p.persons());
  household.roles = p.role;
  inputs.groups.push_back(std::move(household));
  RandomStream random(static_cast<std::uint64_t>(p.persons()));
  const auto give = [&](int entity, const char* name, const std::vector<std::int32_t>& values) {
    const int variable = program.variable(entity, name).value();
    const policy::VariableInfo& info = program.variables()[static_cast<std::size_t>(variable)];
    policy::InputColumn column{{variable, policy::PeriodKey::of(month)}, {}, {}};
    if (info.period == policy::TimeUnit::eternity) column.need.period = policy::PeriodKey::eternity();
    std::int64_t unit = 1;
    for (int i = 0; i < info.scale; ++i) unit *= 10;
    column.values.reserve(values.size());
    for (const std::int32_t value : values) column.values.push_back(value * unit);
    column.known = known_rows(random, values.size(), unknown_ppm);
    inputs.columns.push_back(std::move(column));
  };
  give(0, "birth", p.birth);
  give(0, "salary", p.salary);
  give(0, "capital_returns", p.capital_returns);
  give(1, "rent", p.rent);
  give(1, "accommodation_size", p.accommodation_size);
  give(1, "housing_occupancy_status", p.occupancy);
  return inputs;
}

namespace {

std::int64_t random_value(RandomStream& random, const policy::Program& program, const policy::VariableInfo& info) {
  if (info.kind == policy::ValueKind::boolean) return random.below(10) == 0 ? 1 : 0;
  if (info.kind == policy::ValueKind::date) return between(random, kFirstBirth, kLastBirth);
  if (info.kind == policy::ValueKind::enumeration) {
    std::uint64_t words = 0;
    while (!program.word(info.enumeration, static_cast<std::int64_t>(words)).empty()) ++words;
    return words == 0 ? 0 : static_cast<std::int64_t>(random.below(words));
  }
  std::int64_t unit = 1;
  for (int i = 0; i < info.scale; ++i) unit *= 10;
  if (random.below(2) == 0) return 0;
  return static_cast<std::int64_t>(random.below(info.scale == 0 ? 6 : 3'000)) * unit;
}

}  // namespace

policy::Inputs random_inputs(const policy::Program& program, const std::vector<policy::Need>& needs,
                             std::int64_t persons, std::uint64_t seed, std::uint64_t unknown_ppm) {
  RandomStream random(seed);
  policy::Inputs inputs;
  inputs.persons = persons;
  for (std::size_t e = 1; e < program.entities().size(); ++e) {
    policy::Membership group;
    group.offsets.push_back(0);
    while (group.offsets.back() < persons)
      group.offsets.push_back(std::min(persons, group.offsets.back() + 1 + static_cast<std::int64_t>(random.below(6))));
    const std::size_t roles = std::max<std::size_t>(program.entities()[e].roles.size(), 1);
    for (std::int64_t i = 0; i < persons; ++i) group.roles.push_back(static_cast<std::uint8_t>(random.below(roles)));
    inputs.groups.push_back(std::move(group));
  }
  for (std::size_t link = 0; link < program.links().size(); ++link) {
    policy::LinkLists lists;
    lists.offsets.push_back(0);
    for (std::int64_t i = 0; i < persons; ++i) {
      if (random.below(4) == 0)
        lists.targets.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(persons))));
      lists.offsets.push_back(std::ssize(lists.targets));
    }
    inputs.links.push_back(std::move(lists));
  }
  for (const policy::Need& need : needs) {
    const policy::VariableInfo& info = program.variables()[static_cast<std::size_t>(need.variable)];
    const std::int64_t rows =
        info.entity == 0 ? persons : std::ssize(inputs.groups[static_cast<std::size_t>(info.entity - 1)].offsets) - 1;
    policy::InputColumn column{need, {}, {}};
    for (std::int64_t row = 0; row < rows; ++row) column.values.push_back(random_value(random, program, info));
    column.known = known_rows(random, static_cast<std::size_t>(rows), unknown_ppm);
    inputs.columns.push_back(std::move(column));
  }
  return inputs;
}

}  // namespace songtan::bench
