#include "synth/detail/kinship.h"

#include <algorithm>

#include "synth/detail/draw.h"

namespace songtan::synth {
namespace {

constexpr int kYoungestParent = 17;
constexpr int kOldestMother = 46;
constexpr int kTries = 5;
constexpr int kElderApart = 720;  ///< permille of old mothers with a child who have one
constexpr int kApart = 760;       ///< permille of women alone who have a husband elsewhere

bool is_unit_member(const Person& person) { return person.marital != Marital::never && person.age >= 38; }

/// Chance in a thousand that somebody's parent is alive and known to the registers.
int parent_known_permille(int age) {
  if (age < 35) return 880;
  if (age < 45) return 790;
  if (age < 55) return 640;
  return age < 66 ? 400 : 0;
}

class Linker {
 public:
  Linker(CountyWorld& parents, ParentUnits& units) : parents_(parents), units_(units) {}

  /// Gives `child` the parents of a fitting unit; returns the unit's first member or −1.
  std::int32_t adopt(Person& child, const Person* spouse, Draw& draw) const {
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const int reference = child.age + 26 + draw.bell(5);
      if (reference > kEldest || reference < child.age + kYoungestParent) continue;
      auto& bucket = units_[static_cast<std::size_t>(reference)];
      if (bucket.empty()) continue;
      // Of two candidates the one with fewer children, so that few old couples stay without any.
      auto& first = bucket[static_cast<std::size_t>(draw.below(static_cast<int>(bucket.size())))];
      auto& second = bucket[static_cast<std::size_t>(draw.below(static_cast<int>(bucket.size())))];
      ParentUnit& unit = second.children < first.children ? second : first;
      if (!fits(child, spouse, unit)) continue;
      ++unit.children;
      unit.ages.set(static_cast<std::size_t>(child.age));
      if (unit.woman >= 0) child.mother = parents_.id_of(static_cast<std::size_t>(unit.woman));
      if (unit.man >= 0) child.father = parents_.id_of(static_cast<std::size_t>(unit.man));
      return unit.man >= 0 ? unit.man : unit.woman;
    }
    return -1;
  }

 private:
  const Person& at(std::int32_t position) const { return parents_.persons[static_cast<std::size_t>(position)]; }

  bool fits(const Person& child, const Person* spouse, const ParentUnit& unit) const {
    for (int age = std::max(0, child.age - 1); age <= child.age + 1; ++age) {
      if (unit.ages.test(static_cast<std::size_t>(age))) return false;
    }
    for (const std::int32_t position : {unit.woman, unit.man}) {
      if (position < 0) continue;
      const Person& parent = at(position);
      const int gap = parent.age - child.age;
      if (gap < kYoungestParent || parent.people != child.people) return false;
      if (parent.sex == kFemale && gap > kOldestMother) return false;
      const Id id = parents_.id_of(static_cast<std::size_t>(position));
      // Nobody marries a brother or sister, and no parent is the spouse's.
      if (spouse != nullptr && (spouse->father == id || spouse->mother == id)) return false;
    }
    return true;
  }

  CountyWorld& parents_;
  ParentUnits& units_;
};

/// People who sleep alone in a kind of lodging, by sex and age, each to be used once.
class Pool {
 public:
  Pool(const CountyWorld& world, Lodging lodging) {
    for (std::size_t i = 0; i < world.persons.size(); ++i) {
      const Person& person = world.persons[i];
      const Dwelling& dwelling = world.dwellings[static_cast<std::size_t>(person.dwelling)];
      if (dwelling.lodging != lodging || dwelling.size != 1) continue;
      slots_[person.sex][static_cast<std::size_t>(person.age)].push_back(static_cast<std::int32_t>(i));
    }
  }

  std::int32_t take(Sex sex, int low, int high, int centre) {
    for (int distance = 0; distance <= high - low; ++distance) {
      for (const int age : {centre - distance, centre + distance}) {
        if (age < low || age > high || age < 0 || age > kEldest) continue;
        auto& slot = slots_[sex][static_cast<std::size_t>(age)];
        if (slot.empty()) continue;
        const auto position = slot.back();
        slot.pop_back();
        return position;
      }
    }
    return -1;
  }

