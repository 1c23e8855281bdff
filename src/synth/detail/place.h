// The place that a pack describes: counties with their census marginals, townships, retired codes, origins outside,
// peoples, names and economy. In: packs/<pack>/synth. Out: read-only tables that every step shares.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan::synth {

inline constexpr std::size_t kAgeGroups = 19;  ///< 0, 1–4, 5–9, …, 80–84, 85+
inline constexpr std::size_t kSchoolings = 7;  ///< none, preschool, primary, middle, high, college, university
inline constexpr std::size_t kMaritals = 4;    ///< never, married, divorced, widowed
enum Sex : std::uint8_t { kMale = 0, kFemale = 1 };

struct Township {
  std::int64_t code = 0;  ///< 9 digits
  std::string name;
  bool street = false;  ///< 街道: urban communities only
};

struct RetiredCode {
  int code = 0;
  int first_year = 0;
  int last_year = 0;
};

struct OutsideOrigin {
  int code = 0;
  std::string name;
  int weight = 0;
  int retired = 0;  ///< 0: none
  int last_year = 0;
};

/// Census figures of one county; whole population unless named sample_*.
struct County {
  int code = 0;
  std::string name;
  std::string city;  ///< province and city, as an address begins
  std::int64_t population = 0;
  std::int64_t urban = 0;
  std::int64_t households = 0;
  std::int64_t household_population = 0;
  std::int64_t one_person = 0;
  std::array<std::int64_t, 4> generations{};
  std::array<std::int64_t, 3> elders{};  ///< households with 1, 2, 3+ people of 65 and over
  std::array<std::int64_t, 3> moved{};   ///< hukou in another township of the county, county of the province, province
  std::int64_t minority = 0;
  std::int64_t sample_households = 1;
  std::int64_t sample_cars = 0;
  std::int64_t sample_rented = 0;
  std::int64_t sample_workers = 1;
  std::int64_t sample_farmers = 0;
  std::array<std::array<std::int64_t, kAgeGroups>, 2> ages{};
  std::array<std::array<std::int64_t, kSchoolings>, 2> schooling{};
  std::array<std::array<std::int64_t, kMaritals>, 2> marital{};
  std::vector<Township> townships;
  std::vector<RetiredCode> retired;
  std::array<std::int64_t, 2> line{};        ///< of hardship, yuan a month: urban, rural
  std::vector<std::int64_t> people_weights;  ///< by index into Names::peoples
};

enum class NameStyle : std::uint8_t { han, clan, given };

struct People {
  std::string name;
  NameStyle style = NameStyle::han;
  int han_permille = 1000;
  std::vector<std::string> surnames;
  std::array<std::vector<std::string>, 2> given;
};

struct GivenNames {
  int first_year = 0;
  int last_year = 0;
  int single_permille = 0;
  std::vector<std::string> first;
  std::vector<std::string> second;
};

struct Names {
  std::vector<std::string> surnames;
  std::vector<std::int64_t> surname_sums;  ///< running sums of the weights
  std::array<std::vector<GivenNames>, 2> given;
  std::vector<People> peoples;  ///< index 0 is the majority
};

/// Whole-number settings by name; a missing one is refused when the pack is read.
class Economy {
 public:
  std::int64_t operator[](std::string_view key) const;
  std::map<std::string, std::int64_t, std::less<>> values;
};

/// A status that is drawn from the history and not decided by a rule, e.g. who lives on full public support.
struct DrawnStatus {
  std::string programme;
  std::string condition;  ///< unsupported_adult | orphan
  int share_permille = 0;
};

/// Words of addresses and employers, each list never empty.
struct PlaceWords {
  std::vector<std::string> community;
  std::vector<std::string> village;
  std::vector<std::string> road;
  std::vector<std::string> employer;
  std::vector<std::string> trade;
  std::vector<std::string> agency;
};

struct Place {
  std::vector<County> counties;  ///< by code
  std::vector<OutsideOrigin> outside;
  Names names;
  PlaceWords words;
  Economy economy;
  std::vector<DrawnStatus> statuses;

  const County* county(int code) const;
};

/// Errors: a table missing or damaged (bad_data, with file and line).
Result<Place> read_place(const std::filesystem::path& pack);

}  // namespace songtan::synth
