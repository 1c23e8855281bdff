// Who is poor, and by how much. The shares are the pack's; the incomes are bent so that a poor purse lies below the
// line of its place, a near-poor one up to half above it, a sound one clearly above.
#include <algorithm>

#include "synth/detail/household.h"
#include "synth/detail/wording.h"

namespace songtan::synth {
namespace {

constexpr int kSoundFrom = 165;        ///< percent of the line
constexpr int kInsuredPermille = 105;  ///< an employee's own contributions: pension 8 %, health 2 %, unemployment 0.5 %

bool has_child_elsewhere(const Household& household) {
  return std::any_of(household.members.begin(), household.members.end(), [&](const Member& parent) {
    const auto is_child = [&](const Member& m) {
      return m.person->father == parent.id || m.person->mother == parent.id;
    };
    return parent.person->has_child && std::none_of(household.members.begin(), household.members.end(), is_child);
  });
}

/// Hardship multiplies the chance to be poor; percent.
int hardship(const Household& household) {
  int able = 0;
  int minors = 0;
  int adults = 0;
  bool severe = false;
  bool ill = false;
  for (const auto& member : household.members) {
    if (!member.counts()) continue;
    const int age = member.person->age;
    minors += age < 18 ? 1 : 0;
    adults += age >= 18 && age < 60 ? 1 : 0;
    able += age >= 18 && age < 60 && !member.severe ? 1 : 0;
    severe = severe || member.severe;
    ill = ill || member.ill;
  }
  // Old people whose children live elsewhere are seldom poor in truth: the children are bound to support them.
  int percent = household.urban() ? 48 : 110;
  if (able == 0 && has_child_elsewhere(household)) percent = percent * 4 / 10;
  if (severe) percent = percent * 33 / 10;
  if (ill) percent = percent * 19 / 10;
  if (able == 0) percent = percent * 17 / 10;
  if (minors > 0 && adults == 1) percent = percent * 18 / 10;
  if (minors >= 3) percent = percent * 15 / 10;
  if (household.dwelling->people != 0) percent = percent * 14 / 10;
  return percent;
}

bool is_unsupported(const Household& household) {
  if (household.members.size() != 1) return false;
  const Member& member = household.members.front();
  const Person& person = *member.person;
  if (!member.counts() || person.has_child || person.spouse != 0 || person.father != 0 || person.mother != 0)
    return false;
  return person.age >= 60 || (person.age >= 18 && member.severe);
}

/// The line of the place where the hukou is; of the place of residence for people from outside.
std::int64_t line_of(const Context& context, const County& home, const Household& household) {
  const std::int64_t hukou = household.members.front().person->hukou;
  const County* county = context.place.county(static_cast<int>(hukou / 1'000'000));
  if (county == nullptr) return home.line[household.urban() ? 0 : 1];
  return county->line[is_urban_region(hukou) ? 0 : 1];
}

Day months_back(const Context& context, int months) { return Month::of(context.today).plus(-months).first(); }

/// Earned money of a poor or near-poor purse: a small wage, or farm and casual work that no register sees.
void earn(const Context& context, Household& household, int worker, std::int64_t yuan, CountyHistory& history) {
  Draw& draw = household.draw;
  auto& member = household.members[static_cast<std::size_t>(worker)];
  const auto index = static_cast<std::size_t>(worker);
  const int grown = std::max(15, (member.person->age - 17) * 12);
  const Day start = months_back(context, std::min(grown, draw.between(15, 90)));
  if (yuan >= context.place.economy["wage_floor"] * 6 / 10 && draw.permille(430)) {
    member.livelihood = Livelihood::employee;
    household.flows.push_back({index, "wage", yuan, start, kAlive, 1 + draw.below(900)});
    history.events.push_back({member.id, "job_start", start, kAlive, ""});
    return;
  }
  std::int64_t farm = 0;
  if (!household.urban()) farm = std::min(yuan, context.place.economy["farm_income"] * draw.between(20, 110) / 100);
  member.livelihood = farm * 2 > yuan ? Livelihood::farmer : Livelihood::casual;
  if (farm > 0) household.flows.push_back({index, "farm", farm, start});
  if (yuan > farm) household.flows.push_back({index, draw.permille(160) ? "labour" : "casual", yuan - farm, start});
}

/// Money from kin or neighbours, handed to the eldest.
void give(const Context& context, Household& household, std::int64_t yuan) {
  std::size_t eldest = household.members.size();
  for (std::size_t i = 0; i < household.members.size(); ++i) {
    if (!household.members[i].counts()) continue;
    if (eldest == household.members.size() ||
        household.members[i].person->age > household.members[eldest].person->age) {
      eldest = i;
    }
  }
  const int lived = household.members[eldest].person->age * 12;
  const int months = std::max(0, std::min(lived, household.draw.between(15, 60)));
  household.flows.push_back({eldest, "transfer", yuan, months_back(context, months)});
}

void lift_sound_purse(const Context& context, Household& household, CountyHistory& history) {
  const std::int64_t size = household.size();
  const std::int64_t line = household.line;
  const std::int64_t income = household.income();
  if (income >= line * size * kSoundFrom / 100) return;
  const std::int64_t missing = line * size * household.draw.between(kSoundFrom + 5, 270) / 100 - income;
  const int worker = household.able();
  if (worker >= 0 && household.draw.permille(860)) {
    earn(context, household, worker, missing, history);
  } else {
    give(context, household, missing);
  }
}

}  // namespace

std::int64_t Household::size() const {
  return std::count_if(members.begin(), members.end(), [](const Member& member) { return member.counts(); });
}

std::int64_t Household::income() const {
  std::int64_t sum = 0;
  for (const auto& flow : flows) {
    const bool runs = flow.to == kAlive && members[flow.member].counts();
    if (runs) sum += flow.kind == "pension_base" ? -flow.yuan : flow.yuan;
  }
  return sum;
}

int Household::able() const {
  int best = -1;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!can_work(members[i])) continue;
    if (best < 0 || members[i].livelihood != Livelihood::employee) best = static_cast<int>(i);
  }
  return best;
}