  std::vector<std::int32_t> rest() const {
    std::vector<std::int32_t> all;
    for (const auto& ages : slots_) {
      for (const auto& slot : ages) all.insert(all.end(), slot.begin(), slot.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  std::array<std::array<std::vector<std::int32_t>, kEldest + 1>, 2> slots_;
};

class Absent {
 public:
  Absent(const Context& context, CountyWorld& world, ParentUnits& units)
      : context_(context), world_(world), units_(units), pool_(world, Lodging::elsewhere) {}

  void attach() {
    for (std::size_t i = 0; i < world_.dwellings.size(); ++i) attach_to(i, Missing::parents);
    for (std::size_t i = 0; i < world_.dwellings.size(); ++i) attach_to(i, Missing::partner);
    marry_apart();
    const Linker linker(world_, units_);
    for (const auto position : pool_.rest()) attach_child(linker, position, 760);
    for (std::size_t i = 0; i < world_.persons.size(); ++i) {
      if (lodging(world_.persons[i]) == Lodging::dormitory) attach_child(linker, static_cast<std::int32_t>(i), 930);
    }
  }

 private:
  Person& at(std::int32_t position) { return world_.persons[static_cast<std::size_t>(position)]; }
  Id id(std::int32_t position) const { return world_.id_of(static_cast<std::size_t>(position)); }
  Lodging& lodging(const Person& person) { return world_.dwellings[static_cast<std::size_t>(person.dwelling)].lodging; }

  struct Roles {
    std::vector<std::int32_t> children;
    std::int32_t partner = -1;
    std::int32_t elder_woman = -1;
    std::int32_t elder_man = -1;
    int partners = 0;
    int youngest = kEldest;
    int eldest = 0;
  };

  Roles roles_of(const Dwelling& dwelling) const {
    Roles roles;
    for (std::int32_t i = dwelling.first; i < dwelling.first + dwelling.size; ++i) {
      const Person& person = world_.persons[static_cast<std::size_t>(i)];
      if (person.rank == Rank::child) {
        roles.children.push_back(i);
        roles.youngest = std::min<int>(roles.youngest, person.age);
        roles.eldest = std::max<int>(roles.eldest, person.age);
      } else if (person.rank == Rank::partner) {
        roles.partner = i;
        ++roles.partners;
      } else if (person.rank == Rank::elder) {
        (person.sex == kFemale ? roles.elder_woman : roles.elder_man) = i;
      }
    }
    return roles;
  }

  /// Children without any parent come first: the pool may not last for all.
  enum class Missing : std::uint8_t { parents, partner };
  void attach_to(std::size_t index, Missing missing) {
    const Dwelling& dwelling = world_.dwellings[index];
    if (dwelling.size < 2 || dwelling.lodging != Lodging::family) return;
    const Roles roles = roles_of(dwelling);
    if (roles.children.empty()) return;
    Draw draw(context_.seed, id(dwelling.first), Topic::kin);
    if (missing == Missing::partner && roles.partners == 1 && at(roles.partner).spouse == 0)
      attach_partner(roles, draw);
    if (missing == Missing::parents && roles.partners == 0) attach_parents(roles, draw);
  }

  /// Couples of whom each lives alone: one works in town, the other keeps the house.
  void marry_apart() {
    Pool men(world_, Lodging::family);
    for (std::size_t i = 0; i < world_.persons.size(); ++i) {
      const Person& woman = world_.persons[i];
      const Dwelling& dwelling = world_.dwellings[static_cast<std::size_t>(woman.dwelling)];
      const bool alone = dwelling.size == 1;
      const bool lone_elder = woman.rank == Rank::elder && woman.spouse == 0;
      if (woman.sex != kFemale || dwelling.lodging != Lodging::family || (!alone && !lone_elder)) continue;
      if (woman.age < 24 || woman.age > 80) continue;
      const auto position = static_cast<std::int32_t>(i);
      Draw draw(context_.seed, id(position) ^ 4, Topic::kin);
      if (!draw.permille(alone ? kApart : kElderApart)) continue;
      const auto man = men.take(kMale, woman.age - 4, woman.age + 8, woman.age + 2);
      if (man < 0) continue;
      join(man, position, draw);
      marry(man, position);
      if (!alone) father_children(dwelling, position, man);
    }
  }

  /// The children of this woman in her dwelling are her husband's too.
  void father_children(const Dwelling& dwelling, std::int32_t mother, std::int32_t father) {
    for (std::int32_t i = dwelling.first; i < dwelling.first + dwelling.size; ++i) {
      Person& child = at(i);
      const int gap = at(father).age - child.age;
      if (child.mother == id(mother) && child.father == 0 && gap >= kYoungestParent) child.father = id(father);
    }
  }

  /// The other parent of a lone one works away, or sits in prison or in compulsory detox.
  void attach_partner(const Roles& roles, Draw& draw) {
    if (!draw.permille(720)) return;
    Person& lone = at(roles.partner);
    const Sex sex = lone.sex == kMale ? kFemale : kMale;
    const int high = sex == kFemale ? roles.youngest + kOldestMother : lone.age + 10;
    const auto other = pool_.take(sex, std::max(lone.age - 9, roles.eldest + kYoungestParent),
                                  std::min(lone.age + 10, high), lone.age);
    if (other < 0) return;
    join(other, roles.partner, draw);
    marry(other, roles.partner);
    for (const auto child : roles.children) {
      Person& person = at(child);
      if (person.father != id(roles.partner) && person.mother != id(roles.partner)) continue;
      (sex == kFemale ? person.mother : person.father) = id(other);
    }
  }

  /// Children who live with grandparents: their parents are away, in custody, or dead.
  void attach_parents(const Roles& roles, Draw& draw) {
    const auto elder = roles.elder_man >= 0 ? roles.elder_man : roles.elder_woman;
    if (elder < 0 || at(roles.children.front()).mother != 0) return;
    int oldest = kEldest;
    for (const auto position : {roles.elder_woman, roles.elder_man}) {
      if (position >= 0) oldest = std::min<int>(oldest, at(position).age - kYoungestParent);
    }
    const int low = roles.eldest + 19;
    const auto father = pool_.take(kMale, low, std::min(oldest, roles.youngest + 45), roles.eldest + 27);
    if (father < 0) return;
    if (roles.elder_woman >= 0 && at(roles.elder_woman).age - at(father).age <= kOldestMother) {
      at(father).mother = id(roles.elder_woman);
    }
    if (roles.elder_man >= 0) at(father).father = id(roles.elder_man);
    join(father, elder, draw);
    at(father).people = at(elder).people;
    for (const auto child : roles.children) at(child).father = id(father);
    const auto mother = draw.permille(850) ? pool_.take(kFemale, low, roles.youngest + 42, at(father).age - 2) : -1;
    if (mother >= 0) {
      for (const auto child : roles.children) at(child).mother = id(mother);
      if (draw.permille(650)) {
        join(mother, elder, draw);
        marry(mother, father);
      } else {
        at(mother).marital = at(father).marital = Marital::divorced;
      }
    } else {
      at(father).marital = Marital::divorced;
    }
    strike(father, mother, roles, draw);
  }

  /// A few of these parents died years ago (both: the children are orphans).
  void strike(std::int32_t father, std::int32_t mother, const Roles& roles, Draw& draw) {
    const int fate = draw.below(1000);
    if (fate >= 120) return;
    const int longest = std::max(1, roles.youngest * 365);
    at(father).death = context_.today.plus(-draw.between(1, longest));
    if (mother < 0) return;
    if (fate < 45) {
      at(mother).death = context_.today.plus(-draw.between(1, longest));
    } else if (at(mother).spouse != 0) {
      at(mother).marital = Marital::widowed;
    }
  }

  void attach_child(const Linker& linker, std::int32_t position, int permille) {
    Person& person = at(position);
    if (person.father != 0 || person.mother != 0 || person.hukou / 1'000'000 != world_.county->code) return;
    Draw draw(context_.seed, id(position), Topic::kin);
    if (!draw.permille(permille)) return;
    const auto parent = linker.adopt(person, nullptr, draw);
    if (parent >= 0) join(position, parent, draw);
  }

  /// `absent` is written in the household of `host`. Spouses and students share its purse.
  void join(std::int32_t absent, std::int32_t host, Draw& draw) {
    Person& person = at(absent);
    person.hukou = at(host).hukou;
    person.core = at(host).dwelling;
    person.people = at(host).people;
    if (person.age < 20 || person.age > 60 || lodging(person) != Lodging::elsewhere) return;
    const int fate = draw.below(1000);
    if (fate < 55) lodging(person) = person.sex == kMale || fate < 6 ? Lodging::prison : Lodging::elsewhere;
    if (fate >= 980) lodging(person) = Lodging::detox;
  }

  void marry(std::int32_t a, std::int32_t b) {
    at(a).spouse = id(b);
    at(b).spouse = id(a);
    at(a).marital = at(b).marital = Marital::married;
  }

  const Context& context_;
  CountyWorld& world_;
  ParentUnits& units_;
  Pool pool_;
};

}  // namespace

ParentUnits parent_units(const CountyWorld& world) {
  ParentUnits units;
  // Where each woman (or lone man) is entered: age and place in its list, one-based; 0 is nowhere.
  std::vector<std::int32_t> entered(world.persons.size(), 0);
  for (std::size_t i = 0; i < world.persons.size(); ++i) {
    const Person& person = world.persons[i];
    const bool wife_enters = person.spouse != 0 && person.sex == kMale;
    if (!is_unit_member(person) || wife_enters) continue;
    ParentUnit unit;
    (person.sex == kFemale ? unit.woman : unit.man) = static_cast<std::int32_t>(i);
    if (person.spouse != 0) unit.man = static_cast<std::int32_t>(position_of_id(person.spouse));
    auto& list = units[static_cast<std::size_t>(person.sex == kFemale ? person.age : person.age - 2)];
    list.push_back(unit);
    entered[i] = static_cast<std::int32_t>(list.size());
  }
  for (const auto& child : world.persons) {
    for (const Id parent : {child.mother, child.father}) {
      if (parent == 0 || entered[position_of_id(parent)] == 0) continue;
      const Person& found = world.persons[position_of_id(parent)];
      auto& list = units[static_cast<std::size_t>(found.sex == kFemale ? found.age : found.age - 2)];
      ParentUnit& unit = list[static_cast<std::size_t>(entered[position_of_id(parent)] - 1)];
      ++unit.children;
      unit.ages.set(static_cast<std::size_t>(child.age));
    }
  }
  return units;
}

void attach_absent(const Context& context, CountyWorld& world, ParentUnits& units) {
  Absent(context, world, units).attach();
}

void link_within(const Context& context, CountyWorld& world, ParentUnits& units) {
  const Linker linker(world, units);
  for (std::size_t i = 0; i < world.persons.size(); ++i) {
    Person& person = world.persons[i];
    const bool known = person.father != 0 || person.mother != 0;
    if (known || person.age < 20 || person.core != person.dwelling) continue;
    if (person.hukou / 1'000'000 != world.county->code) continue;
    Draw draw(context.seed, world.id_of(i) ^ 1, Topic::kin);
    const int away = person.sex == kFemale && person.spouse != 0 ? 300 : 100;  // married in from elsewhere
    if (!draw.permille(parent_known_permille(person.age)) || draw.permille(away)) continue;
    const Person* spouse = person.spouse == 0 ? nullptr : &world.persons[position_of_id(person.spouse)];
    linker.adopt(person, spouse, draw);
  }
}

std::vector<Mover> movers_of(const CountyWorld& world) {
  std::vector<Mover> movers;
  for (std::size_t i = 0; i < world.persons.size(); ++i) {
    const Person& person = world.persons[i];
    const auto home = static_cast<int>(person.hukou / 1'000'000);
    if (home == world.county->code || person.age < 20 || person.father != 0 || person.mother != 0) continue;
    movers.push_back({world.id_of(i), home});
  }
  return movers;
}

void link_movers(const Context& context, std::span<CountyWorld> worlds, std::size_t home, std::span<const Mover> movers,
                 ParentUnits& units) {
  const Linker linker(worlds[home], units);
  for (const Mover& mover : movers) {
    const auto world =
        std::lower_bound(worlds.begin(), worlds.end(), county_of_id(mover.id),
                         [](const CountyWorld& candidate, int code) { return candidate.county->code < code; });
    Person& person = world->persons[position_of_id(mover.id)];
    Draw draw(context.seed, mover.id ^ 1, Topic::kin);
    if (!draw.permille(parent_known_permille(person.age))) continue;
    const Person* spouse = person.spouse == 0 ? nullptr : &world->persons[position_of_id(person.spouse)];
    linker.adopt(person, spouse, draw);
  }
}

const CountyWorld* find_world(std::span<const CountyWorld> worlds, int county) {
  const auto world = std::lower_bound(worlds.begin(), worlds.end(), county, [](const CountyWorld& candidate, int code) {
    return candidate.county->code < code;
  });
  return world != worlds.end() && world->county->code == county ? &*world : nullptr;
}

const Person* find_person(std::span<const CountyWorld> worlds, Id id) {
  const CountyWorld* world = id == 0 ? nullptr : find_world(worlds, county_of_id(id));
  return world == nullptr ? nullptr : &world->persons[position_of_id(id)];
}

Person* find_person(std::span<CountyWorld> worlds, Id id) {
  return const_cast<Person*>(find_person(std::span<const CountyWorld>(worlds.data(), worlds.size()), id));
}

}  // namespace songtan::synth
