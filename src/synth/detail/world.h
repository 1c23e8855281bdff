// The people of one county while they are being made: flat arrays, members of a dwelling side by side.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/day.h"
#include "synth/detail/place.h"

namespace songtan::synth {

/// A person's id: county code · 10^8 + position + 1; 0 is nobody.
using Id = std::int64_t;
inline constexpr Id kIdsPerCounty = 100'000'000;
constexpr int county_of_id(Id id) { return static_cast<int>(id / kIdsPerCounty); }
constexpr std::size_t position_of_id(Id id) { return static_cast<std::size_t>(id % kIdsPerCounty - 1); }

inline constexpr Day kAlive{std::numeric_limits<std::int32_t>::max()};
inline constexpr int kEldest = 105;

enum class Marital : std::uint8_t { never, married, divorced, widowed };

/// Where somebody sleeps.
enum class Lodging : std::uint8_t { family, dormitory, institution, elsewhere, prison, detox };

/// The place of a member in the dwelling.
enum class Rank : std::uint8_t { child, adult_child, partner, elder, great_elder, single };

struct Person {
  Id father = 0;
  Id mother = 0;
  Id spouse = 0;
  Id book = 0;             ///< the head of the hukou book
  std::int64_t hukou = 0;  ///< 12 digits
  Day birth;
  Day death = kAlive;
  std::int32_t dwelling = 0;  ///< position among the county's dwellings
  std::int32_t core = 0;      ///< dwelling whose purse they share; differs for members who sleep elsewhere
  std::int32_t number_code = 0;
  std::int16_t sequence = 0;
  std::int16_t age = 0;  ///< completed years on D
  Sex sex = kMale;
  Rank rank = Rank::single;
  Marital marital = Marital::never;
  std::uint8_t people = 0;
  std::uint8_t schooling = 0;
  bool has_child = false;  ///< a living child anywhere in these worlds
};

struct Dwelling {
  std::int32_t first = 0;
  std::int32_t size = 0;
  std::int64_t region = 0;  ///< 12 digits
  std::int32_t door = 0;
  std::uint8_t people = 0;
  Lodging lodging = Lodging::family;
  bool urban = false;
};

/// Where the household's hukou is.
enum class Origin : std::uint8_t { here, township, county, outside };

struct CountyWorld {
  const County* county = nullptr;
  std::vector<Person> persons;
  std::vector<Dwelling> dwellings;

  Id id_of(std::size_t position) const { return county->code * kIdsPerCounty + static_cast<Id>(position) + 1; }
};

struct Context {
  const Place& place;
  std::uint64_t seed;
  Day today;
};

}  // namespace songtan::synth
