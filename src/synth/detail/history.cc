#include "synth/detail/history.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "synth/detail/household.h"
#include "synth/detail/kinship.h"

namespace songtan::synth {
namespace {

/// Positions of persons by the dwelling whose purse they share; members of the dwelling come first.
struct Purses {
  std::vector<std::int32_t> first;  ///< by dwelling, one more at the end
  std::vector<std::int32_t> members;
};

Purses group_purses(const CountyWorld& world) {
  Purses purses;
  purses.first.assign(world.dwellings.size() + 1, 0);
  for (const auto& person : world.persons) ++purses.first[static_cast<std::size_t>(person.core) + 1];
  for (std::size_t i = 1; i < purses.first.size(); ++i) purses.first[i] += purses.first[i - 1];
  auto next = purses.first;
  purses.members.resize(world.persons.size());
  for (const bool at_home : {true, false}) {
    for (std::size_t i = 0; i < world.persons.size(); ++i) {
      const Person& person = world.persons[i];
      if ((person.core == person.dwelling) != at_home) continue;
      purses.members[static_cast<std::size_t>(next[static_cast<std::size_t>(person.core)]++)] =
          static_cast<std::int32_t>(i);
    }
  }
  return purses;
}

bool is_orphan(std::span<const CountyWorld> worlds, const Person& person) {
  if (person.age >= 18 || person.death != kAlive || person.father == 0 || person.mother == 0) return false;
  const Person* father = find_person(worlds, person.father);
  const Person* mother = find_person(worlds, person.mother);
  return father != nullptr && mother != nullptr && father->death != kAlive && mother->death != kAlive;
}

void add_statuses(const Context& context, std::span<const CountyWorld> worlds, const Household& household,
                  CountyHistory& history) {
  for (const auto& status : context.place.statuses) {
    for (const auto& member : household.members) {
      const bool holds = status.condition == "orphan"
                             ? is_orphan(worlds, *member.person)
                             : status.condition == "unsupported_adult" && household.unsupported;
      if (!holds) continue;
      Draw draw(context.seed, member.id ^ 29, Topic::household);
      if (!draw.permille(status.share_permille)) continue;
      const int lived = (context.today.days - member.person->birth.days) / 31;
      const Day from = Month::of(context.today).plus(-draw.between(1, std::min(lived, 90))).first();
      history.enrolments.push_back({member.id, status.programme, from});
    }
  }
}

/// Drops what begins after a death and sorts by person, then by the rest of the table's key.
template <typename Row, typename Start, typename Key>
void close_rows(const CountyWorld& world, std::vector<Row>& rows, Start start, Key key) {
  std::erase_if(rows, [&](const Row& row) { return start(row) > world.persons[position_of_id(row.person)].death; });
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
}

void close_history(const CountyWorld& world, CountyHistory& history) {
  const auto from = [](const auto& row) { return row.from; };
  close_rows(world, history.incomes, from,
             [](const IncomeRow& r) { return std::tie(r.person, r.kind, r.from, r.to, r.yuan, r.payer); });
  close_rows(world, history.assets, from,
             [](const AssetRow& r) { return std::tie(r.person, r.kind, r.from, r.detail, r.yuan); });
  close_rows(world, history.certificates, from,
             [](const CertificateRow& r) { return std::tie(r.person, r.from, r.grade, r.to); });
  close_rows(world, history.enrolments, from,
             [](const EnrolmentRow& r) { return std::tie(r.person, r.programme, r.from); });
  close_rows(
      world, history.spendings, [](const SpendingRow& r) { return r.day; },
      [](const SpendingRow& r) { return std::tie(r.person, r.kind, r.day, r.yuan); });
  // A cremation follows the death it belongs to.
  close_rows(
      world, history.events, [](const EventRow& r) { return r.kind == "cremation" ? r.from.plus(-6) : r.from; },
      [](const EventRow& r) { return std::tie(r.person, r.kind, r.from, r.detail); });
}

}  // namespace

std::string_view word_of(Livelihood livelihood) {
  constexpr std::array<std::string_view, 12> kWords = {"child",     "student", "employee", "self_employed",
                                                       "casual",    "farmer",  "jobless",  "home",
                                                       "pensioner", "unable",  "custody",  "dead"};
  return kWords[static_cast<std::size_t>(livelihood)];
}

CountyHistory make_history(const Context& context, std::span<const CountyWorld> worlds, const CountyWorld& world) {
  CountyHistory history;
  history.livelihoods.assign(world.persons.size(), Livelihood::home);
  history.purses.assign(world.dwellings.size(), Purse::sound);
  const Purses purses = group_purses(world);
  Household household{.members = {}, .flows = {}, .dwelling = nullptr, .draw = Draw(0, 0, Topic::household)};
  for (std::size_t i = 0; i < world.dwellings.size(); ++i) {
    const auto begin = static_cast<std::size_t>(purses.first[i]);
    const auto end = static_cast<std::size_t>(purses.first[i + 1]);
    if (begin == end) continue;
    household.members.clear();
    household.flows.clear();
    household.dwelling = &world.dwellings[i];
    household.purse = Purse::sound;
    household.unsupported = false;
    for (std::size_t k = begin; k < end; ++k) {
      const auto position = static_cast<std::size_t>(purses.members[k]);
      const Person& person = world.persons[position];
      household.members.push_back({.id = world.id_of(position),
                                   .person = &person,
                                   .lodging = world.dwellings[static_cast<std::size_t>(person.dwelling)].lodging});
    }
    household.draw = Draw(context.seed, household.members.front().id, Topic::household);
    add_health(context, household, history);
    choose_purse(context, *world.county, household);
    add_work(context, *world.county, household, history);
    bend_purse(context, household, history);
    write_flows(context, household, history);
    add_wealth(context, *world.county, household, history);
    add_biography(context, household, history);
    add_statuses(context, worlds, household, history);
    history.purses[i] = household.purse;
    for (const auto& member : household.members) history.livelihoods[position_of_id(member.id)] = member.livelihood;
  }
  close_history(world, history);
  return history;
}

}  // namespace songtan::synth
