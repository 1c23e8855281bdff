// Hukou books (户口簿): mostly those who live together, but old parents and grown children often have their own, and
// people who moved away are often still written at home.
#include <algorithm>

#include "synth/detail/draw.h"
#include "synth/detail/kinship.h"

namespace songtan::synth {
namespace {

constexpr int kOwnBookElders = 400;  ///< permille of dwellings whose elders keep a book of their own
constexpr int kSplitCouples = 80;    ///< permille of couples written in two books
constexpr int kStillAtHome = 90;     ///< permille of households written with parents of the same county
constexpr int kMoverAtHome = 520;    ///< permille of households that moved to another county

/// Who heads a book among candidates: the eldest man of the partners, else the eldest.
std::int32_t better_head(const CountyWorld& world, std::int32_t a, std::int32_t b) {
  if (a < 0) return b;
  const Person& x = world.persons[static_cast<std::size_t>(a)];
  const Person& y = world.persons[static_cast<std::size_t>(b)];
  if (x.sex != y.sex) return x.sex == kMale ? a : b;
  return x.age >= y.age ? a : b;
}

struct Heads {
  std::int32_t partners = -1;
  std::int32_t elders = -1;
  std::int32_t anyone = -1;
};

Heads heads_of(const CountyWorld& world, const Dwelling& dwelling) {
  Heads heads;
  for (std::int32_t i = dwelling.first; i < dwelling.first + dwelling.size; ++i) {
    const Person& person = world.persons[static_cast<std::size_t>(i)];
    heads.anyone = better_head(world, heads.anyone, i);
    if (person.rank == Rank::partner || person.rank == Rank::single)
      heads.partners = better_head(world, heads.partners, i);
    if (person.rank == Rank::elder || person.rank == Rank::great_elder)
      heads.elders = better_head(world, heads.elders, i);
  }
  return heads;
}

void write_dwelling(const Context& context, CountyWorld& world, const Dwelling& dwelling) {
  Draw draw(context.seed, world.id_of(static_cast<std::size_t>(dwelling.first)) ^ 2, Topic::kin);
  const Heads heads = heads_of(world, dwelling);
  const std::int32_t main = heads.partners >= 0 ? heads.partners : heads.elders >= 0 ? heads.elders : heads.anyone;
  const bool own_elders = heads.elders >= 0 && main != heads.elders && draw.permille(kOwnBookElders);
  const bool elders_lead = heads.elders >= 0 && main != heads.elders && !own_elders && draw.permille(500);
  const bool split = dwelling.size >= 2 && draw.permille(kSplitCouples);
  const Id main_id = world.id_of(static_cast<std::size_t>(elders_lead ? heads.elders : main));
  for (std::int32_t i = dwelling.first; i < dwelling.first + dwelling.size; ++i) {
    Person& person = world.persons[static_cast<std::size_t>(i)];
    const bool elder = person.rank == Rank::elder || person.rank == Rank::great_elder;
    person.book = main_id;
    if (own_elders && elder) person.book = world.id_of(static_cast<std::size_t>(heads.elders));
    const bool wife = person.sex == kFemale && person.spouse == world.id_of(static_cast<std::size_t>(main));
    if (split && wife && person.rank == Rank::partner) person.book = world.id_of(static_cast<std::size_t>(i));
  }
}

/// The parent whose book somebody may still be in: one whose own household surely stays where it is; 0 for none.
Id settled_parent(std::span<const CountyWorld> worlds, const Person& person) {
  for (const Id id : {person.father, person.mother}) {
    const Person* parent = find_person(worlds, id);
    if (parent == nullptr || parent->father != 0 || parent->mother != 0) continue;
    const Person* spouse = find_person(worlds, parent->spouse);
    if (spouse != nullptr && (spouse->father != 0 || spouse->mother != 0)) continue;
    return id;
  }
  return 0;
}

}  // namespace

void make_books(const Context& context, CountyWorld& world) {
  for (const auto& dwelling : world.dwellings) write_dwelling(context, world, dwelling);
  for (auto& person : world.persons) {
    if (person.core == person.dwelling) continue;
    // Those who sleep elsewhere are written with the spouse or the parents they belong to.
    for (const Id kin : {person.spouse, person.father, person.mother}) {
      if (kin == 0 || county_of_id(kin) != world.county->code) continue;
      const Person& host = world.persons[position_of_id(kin)];
      if (host.dwelling != person.core || host.core != host.dwelling) continue;
      person.book = host.book;
      break;
    }
    if (county_of_id(person.book) == world.county->code &&
        world.persons[position_of_id(person.book)].core == person.core) {
      continue;
    }
    const Dwelling& host = world.dwellings[static_cast<std::size_t>(person.core)];
    person.book = world.persons[static_cast<std::size_t>(host.first)].book;
  }
}

void join_books(const Context& context, std::span<CountyWorld> worlds, std::size_t index) {
  CountyWorld& world = worlds[index];
  const std::span<const CountyWorld> all(worlds.data(), worlds.size());
  for (const auto& dwelling : world.dwellings) {
    if (dwelling.lodging != Lodging::family) continue;
    const Heads heads = heads_of(world, dwelling);
    if (heads.partners < 0) continue;
    const Person& head = world.persons[static_cast<std::size_t>(heads.partners)];
    const Id parent_id = settled_parent(all, head);
    const Person* parent = find_person(all, parent_id);
    if (parent == nullptr || parent->hukou / 1'000'000 != head.hukou / 1'000'000) continue;
    const bool same_dwelling = parent->dwelling == head.dwelling && county_of_id(parent_id) == world.county->code;
    if (same_dwelling || heads.elders >= 0) continue;
    const bool moved = head.hukou / 1'000'000 != world.county->code;
    Draw draw(context.seed, world.id_of(static_cast<std::size_t>(heads.partners)) ^ 3, Topic::kin);
    if (!draw.permille(moved ? kMoverAtHome : kStillAtHome)) continue;
    const Id old_book = head.book;
    const Id book = parent->book;
    const std::int64_t hukou = parent->hukou;
    for (std::int32_t i = dwelling.first; i < dwelling.first + dwelling.size; ++i) {
      Person& person = world.persons[static_cast<std::size_t>(i)];
      if (person.book != old_book) continue;
      person.book = book;
      person.hukou = hukou;
    }
  }
  // Those who sleep elsewhere go along with the head they were written under.
  for (auto& person : world.persons) {
    if (person.core == person.dwelling || county_of_id(person.book) != world.county->code) continue;
    const Person& head = world.persons[position_of_id(person.book)];
    if (head.book == person.book) continue;
    person.book = head.book;
    person.hukou = head.hukou;
  }
}

std::string_view relation_to_head(std::span<const CountyWorld> all, Id id, const Person& person, Id head_id) {
  const Person* head = find_person(all, head_id);
  if (id == head_id) return "head";
  if (head == nullptr || head->book != head_id) return "other";
  const auto is_parent = [&](Id parent, const Person& child) {
    return parent != 0 && (child.father == parent || child.mother == parent);
  };
  if (person.spouse == head_id) return "spouse";
  if (is_parent(head_id, person) || is_parent(head->spouse, person)) return "child";
  if (is_parent(id, *head)) return person.sex == kMale ? "father" : "mother";
  for (const Id parent : {person.father, person.mother}) {
    const Person* found = find_person(all, parent);
    if (found != nullptr && (is_parent(head_id, *found) || is_parent(head->spouse, *found))) return "grandchild";
  }
  for (const Id parent : {head->father, head->mother}) {
    const Person* found = find_person(all, parent);
    if (found == nullptr) continue;
    if (is_parent(id, *found)) return "grandparent";
    if (is_parent(parent, person)) return "sibling";
  }
  const Person* spouse = find_person(all, person.spouse);
  if (spouse != nullptr && (is_parent(head_id, *spouse) || is_parent(head->spouse, *spouse))) return "child_in_law";
  const Person* head_spouse = find_person(all, head->spouse);
  if (head_spouse != nullptr && is_parent(id, *head_spouse)) return "parent_in_law";
  return "other";
}

}  // namespace songtan::synth
