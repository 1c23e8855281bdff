#include "synth/detail/demography.h"

#include <algorithm>
#include <numeric>

#include "synth/detail/quota.h"

namespace songtan::synth {
namespace {

constexpr int kAdult = 18;
constexpr int kElder = 65;
constexpr int kMostChildren = 6;

/// How many dwellings of each kind, from the generations of the census.
struct DwellingPlan {
  std::int64_t singles = 0;
  std::int64_t couples = 0;
  std::int64_t two = 0;
  std::int64_t three = 0;
  std::int64_t four = 0;
  std::int64_t two_with_minors = 0;
  std::int64_t elder_pairs = 0;    ///< dwellings with two people of 65 and over
  std::int64_t family_people = 0;  ///< people in family dwellings
};

std::int64_t scaled(std::int64_t part, std::int64_t n, std::int64_t whole) { return (part * n + whole / 2) / whole; }

class Builder {
 public:
  Builder(const Context& context, std::int64_t n, CountyWorld& world)
      : context_(context),
        world_(world),
        draw_(context.seed, world.county->code, Topic::demography),
        quota_(*world.county, n),
        n_(n) {}

  void build() {
    make_plan();
    make_collective();
    make_many_generations();
    make_two_generations();
    place_left_children();
    make_couples();
    make_singles();
  }

 private:
  void make_plan() {
    const County& county = *world_.county;
    const std::int64_t total = scaled(county.households, n_, county.population);
    const auto& g = county.generations;
    const auto parts = shared_out(total, {county.one_person, g[0] - county.one_person, g[1], g[2], g[3]});
    plan_ = {.singles = parts[0], .couples = parts[1], .two = parts[2], .three = parts[3], .four = parts[4]};
    plan_.elder_pairs = scaled(county.elders[1], n_, county.population);
    plan_.family_people = scaled(county.household_population, n_, county.population);
    // Households with minors: 1.5 minors each, more where there are too many children for the households.
    const std::int64_t minors = quota_.left(0, kAdult - 1);
    const std::int64_t many = plan_.three + plan_.four;
    const std::int64_t wanted = minors * 100 / 150 - many;
    plan_.two_with_minors = std::clamp<std::int64_t>(wanted, 0, plan_.two * 85 / 100);
    minor_dwellings_left_ = plan_.two_with_minors + many;
  }

  // --- members -------------------------------------------------------------------------------------------------
  void open() { world_.dwellings.push_back({.first = static_cast<std::int32_t>(world_.persons.size())}); }

  std::int32_t add(Sex sex, int age, Rank rank) {
    auto& dwelling = world_.dwellings.back();
    Person person;
    person.dwelling = static_cast<std::int32_t>(world_.dwellings.size()) - 1;
    person.core = person.dwelling;
    person.sex = sex;
    person.age = static_cast<std::int16_t>(age);
    person.rank = rank;
    world_.persons.push_back(person);
    ++dwelling.size;
    return static_cast<std::int32_t>(world_.persons.size()) - 1;
  }

  Person& at(std::int32_t position) { return world_.persons[static_cast<std::size_t>(position)]; }
  Id id(std::int32_t position) const { return position < 0 ? 0 : world_.id_of(static_cast<std::size_t>(position)); }

  void marry(std::int32_t a, std::int32_t b) {
    at(a).spouse = id(b);
    at(b).spouse = id(a);
    at(a).marital = at(b).marital = Marital::married;
  }

  void give_parents(std::int32_t child, std::int32_t mother, std::int32_t father) {
    at(child).mother = id(mother);
    at(child).father = id(father);
  }

  struct Pair {
    std::int32_t woman = -1;
    std::int32_t man = -1;
    std::int32_t any() const { return woman >= 0 ? woman : man; }
  };

  /// A woman by window and, unless `alone`, a man of her age; either may fail and the other then stands alone.
  enum class Company : std::uint8_t { both, one };
  Pair add_pair(AgeWindow window, Company company, Rank rank, int youngest_partner) {
    Pair pair;
    const bool man_alone = company == Company::one && draw_.permille(rank == Rank::elder ? 300 : 250);
    if (!man_alone) {
      const int age = quota_.take(draw_, kFemale, window);
      if (age >= 0) pair.woman = add(kFemale, age, rank);
    }
    if (company == Company::one && pair.woman >= 0) return pair;
    const int centre = pair.woman >= 0 ? at(pair.woman).age + 2 : window.centre + 2;
    AgeWindow partner{std::max(youngest_partner, centre - 9), centre + 12, centre, 3};
    if (pair.woman < 0) partner = {window.low, window.high, window.centre + 2, window.spread};
    const int age = quota_.take(draw_, kMale, partner);
    if (age >= 0) pair.man = add(kMale, age, rank);
    if (pair.woman >= 0 && pair.man >= 0) marry(pair.woman, pair.man);
    return pair;
  }

