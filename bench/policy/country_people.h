// Populations for bench/policy. In: a seed and a size. Out: plain arrays, the same for both sides, and the inputs that
// our side reads them as.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "policy/decisions.h"

namespace songtan::bench {

/// Households of one to six persons; amounts in whole units of money, so that 32-bit floats hold them exactly.
struct CountryPopulation {
  std::vector<std::int32_t> household;  ///< of each person, rising
  std::vector<std::uint8_t> role;       ///< 0 adult, 1 child
  std::vector<std::int32_t> birth;      ///< days since 1970-01-01
  std::vector<std::int32_t> salary, capital_returns;
  std::vector<std::int32_t> rent, accommodation_size, occupancy;  ///< of each household

  std::int64_t persons() const { return std::ssize(household); }
  std::int64_t households() const { return std::ssize(rent); }
};

/// `largest` > 0 makes the first household that large.
CountryPopulation make_country(std::int64_t persons, std::uint64_t seed, std::int64_t largest = 0);
void save(const CountryPopulation& population, const std::filesystem::path& folder);
CountryPopulation read_country(const std::filesystem::path& folder);

/// Inputs for the pack tests/peers/country-template in one month; `unknown_ppm` of every fact unknown.
policy::Inputs inputs_of(const policy::Program& program, const CountryPopulation& population, Month month,
                         std::uint64_t unknown_ppm);

/// Families of one to six with random facts for any pack: every need filled, `unknown_ppm` of the values unknown.
policy::Inputs random_inputs(const policy::Program& program, const std::vector<policy::Need>& needs,
                             std::int64_t persons, std::uint64_t seed, std::uint64_t unknown_ppm);

}  // namespace songtan::bench
