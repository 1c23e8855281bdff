// Disability certificates and serious illness. Shares by category and grade: facts on card holders, own estimate.
#include <algorithm>
#include <array>

#include "synth/detail/household.h"

namespace songtan::synth {
namespace {

constexpr std::array<std::string_view, 7> kCategories = {"visual",       "hearing", "speech",  "physical",
                                                         "intellectual", "mental",  "multiple"};
constexpr std::array<int, 7> kCategoryWeights = {110, 90, 20, 540, 95, 105, 40};
constexpr std::array<int, 4> kGradeWeights = {17, 28, 29, 26};
constexpr int kYearsValid = 10;

/// Prevalence against the mean, in percent, by age.
int disability_bend(int age) {
  if (age < 18) return 25;
  if (age < 45) return 60;
  return age < 65 ? 120 : 230;
}

bool rules_out_work(std::string_view category, int grade) {
  return grade <= 2 || (grade == 3 && (category == "intellectual" || category == "mental"));
}

Day years_after(Day day, int years) {
  const auto moved = Day::from_civil_checked(day.year() + years, day.month(), day.day());
  return moved ? *moved : Day::from_civil(day.year() + years, day.month(), 28);
}

void add_certificate(const Context& context, Member& member, Draw& draw, CountyHistory& history) {
  const int lived = context.today.days - member.person->birth.days;
  if (lived < 800 || !member.alive()) return;
  const auto category = kCategories[draw.weighted(kCategoryWeights)];
  const int grade = 1 + static_cast<int>(draw.weighted(kGradeWeights));
  const Day last = member.alive() ? context.today : member.person->death;
  // 6 % lapsed within the last two years and were not renewed; the rest run.
  const bool lapsed = draw.permille(60);
  const int age_of_card = lapsed ? kYearsValid * 365 + draw.between(30, 700) : draw.between(20, kYearsValid * 365 - 30);
  const Day from{std::max(member.person->birth.days + 700, last.days - age_of_card)};
  Day to = years_after(from, kYearsValid);
  if (draw.permille(50) && from.days + 900 < last.days) {  // regraded: the old grade ends where the new begins
    const Day change = from.plus(draw.between(300, last.days - from.days - 30));
    const int old_grade = std::clamp(grade + (draw.permille(500) ? 1 : -1), 1, 4);
    history.certificates.push_back(
        {member.id, category, static_cast<std::int8_t>(old_grade), from, change, "cancelled"});
    history.certificates.push_back(
        {member.id, category, static_cast<std::int8_t>(grade), change, years_after(change, kYearsValid), "valid"});
    to = years_after(change, kYearsValid);
  } else {
    history.certificates.push_back({member.id, category, static_cast<std::int8_t>(grade), from, to, "valid"});
  }
  member.disabled = to > last;
  member.severe = member.disabled && rules_out_work(category, grade);
}

/// Own-paid parts of medical bills: one serious episode of the last two years, or small sums now and then.
void add_illness(const Context& context, Member& member, Draw& draw, CountyHistory& history) {
  const Person& person = *member.person;
  const Day last = person.death == kAlive ? context.today : person.death;
  const int lived = last.days - person.birth.days;
  if (lived < 60) return;
  const int bend = person.age < 18 ? 25 : person.age < 45 ? 50 : person.age < 65 ? 130 : 250;
  const auto ppm = static_cast<int>(context.place.economy["serious_illness_ppm"]) * bend / 100;
  if (draw.ppm(person.death == kAlive ? ppm : 450'000)) {
    const Day start = last.plus(-draw.between(20, std::min(720, lived - 10)));
    history.events.push_back({member.id, "serious_illness", start, kAlive, ""});
    const int bills = draw.between(2, 6);
    for (int i = 0; i < bills; ++i) {
      const Day later = start.plus(draw.below(std::max(1, last.days - start.days)));
      const Day day = i == 0 ? start : later;  // the first bill is how the illness becomes known
      const std::int64_t yuan = draw.between(1500, 9000) + (draw.permille(200) ? draw.between(8000, 45000) : 0);
      history.spendings.push_back({member.id, "medical_serious", yuan, "", day});
    }
    member.ill = true;
    return;
  }
  if (draw.permille(person.age < 60 ? 130 : 380)) {
    const Day day = last.plus(-draw.below(std::min(400, lived)));
    history.spendings.push_back({member.id, "medical_own_paid", draw.between(80, 2600), "", day});
  }
}

}  // namespace

void add_health(const Context& context, Household& household, CountyHistory& history) {
  const auto disability = context.place.economy["disability_ppm"];
  for (auto& member : household.members) {
    Draw draw(context.seed, member.id, Topic::health);
    const auto ppm = static_cast<int>(disability * disability_bend(member.person->age) / 100);
    if (draw.ppm(ppm)) add_certificate(context, member, draw, history);
    add_illness(context, member, draw, history);
  }
}

}  // namespace songtan::synth