  // --- children ------------------------------------------------------------------------------------------------
  struct Children {
    std::vector<std::int32_t> list;
    int youngest = 0;
    int eldest = 0;
  };

  /// Number of minors for the next dwelling that has any: the mean that is left, geometric above one.
  int next_children() {
    const std::int64_t children = quota_.left(0, kAdult - 1);
    const std::int64_t dwellings = std::max<std::int64_t>(1, minor_dwellings_left_--);
    const std::int64_t extra = std::max<std::int64_t>(0, children - dwellings);
    int count = 1;
    while (count < kMostChildren && draw_.wide_below(extra + dwellings) < extra) ++count;
    return count;
  }

  Children add_children(int count) {
    Children children;
    const auto first = quota_.take_any(draw_, 0, kAdult - 1);
    if (first.age < 0) return children;
    children.youngest = children.eldest = first.age;
    children.list.push_back(add(first.sex, first.age, Rank::child));
    for (int i = 1; i < count; ++i) {
      // Two years apart at least: above the eldest, or below the youngest where that is impossible.
      const AgeWindow above{children.eldest + 2, std::min(kAdult - 1, children.youngest + 15), children.eldest + 3, 3};
      const AgeWindow below{std::max(0, children.eldest - 15), children.youngest - 2, children.youngest - 3, 3};
      const bool older = above.low <= above.high && draw_.permille(700);
      auto taken = take_child(older ? above : below);
      if (taken.age < 0) taken = take_child(older ? below : above);
      if (taken.age < 0) break;
      children.list.push_back(add(taken.sex, taken.age, Rank::child));
      children.youngest = std::min(children.youngest, taken.age);
      children.eldest = std::max(children.eldest, taken.age);
    }
    return children;
  }

  Quota::Taken take_child(const AgeWindow& window) {
    const Sex sex = draw_.permille(515) ? kMale : kFemale;
    for (const Sex tried : {sex, sex == kMale ? kFemale : kMale}) {
      const int age = quota_.take(draw_, tried, window);
      if (age >= 0) return {age, tried};
    }
    return {};
  }

  /// An unmarried grown child, born before the others.
  void add_adult_child(Children& children) {
    const Sex sex = draw_.permille(600) ? kMale : kFemale;
    const int low = children.list.empty() ? kAdult : std::max(kAdult, children.eldest + 2);
    const int high = children.list.empty() ? 42 : std::min(36, children.youngest + 18);
    const int age = quota_.take(draw_, sex, {low, high, children.list.empty() ? 23 : children.eldest + 3, 4});
    if (age < 0) return;
    const auto child = add(sex, age, Rank::adult_child);
    if (children.list.empty()) children.youngest = children.eldest = age;
    children.list.push_back(child);
    children.youngest = std::min(children.youngest, age);
    children.eldest = std::max(children.eldest, age);
  }

  AgeWindow parent_window(const Children& children) const {
    return {children.eldest + 17, children.youngest + 46, children.eldest + 25, 4};
  }

  Pair add_parents(const Children& children, Company company, Rank rank) {
    const Pair parents = add_pair(parent_window(children), company, rank, children.eldest + 17);
    for (const auto child : children.list) give_parents(child, parents.woman, parents.man);
    return parents;
  }

  // --- dwellings -----------------------------------------------------------------------------------------------
  Pair add_elders_of(std::int32_t grown, Rank rank) {
    const int age = at(grown).age;
    const Company company = draw_.permille(age + 25 < kElder ? 720 : 520) ? Company::both : Company::one;
    const Pair elders = add_pair({age + 17, age + 44, age + 25, 4}, company, rank, age + 17);
    give_parents(grown, elders.woman, elders.man);
    return elders;
  }

