// What each member lives on: school, jobs with their starts and ends, pensions, farm and casual work.
#include <algorithm>
#include <array>

#include "synth/detail/household.h"

namespace songtan::synth {
namespace {

constexpr std::array<std::string_view, kSchoolings> kWageKeys = {
    "wage_none", "wage_none", "wage_primary", "wage_middle", "wage_high", "wage_college", "wage_university"};
constexpr std::array<int, kSchoolings> kFormalUrban = {290, 290, 380, 560, 700, 830, 900};
constexpr std::array<int, kSchoolings> kFormalRural = {90, 90, 150, 260, 380, 590, 720};
constexpr int kPayers = 4000;  ///< employers of a county

int retirement_age(Sex sex) { return sex == kMale ? 60 : 55; }

Day first_of_month(Day day, int months_back) { return Month::of(day).plus(-months_back).first(); }

class Work {
 public:
  Work(const Context& context, const County& county, Household& household, CountyHistory& history)
      : context_(context), county_(county), household_(household), history_(history) {}

  void add(std::size_t index) {
    Member& member = household_.members[index];
    const Person& person = *member.person;
    Draw draw(context_.seed, member.id, Topic::work);
    if (member.in_custody()) {
      add_custody(member, draw);
    } else if (person.age < 3) {
      member.livelihood = Livelihood::child;
    } else if (person.age < 18 || studies(member, draw)) {
      add_school(member, draw);
    } else if (is_pensioner(person, draw)) {
      add_pension(index, draw);
    } else if (person.age >= 60) {
      add_old_age(index, draw);
    } else if (member.severe) {
      member.livelihood = Livelihood::unable;
      history_.events.push_back(
          {member.id, "work_ability", last_day(member).plus(-draw.between(30, 600)), kAlive, "none"});
    } else {
      add_job(index, draw);
    }
    if (!member.alive()) end_life(member);
  }

 private:
  /// Students of 18–22: all who sleep in a dormitory, most others who reached a college.
  static bool studies(const Member& member, Draw& draw) {
    const Person& person = *member.person;
    if (person.age < 18 || person.age > 22 || person.spouse != 0) return false;
    return member.lodging == Lodging::dormitory || (person.schooling >= 5 && draw.permille(600));
  }

  /// Who had work leaves it on the day of the death.
  void end_life(Member& member) {
    if (member.livelihood == Livelihood::employee) {
      history_.events.push_back({member.id, "job_end", member.person->death, kAlive, ""});
    }
    member.livelihood = Livelihood::dead;
  }

  Day last_day(const Member& member) const { return member.alive() ? context_.today : member.person->death; }

  void add_custody(Member& member, Draw& draw) {
    member.livelihood = Livelihood::custody;
    const bool prison = member.lodging == Lodging::prison;
    const Day from = context_.today.plus(-draw.between(20, prison ? 1500 : 600));
    history_.events.push_back({member.id, prison ? "prison" : "detox", from, kAlive, ""});
  }

  /// School enters on 1 September of the year in which the age is reached.
  void add_school(Member& member, Draw& draw) {
    const Person& person = *member.person;
    member.livelihood = person.age >= 6 ? Livelihood::student : Livelihood::child;
    if (person.age < 6 && person.schooling == 0) return;
    if (person.age >= 15 && person.age < 18 && person.schooling < 4) {
      member.livelihood = Livelihood::home;
      return;
    }
    const auto [level, years] = person.age < 6    ? std::pair{"preschool", 3}
                                : person.age < 12 ? std::pair{"primary", 6}
                                : person.age < 15 ? std::pair{"middle", 12}
                                : person.age < 18 ? std::pair{"high", 15}
                                                  : std::pair{person.schooling == 6 ? "university" : "college", 18};
    const Day from = Day::from_civil(person.birth.year() + years, 9, 1);
    const Day last = last_day(member);
    history_.events.push_back({member.id, "school", from < last ? from : Day{last.days - 1}, kAlive, level});
    if (person.age >= 15 && draw.permille(450)) {
      history_.spendings.push_back({member.id, "education", draw.between(900, person.age >= 18 ? 9000 : 3000), "",
                                    last.plus(-draw.between(1, 300))});
    }
  }

