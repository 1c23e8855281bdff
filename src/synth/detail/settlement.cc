#include "synth/detail/settlement.h"

#include <algorithm>
#include <unordered_map>

#include "synth/detail/wording.h"

namespace songtan::synth {
namespace {

constexpr std::int64_t kVillageDigits = 1000;      ///< township code · 1000 + community
constexpr std::int64_t kCountyDigits = 1'000'000;  ///< county code · 10^6
/// Percent of the county's figures that households still have to yield: people who sleep elsewhere and people who stay
/// in their parents' books bring the rest.
constexpr std::array<int, 3> kMovedBend = {92, 98, 107};
constexpr std::int32_t kFirstFarDoor = 20'000;  ///< doors of those who sleep in another county
constexpr std::int32_t kFarDoors = 20'000;
constexpr int kFirstVillage = 200;  ///< 001–199 are communities, 200–399 villages

/// Origins in the province are likelier in the same city; big rural counties send more people.
std::vector<std::int64_t> origin_weights(const Place& place, const County& home) {
  std::vector<std::int64_t> weights;
  weights.reserve(place.counties.size());
  for (const auto& county : place.counties) {
    const std::int64_t rural = county.population - county.urban + county.population / 5;
    const std::int64_t near = county.code / 100 == home.code / 100 ? 5 : 1;
    weights.push_back(county.code == home.code ? 0 : rural * near);
  }
  return weights;
}

class Settler {
 public:
  Settler(const Context& context, CountyWorld& world)
      : context_(context), world_(world), origins_(origin_weights(context.place, *world.county)) {
    for (const auto& town : context.place.counties) towns_.push_back(town.urban);
    for (const auto& origin : context.place.outside) outside_.push_back(origin.weight);
    const auto& county = *world.county;
    urban_permille_ = static_cast<int>(county.urban * 1000 / county.population);
    minority_ppm_ = static_cast<int>(county.minority * 1'000'000 / county.population);
    for (std::size_t i = 0; i < moved_ppm_.size(); ++i) {
      moved_ppm_[i] = static_cast<int>(county.moved[i] * 1'000'000 / county.population);
    }
  }

  void settle_dwelling(std::size_t index) {
    Dwelling& dwelling = world_.dwellings[index];
    Draw draw(context_.seed, world_.id_of(static_cast<std::size_t>(dwelling.first)), Topic::place);
    const int eldest = oldest_age(dwelling);
    dwelling.urban =
        draw.permille(std::clamp(urban_permille_ + (eldest >= 65 ? -95 : 32), 0, 1000)) || urban_permille_ == 1000;
    if (urban_permille_ == 0) dwelling.urban = false;
    dwelling.region = draw_region(*world_.county, dwelling.urban, draw);
    dwelling.urban = is_urban_region(dwelling.region);
    dwelling.door = doors_[dwelling.region]++;
    dwelling.people = draw_people(draw);
    std::int64_t hukou = hukou_of(draw_origin(draw, eldest), dwelling, draw);
    if (dwelling.lodging == Lodging::elsewhere || dwelling.lodging == Lodging::dormitory) {
      hukou = draw_region(*world_.county, draw.permille(250), draw);  // written here, sleeping elsewhere
      send_away(dwelling, draw);
    }
    for (std::int32_t i = 0; i < dwelling.size; ++i) {
      Person& person = world_.persons[static_cast<std::size_t>(dwelling.first + i)];
      person.hukou = hukou;
      person.people = dwelling.people;
      if (person.spouse == 0) person.marital = unpartnered(person, draw);
    }
  }

 private:
  /// Workers go to another province or to the towns of this one, students mostly to the latter.
  void send_away(Dwelling& dwelling, Draw& draw) const {
    const bool student = dwelling.lodging == Lodging::dormitory;
    if (draw.permille(student ? 250 : 100)) return;
    if (draw.permille(student ? 250 : 550)) {
      dwelling.region = context_.place.outside[draw.weighted(outside_)].code * kCountyDigits;
    } else {
      dwelling.region = draw_region(context_.place.counties[draw.weighted(towns_)], true, draw);
    }
    dwelling.urban = is_urban_region(dwelling.region);
    dwelling.door = kFirstFarDoor + draw.below(kFarDoors);
  }