void choose_purse(const Context& context, const County& county, Household& household) {
  if (household.size() == 0) return;
  household.line = line_of(context, county, household);
  const auto& economy = context.place.economy;
  const Person& first = *household.members.front().person;
  const Lodging lodging = household.members.front().lodging;
  if (is_unsupported(household)) {
    const int share = first.marital == Marital::never ? 950 : 160;
    household.unsupported = household.draw.permille(share);
    if (household.unsupported) {
      household.purse = Purse::poor;
      return;
    }
  }
  if (lodging == Lodging::elsewhere || lodging == Lodging::dormitory) return;
  std::int64_t percent = hardship(household);
  if (first.hukou / 1'000'000 != household.dwelling->region / 1'000'000) percent = percent * 4 / 10;
  const auto poor = static_cast<int>(economy["poor_permille"] * 1000 * percent / 100);
  const auto near = static_cast<int>(economy["near_poor_permille"] * 1000 * percent / 100);
  const int at = household.draw.below(1'000'000);
  household.purse = at < poor ? Purse::poor : at < poor + near ? Purse::near_poor : Purse::sound;
}

void bend_purse(const Context& context, Household& household, CountyHistory& history) {
  const std::int64_t size = household.size();
  if (size == 0) return;
  if (household.purse == Purse::sound) {
    lift_sound_purse(context, household, history);
    return;
  }
  Draw& draw = household.draw;
  if (household.unsupported) return;  // nothing but the basic pension
  const bool poor = household.purse == Purse::poor;
  const std::int64_t percent = poor ? draw.between(12, 93) : draw.between(103, 146);
  const std::int64_t missing = household.line * size * percent / 100 - household.income();
  if (missing <= 0) return;
  const int worker = household.able();
  if (worker >= 0) {
    earn(context, household, worker, missing, history);
  } else if (!poor || draw.permille(500)) {
    give(context, household, missing);
  }
}

void write_flows(const Context& context, const Household& household, CountyHistory& history) {
  const Day window = months_back(context, 26);
  const Day january = Day::from_civil(context.today.year(), 1, 1);
  for (const auto& flow : household.flows) {
    const Member& member = household.members[flow.member];
    const Day from = std::max(flow.from, window);
    Day to = flow.to;
    if (!member.alive()) to = std::min(to, Month::of(member.person->death).first());
    if (from >= to) continue;
    if (flow.kind == "wage" && flow.yuan >= context.place.economy["wage_floor"] * 9 / 10) {
      history.incomes.push_back(
          {member.id, "social_insurance", flow.yuan * kInsuredPermille / 1000, from, to, flow.payer});
    }
    // Wages and pensions of employees rise each January; other money is one stretch.
    const bool rises = flow.kind == "wage" || flow.kind == "pension_employee";
    if (rises && household.purse == Purse::sound && from < january && january < to) {
      history.incomes.push_back({member.id, flow.kind, flow.yuan * 96 / 100, from, january, flow.payer});
      history.incomes.push_back({member.id, flow.kind, flow.yuan, january, to, flow.payer});
    } else {
      history.incomes.push_back({member.id, flow.kind, flow.yuan, from, to, flow.payer});
    }
  }
}

}  // namespace songtan::synth