  bool is_pensioner(const Person& person, Draw& draw) const {
    if (person.age < retirement_age(person.sex) || household_.purse != Purse::sound) return false;
    const int schooled = person.schooling >= 4 ? 220 : person.schooling == 3 ? 60 : -60;
    return draw.permille(std::clamp((household_.urban() ? 590 : 70) + schooled, 20, 940));
  }

  void add_pension(std::size_t index, Draw& draw) {
    Member& member = household_.members[index];
    member.livelihood = Livelihood::pensioner;
    const std::int64_t mean = context_.place.economy["pension_employee"];
    const int above = member.person->schooling * 60;
    const std::int64_t yuan = mean * (1000 + draw.bell(180) + above - 200) / 1000;
    household_.flows.push_back({index, "pension_employee", std::max<std::int64_t>(1100, yuan), pension_start(member)});
  }

  Day pension_start(const Member& member) const {
    const Person& person = *member.person;
    const int age = member.livelihood == Livelihood::pensioner ? retirement_age(person.sex) : 60;
    const Month after{(person.birth.year() + age) * 12 + person.birth.month()};
    return std::min(after, Month::of(context_.today)).first();
  }

  void add_old_age(std::size_t index, Draw& draw) {
    Member& member = household_.members[index];
    member.livelihood = Livelihood::home;
    const Day start = pension_start(member);
    if (draw.permille(950)) {
      // The resident pension as paid; its basic part is told beside it and is not paid twice.
      const std::int64_t base = context_.place.economy["pension_base"];
      const std::int64_t personal = context_.place.economy["pension_personal"] * draw.between(30, 220) / 100;
      household_.flows.push_back({index, "pension_resident", base + personal, start});
      household_.flows.push_back({index, "pension_base", base, start});
    }
    const bool bent = household_.purse != Purse::sound;
    if (bent || household_.urban() || member.severe || member.person->age >= 78 || !draw.permille(550)) return;
    member.livelihood = Livelihood::farmer;
    const std::int64_t yuan = context_.place.economy["farm_income"] * draw.between(30, 110) / 100;
    household_.flows.push_back({index, "farm", yuan, first_of_month(context_.today, 60)});
  }

  /// Who left high school lately is still on its books, with an end.
  void add_left_school(const Member& member) {
    const Person& person = *member.person;
    if (person.age > 21 || person.schooling < 4) return;
    const Day left = Day::from_civil(person.birth.year() + 18, 7, 1);
    if (left >= last_day(member)) return;
    history_.events.push_back({member.id, "school", Day::from_civil(person.birth.year() + 15, 9, 1), left, "high"});
  }

  void add_job(std::size_t index, Draw& draw) {
    Member& member = household_.members[index];
    const Person& person = *member.person;
    add_left_school(member);
    const auto schooling = static_cast<std::size_t>(person.schooling);
    if (household_.purse != Purse::sound) {  // what a poor purse lives on is decided with the whole of it
      member.livelihood = Livelihood::home;
      return;
    }
    int formal = household_.urban() ? kFormalUrban[schooling] : kFormalRural[schooling];
    if (member.disabled || member.ill) formal /= 3;
    if (member.lodging == Lodging::elsewhere) formal = std::max(formal, 450);
    if (draw.permille(formal)) {
      add_employment(index, draw);
      return;
    }
    const int kind = draw.below(1000);
    const auto& economy = context_.place.economy;
    const Day start = first_of_month(context_.today, draw.between(26, 120));
    const int farmers = household_.urban() ? 40 : 470;
    const std::int64_t pay = household_.urban() ? 1000 : economy["rural_pay_permille"];
    const std::int64_t casual_income = economy["casual_income"] * pay / 1000;
    if (kind < 90) {
      member.livelihood = Livelihood::self_employed;
      household_.flows.push_back(
          {index, "operating", economy["operating_income"] * pay / 1000 * draw.between(45, 170) / 100, start});
    } else if (kind < 90 + farmers) {
      member.livelihood = Livelihood::farmer;
      household_.flows.push_back({index, "farm", economy["farm_income"] * draw.between(50, 200) / 100, start});
      if (draw.permille(450)) {
        household_.flows.push_back({index, "casual", casual_income * draw.between(20, 90) / 100, start});
      }
    } else if (kind < 820 || person.sex == kMale) {
      member.livelihood = Livelihood::casual;
      const auto income = draw.permille(household_.urban() ? 380 : 210) ? "labour" : "casual";
      household_.flows.push_back({index, income, casual_income * draw.between(55, 170) / 100, start});
    } else {
      member.livelihood = Livelihood::home;
    }
  }

