// Kin across dwellings and counties: grown children of old couples, partners and students who sleep elsewhere, parents
// of those who moved. In: settled counties. Out: father, mother and spouse ids, hukou books.
#pragma once

#include <array>
#include <bitset>
#include <span>
#include <string_view>
#include <vector>

#include "synth/detail/world.h"

namespace songtan::synth {

/// A couple or a lone parent who may have grown children elsewhere.
struct ParentUnit {
  std::int32_t woman = -1;
  std::int32_t man = -1;
  std::int32_t children = 0;
  std::bitset<kEldest + 1> ages;  ///< of the children found so far, so that births are spaced
};

/// The parent units of one county by reference age (the woman's, or the man's less two).
using ParentUnits = std::array<std::vector<ParentUnit>, kEldest + 1>;

ParentUnits parent_units(const CountyWorld& world);

/// People without a family dwelling become partners of lone parents, parents of children who live with their
/// grandparents, or children of a couple of the county.
void attach_absent(const Context& context, CountyWorld& world, ParentUnits& units);

/// Grown people of the county whose parents live in another dwelling of it.
void link_within(const Context& context, CountyWorld& world, ParentUnits& units);

/// Parents in county `home` for those who moved away from it to any of the worlds.
/// Writes only people whose hukou lies in `home`, so counties may run in parallel.
struct Mover {
  Id id = 0;
  int home = 0;
};
std::vector<Mover> movers_of(const CountyWorld& world);
void link_movers(const Context& context, std::span<CountyWorld> worlds, std::size_t home, std::span<const Mover> movers,
                 ParentUnits& units);

/// Hukou books, first by dwelling, then those who are still written in the book of parents who live elsewhere.
void make_books(const Context& context, CountyWorld& world);
/// Needs make_books of every county; writes only this county's people.
void join_books(const Context& context, std::span<CountyWorld> worlds, std::size_t index);

/// The relation of a member of a hukou book to its head, in the words of the relation table.
std::string_view relation_to_head(std::span<const CountyWorld> all, Id id, const Person& person, Id head_id);

const CountyWorld* find_world(std::span<const CountyWorld> worlds, int county);  ///< nullptr: not among these

/// The person of an id, wherever it lives; nullptr for 0 and for people outside these worlds.
const Person* find_person(std::span<const CountyWorld> worlds, Id id);
Person* find_person(std::span<CountyWorld> worlds, Id id);

}  // namespace songtan::synth