  void make_many_generations() {
    for (std::int64_t i = 0; i < plan_.three + plan_.four; ++i) {
      open();
      Children children = add_children(next_children());
      const Pair parents = add_parents(children, draw_.permille(880) ? Company::both : Company::one, Rank::partner);
      if (parents.any() < 0) continue;
      const bool of_father = parents.man >= 0 && (parents.woman < 0 || draw_.permille(720));
      const Pair elders = add_elders_of(of_father ? parents.man : parents.woman, Rank::elder);
      if (i < plan_.four && elders.any() >= 0) {
        add_elders_of(elders.man >= 0 ? elders.man : elders.woman, Rank::great_elder);
      }
    }
  }

  /// People that each two-generation dwelling still to come should hold on average, in thousandths.
  std::int64_t wanted_size(std::int64_t dwellings_left) const {
    const auto used = static_cast<std::int64_t>(world_.persons.size()) - collective_;
    const std::int64_t people = plan_.family_people - plan_.singles - 2 * plan_.couples - used;
    return people * 1000 / std::max<std::int64_t>(1, dwellings_left);
  }

  void make_two_generations() {
    std::int64_t with_minors = plan_.two_with_minors;
    for (std::int64_t left = plan_.two; left > 0; --left) {
      open();
      if (draw_.wide_below(left) < with_minors) {
        --with_minors;
        make_minor_family(wanted_size(left));
      } else {
        make_grown_family(wanted_size(left));
      }
    }
  }

  void make_minor_family(std::int64_t wanted) {
    const int count = next_children();
    const auto surplus = static_cast<int>((count + 2) * 1000 - wanted);
    Children children = add_children(count);
    if (children.list.empty()) return;
    if (draw_.permille(58)) {  // 隔代: grandparents with their grandchildren
      const auto elders =
          add_pair({children.eldest + 38, children.youngest + 72, children.eldest + 50, 6},
                   draw_.permille(600) ? Company::both : Company::one, Rank::elder, children.eldest + 38);
      if (elders.any() >= 0) return;
    }
    const int lone = std::clamp(60 + surplus / 2, 40, 420);
    if (-surplus > 0 && draw_.permille(std::min(900, -surplus))) add_adult_child(children);
    add_parents(children, draw_.permille(lone) ? Company::one : Company::both, Rank::partner);
  }

  void make_grown_family(std::int64_t wanted) {
    const int kind = draw_.below(1000);
    if (kind < 170) {  // a couple and an old parent
      const auto couple = add_pair({36, 66, 50, 8}, Company::both, Rank::partner, 30);
      if (couple.any() >= 0) {
        const auto grown = couple.man >= 0 ? couple.man : couple.woman;
        const auto elder = add_pair({at(grown).age + 17, at(grown).age + 44, at(grown).age + 25, 4}, Company::one,
                                    Rank::elder, at(grown).age + 17);
        give_parents(grown, elder.woman, elder.man);
      }
      return;
    }
    Children children;
    add_adult_child(children);
    if (children.list.empty()) return;
    const bool lone = kind < 560;
    const auto surplus = static_cast<int>((lone ? 2 : 3) * 1000 - wanted);
    if (surplus < 0 && draw_.permille(std::min(330, -surplus))) add_adult_child(children);
    add_parents(children, lone ? Company::one : Company::both, lone ? Rank::elder : Rank::partner);
  }

  /// Children whom no planned dwelling could take live with one grown relative.
  void place_left_children() {
    while (quota_.left(0, kAdult - 1) > 0) {
      open();
      const auto child = quota_.take_any(draw_, 0, kAdult - 1);
      const auto position = add(child.sex, child.age, Rank::child);
      const Sex sex = draw_.permille(700) ? kFemale : kMale;
      const int age = quota_.take(draw_, sex, {child.age + 17, child.age + 46, child.age + 26, 6});
      if (age < 0) continue;
      const auto parent = add(sex, age, Rank::partner);
      give_parents(position, sex == kFemale ? parent : -1, sex == kMale ? parent : -1);
    }
  }

  bool has_elder_pair(const Dwelling& dwelling) const {
    int elders = 0;
    for (std::int32_t i = 0; i < dwelling.size; ++i) {
      elders += world_.persons[static_cast<std::size_t>(dwelling.first + i)].age >= kElder ? 1 : 0;
    }
    return elders == 2;
  }

