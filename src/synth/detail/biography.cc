// The dated events of a life that are not work, health or school.
#include <algorithm>

#include "synth/detail/household.h"

namespace songtan::synth {
namespace {

void add_end(const Context& context, const Household& household, const Member& member, Draw& draw,
             CountyHistory& history) {
  const Day death = member.person->death;
  history.events.push_back({member.id, "death", death, kAlive, ""});
  const bool cremated = draw.permille(household.urban() ? 880 : 520) && household.dwelling->people == 0;
  const Day day = death.plus(draw.between(1, 5));
  if (cremated && day < context.today) history.events.push_back({member.id, "cremation", day, kAlive, ""});
}

void add_divorce(const Context& context, const Member& member, Draw& draw, CountyHistory& history) {
  const Person& person = *member.person;
  const Day last = member.alive() ? context.today : person.death;
  const int grown = last.days - person.birth.days - 22 * 365;
  if (grown < 30) return;
  history.events.push_back({member.id, "divorce", last.plus(-draw.between(10, std::min(grown, 7000))), kAlive, ""});
}

}  // namespace

Day wedding_of(const Context& context, Id id, const Person& person, const Person& spouse) {
  const Id low = std::min(id, person.spouse);
  Draw draw(context.seed, low ^ 17, Topic::life);
  const Day younger = std::max(person.birth, spouse.birth);
  const Day last = std::min({context.today, person.death, spouse.death}).plus(-draw.between(15, 200));
  const Day wanted = younger.plus(20 * 365 + draw.below(7 * 365));
  return std::max(std::min(wanted, last), younger.plus(17 * 365));
}

void add_biography(const Context& context, const Household& household, CountyHistory& history) {
  for (const auto& member : household.members) {
    const Person& person = *member.person;
    Draw draw(context.seed, member.id ^ 19, Topic::life);
    const Day last = member.alive() ? context.today : person.death;
    if (person.age < 18) history.events.push_back({member.id, "birth", person.birth, kAlive, ""});
    if (!member.alive()) add_end(context, household, member, draw, history);
    if (person.marital == Marital::divorced && person.age >= 23) add_divorce(context, member, draw, history);
    if (person.age >= 22 && person.age < 60 && member.lodging == Lodging::family &&
        draw.permille(person.sex == kMale ? 2 : 1)) {
      const Day from = last.plus(-draw.between(700, 1300));  // served a sentence and came home
      history.events.push_back({member.id, "prison", from, from.plus(draw.between(180, 650)), ""});
    }
    const bool moved = person.hukou / 1'000'000 != household.dwelling->region / 1'000'000;
    const int lived = last.days - person.birth.days;
    if (moved && lived > 60) {
      history.events.push_back(
          {member.id, "move_in", last.plus(-draw.between(20, std::min(lived - 10, 4000))), kAlive, ""});
    }
  }
  // A call for help is likelier where there is need.
  if (!household.members.front().counts()) return;
  const int permille = household.purse == Purse::poor ? 60 : household.purse == Purse::near_poor ? 25 : 2;
  Draw draw(context.seed, household.members.front().id ^ 23, Topic::life);
  if (household.members.front().person->age >= 18 && draw.permille(permille)) {
    history.events.push_back(
        {household.members.front().id, "hotline", context.today.plus(-draw.between(1, 330)), kAlive, ""});
  }
}

}  // namespace songtan::synth