  std::int64_t draw_wage(const Person& person, Draw& draw) const {
    const auto& economy = context_.place.economy;
    const std::int64_t mean = economy[kWageKeys[person.schooling]];
    const std::int64_t place = 850 + 350 * county_.urban / county_.population;  // dearer where the county is urban
    const int seniority = std::clamp(person.age - 30, -10, 15) * 8;
    std::int64_t wage = mean * place / 1000 * (1000 + draw.bell(230) + seniority) / 1000;
    if (!household_.urban()) wage = wage * economy["rural_pay_permille"] / 1000;
    if (draw.permille(35)) wage = wage * draw.between(15, 40) / 10;
    return std::max(economy["wage_floor"] * 9 / 10, wage);
  }

  void add_employment(std::size_t index, Draw& draw) {
    Member& member = household_.members[index];
    member.livelihood = Livelihood::employee;
    const std::int64_t wage = draw_wage(*member.person, draw);
    const auto payer = static_cast<std::int32_t>(1 + draw.below(kPayers));
    const int grown_months = std::max(1, (member.person->age - 17) * 12);
    const int fate = draw.below(1000);
    const int since = std::min(grown_months, fate < 60 ? draw.between(1, 13) : draw.between(14, 240));
    const Day start = first_of_month(context_.today, since);
    history_.events.push_back({member.id, "job_start", start, kAlive, ""});
    if (fate < 955 || since < 12) {
      household_.flows.push_back({index, "wage", wage, start, kAlive, payer});
      return;
    }
    lose_job(index, {index, "wage", wage, start, kAlive, payer}, draw);
  }

  void lose_job(std::size_t index, Flow job, Draw& draw) {
    Member& member = household_.members[index];
    const int ago = draw.between(1, 11);
    job.to = first_of_month(context_.today, ago);
    household_.flows.push_back(job);
    history_.events.push_back({member.id, "job_end", job.to, kAlive, ""});
    const bool again = ago >= 3 && draw.permille(420);
    const Day next = first_of_month(context_.today, std::max(0, ago - 3));
    if (draw.permille(600)) {
      history_.events.push_back({member.id, "job_registered_lost", job.to.plus(draw.between(1, 25)), kAlive, ""});
      const std::int64_t benefit = context_.place.economy["unemployment_benefit"];
      household_.flows.push_back({index, "unemployment", benefit, job.to, again ? next : kAlive});
    }
    member.livelihood = again ? Livelihood::employee : Livelihood::jobless;
    if (!again) return;
    history_.events.push_back({member.id, "job_start", next, kAlive, ""});
    household_.flows.push_back({index, "wage", job.yuan * 92 / 100, next, kAlive, job.payer + 1});
  }

  const Context& context_;
  const County& county_;
  Household& household_;
  CountyHistory& history_;
};

}  // namespace

bool can_work(const Member& member) {
  const Person& person = *member.person;
  if (!member.counts() || member.severe || person.age < 18 || person.age >= 60) return false;
  return member.livelihood != Livelihood::student && member.livelihood != Livelihood::pensioner;
}

void add_work(const Context& context, const County& county, Household& household, CountyHistory& history) {
  Work work(context, county, household, history);
  for (std::size_t i = 0; i < household.members.size(); ++i) work.add(i);
}

}  // namespace songtan::synth