  void make_couples() {
    std::int64_t pairs = plan_.elder_pairs;
    for (const auto& dwelling : world_.dwellings) pairs -= has_elder_pair(dwelling) ? 1 : 0;
    for (std::int64_t i = 0; i < plan_.couples; ++i) {
      open();
      if (pairs-- > 0) {
        add_pair({kElder, kEldest, 70, 12}, Company::both, Rank::partner, kElder);
      } else {
        add_pair({21, kElder - 2, 50, 12}, Company::both, Rank::partner, 21);
      }
    }
  }

  /// Everybody who is in no family dwelling: dormitories, institutions, away.
  void make_collective() {
    const std::int64_t count = n_ - plan_.family_people;
    collective_ = count;
    for (std::int64_t i = 0; i < count; ++i) {
      const int kind = draw_.below(1000);
      Quota::Taken taken;
      if (kind < 330) taken = quota_.take_any(draw_, kAdult, 22);
      if (taken.age < 0 && kind < 940) taken = quota_.take_any(draw_, 20, 54);
      if (taken.age < 0 && kind < 990) taken = quota_.take_any(draw_, kElder, kEldest);
      if (taken.age < 0) taken = quota_.take_any(draw_, kAdult, kEldest);
      if (taken.age < 0) return;
      open();
      world_.dwellings.back().lodging = taken.age >= kElder ? Lodging::institution
                                        : kind < 330        ? Lodging::dormitory
                                                            : Lodging::elsewhere;
      add(taken.sex, taken.age, Rank::single);
    }
  }

  void make_singles() {
    for (auto taken = quota_.take_any(draw_, 0, kEldest); taken.age >= 0; taken = quota_.take_any(draw_, 0, kEldest)) {
      open();
      add(taken.sex, taken.age, Rank::single);
    }
  }

  const Context& context_;
  CountyWorld& world_;
  Draw draw_;
  Quota quota_;
  std::int64_t n_;
  DwellingPlan plan_;
  std::int64_t minor_dwellings_left_ = 0;
  std::int64_t collective_ = 0;
};

/// Dwellings in an order that says nothing about their kind; ids follow the new positions.
void shuffle_dwellings(const Context& context, CountyWorld& world) {
  std::vector<std::pair<std::uint64_t, std::int32_t>> order;
  for (std::size_t i = 0; i < world.dwellings.size(); ++i) {
    if (world.dwellings[i].size == 0) continue;
    const auto key = mix64(context.seed ^ static_cast<std::uint64_t>(world.county->code), i);
    order.emplace_back(key, static_cast<std::int32_t>(i));
  }
  std::sort(order.begin(), order.end());
  std::vector<Person> persons;
  std::vector<Dwelling> dwellings;
  std::vector<Id> renamed(world.persons.size(), 0);
  persons.reserve(world.persons.size());
  dwellings.reserve(order.size());
  for (const auto& [key, old] : order) {
    Dwelling dwelling = world.dwellings[static_cast<std::size_t>(old)];
    const auto first = static_cast<std::size_t>(dwelling.first);
    dwelling.first = static_cast<std::int32_t>(persons.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(dwelling.size); ++i) {
      renamed[first + i] = world.id_of(persons.size());
      persons.push_back(world.persons[first + i]);
      persons.back().dwelling = persons.back().core = static_cast<std::int32_t>(dwellings.size());
    }
    dwellings.push_back(dwelling);
  }
  for (auto& person : persons) {
    for (Id* kin : {&person.father, &person.mother, &person.spouse}) {
      if (*kin != 0) *kin = renamed[position_of_id(*kin)];
    }
  }
  world.persons = std::move(persons);
  world.dwellings = std::move(dwellings);
}

/// A birth date that makes `age` completed on `today`.
Day birth_of(Day today, int age, Draw& draw) {
  const int year = today.year() - age;
  const auto birthday = Day::from_civil_checked(year, today.month(), today.day());
  const Day latest = birthday ? *birthday : Day::from_civil(year, 2, 28);
  return latest.plus(-draw.below(364));
}

}  // namespace

void make_dwellings(const Context& context, std::int64_t n, CountyWorld& world) {
  world.persons.reserve(static_cast<std::size_t>(n));
  Builder(context, n, world).build();
  shuffle_dwellings(context, world);
  for (std::size_t i = 0; i < world.persons.size(); ++i) {
    Draw draw(context.seed, world.id_of(i), Topic::demography);
    world.persons[i].birth = birth_of(context.today, world.persons[i].age, draw);
  }
}

}  // namespace songtan::synth