  int oldest_age(const Dwelling& dwelling) const {
    int age = 0;
    for (std::int32_t i = 0; i < dwelling.size; ++i) {
      age = std::max<int>(age, world_.persons[static_cast<std::size_t>(dwelling.first + i)].age);
    }
    return age;
  }

  std::uint8_t draw_people(Draw& draw) const {
    if (!draw.ppm(minority_ppm_)) return 0;
    return static_cast<std::uint8_t>(draw.weighted(world_.county->people_weights));
  }

  Origin draw_origin(Draw& draw, int eldest) const {
    // Young households move more than old ones; the factors keep the county's mean.
    const std::int64_t factor = eldest < 35 ? 140 : eldest < 65 ? 105 : 65;
    std::int64_t at = draw.below(1'000'000);
    for (std::size_t i = 0; i < moved_ppm_.size(); ++i) {
      at -= moved_ppm_[i] * factor / 100 * kMovedBend[i] / 100;
      if (at < 0) return static_cast<Origin>(i + 1);
    }
    return Origin::here;
  }

  std::int64_t hukou_of(Origin origin, const Dwelling& dwelling, Draw& draw) const {
    switch (origin) {
      case Origin::here: return dwelling.region;
      case Origin::township: return draw_region(*world_.county, draw.permille(250), draw);
      case Origin::county: {
        const County& home = context_.place.counties[draw.weighted(origins_)];
        return draw_region(home, draw.permille(250), draw);
      }
      case Origin::outside: return context_.place.outside[draw.weighted(outside_)].code * kCountyDigits;
    }
    return dwelling.region;
  }

  /// Marital state of somebody without a partner in the dwelling, by age and sex; own estimate fitted to the margins.
  static Marital unpartnered(const Person& person, Draw& draw) {
    if (person.age < 20 || person.rank == Rank::child || person.rank == Rank::adult_child) return Marital::never;
    const bool parent = person.rank == Rank::partner || person.rank == Rank::elder || person.rank == Rank::great_elder;
    const int age = person.age;
    int never = age < 25 ? 980 : age < 30 ? 900 : age < 40 ? 820 : age < 50 ? 680 : age < 65 ? 470 : 430;
    if (person.sex == kFemale && age >= 30) never = never * 2 / 5;
    if (parent) never = age < 40 ? 60 : 0;
    int widowed = age < 40 ? 150 : age < 50 ? 400 : age < 60 ? 700 : age < 70 ? 900 : 975;
    if (person.sex == kMale) widowed = widowed * 9 / 10;
    if (draw.permille(never)) return Marital::never;
    return draw.permille(widowed) ? Marital::widowed : Marital::divorced;
  }

  const Context& context_;
  CountyWorld& world_;
  std::vector<std::int64_t> origins_;
  std::vector<std::int64_t> outside_;
  std::vector<std::int64_t> towns_;
  std::array<int, 3> moved_ppm_{};
  std::unordered_map<std::int64_t, std::int32_t> doors_;  ///< next free one of each division
  int urban_permille_ = 0;
  int minority_ppm_ = 0;
};

}  // namespace

std::int64_t draw_region(const County& county, bool urban, Draw& draw) {
  if (county.townships.empty()) return county.code * kCountyDigits;
  std::int64_t sum = 0;
  const auto weight = [&](const Township& township) {
    return township.street ? (urban ? 6 : 0) : township.name.ends_with("镇") ? 3 : (urban ? 0 : 2);
  };
  for (const auto& township : county.townships) sum += weight(township);
  if (sum == 0) {  // only streets, or only villages
    const auto& township =
        county.townships[static_cast<std::size_t>(draw.below(static_cast<int>(county.townships.size())))];
    return township.code * kVillageDigits + (township.street ? 1 : kFirstVillage) + draw.below(8);
  }
  std::int64_t left = draw.wide_below(sum);
  for (const auto& township : county.townships) {
    left -= weight(township);
    if (left < 0) return township.code * kVillageDigits + (urban ? 1 : kFirstVillage) + draw.below(8);
  }
  return county.code * kCountyDigits;
}

void settle(const Context& context, CountyWorld& world) {
  Settler settler(context, world);
  for (std::size_t i = 0; i < world.dwellings.size(); ++i) settler.settle_dwelling(i);
}

}  // namespace songtan::synth
