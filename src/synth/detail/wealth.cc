// Dwellings, vehicles, companies, bank balances and the like of one purse.
#include <algorithm>

#include "synth/detail/household.h"

namespace songtan::synth {
namespace {

class Wealth {
 public:
  Wealth(const Context& context, const County& county, const Household& household, CountyHistory& history)
      : context_(context), county_(county), household_(household), history_(history) {
    for (const auto& member : household.members) {
      if (!member.counts() || member.person->age < 18) continue;
      grown_.push_back(&member);
    }
    draw_ = Draw(context.seed, household.members.front().id, Topic::wealth);
  }

  void add() {
    if (grown_.empty()) return;
    add_homes();
    add_vehicle();
    add_business();
    add_money();
  }

 private:
  bool poor() const { return household_.purse == Purse::poor; }
  bool sound() const { return household_.purse == Purse::sound; }
  /// The thing is theirs for at most so many days, and not since before they were grown.
  Day since(const Member& owner, int most_days) {
    const int grown = context_.today.days - owner.person->birth.days - 17 * 365;
    return context_.today.plus(-draw_.between(40, std::max(41, std::min(most_days, grown))));
  }
  void own(const Member& owner, std::string_view kind, std::int64_t yuan, std::string_view detail, int most_days) {
    history_.assets.push_back({owner.id, kind, 1, yuan, detail, since(owner, most_days)});
  }
  const Member& anyone() { return *grown_[static_cast<std::size_t>(draw_.below(static_cast<int>(grown_.size())))]; }

  void add_homes() {
    const Lodging lodging = household_.dwelling->lodging;
    if (lodging != Lodging::family) return;
    const auto rented = static_cast<int>(county_.sample_rented * 1000 / county_.sample_households);
    if (household_.urban()) {
      if (draw_.permille(std::clamp(1000 - rented - (sound() ? 0 : 250), 50, 990))) add_home();
    } else {
      own(*grown_.front(), "homestead", 0, "", 12000);
    }
    if (draw_.permille(sound() ? (household_.urban() ? 140 : 170) : 12)) add_home();
    if (sound() && draw_.permille(25)) own(anyone(), "shop", 0, "", 5000);
    if (sound() && household_.urban() && draw_.permille(90)) {
      own(anyone(), "parking", 0, "", 3500);
    }
  }

  void add_home() {
    const std::int64_t yuan = std::int64_t{1000} * draw_.between(150, household_.urban() ? 900 : 500);
    own(anyone(), "dwelling", yuan, "", 7000);
  }

  void add_vehicle() {
    const auto mean = static_cast<int>(county_.sample_cars * 1000 / county_.sample_households);
    const int permille = poor() ? 15 : sound() ? mean * 118 / 100 : 60;
    const bool grown_up =
        std::any_of(grown_.begin(), grown_.end(), [](const Member* m) { return m->person->age < 66; });
    if (!grown_up) return;
    // Motorcycles and three-wheelers, some fitted for disabled drivers, are no luxury in the country.
    if (!household_.urban() && draw_.permille(140)) {
      const auto* kind = draw_.permille(700) ? "motorcycle" : draw_.permille(850) ? "tricycle" : "disability_vehicle";
      own(anyone(), "vehicle", draw_.between(2'000, 9'000), kind, 2600);
    }
    if (draw_.permille(sound() ? 45 : 8)) {  // sold or scrapped since
      const Member& owner = anyone();
      const Day from = since(owner, 3600);
      const Day to = from.plus(draw_.between(20, 2000));
      if (to < context_.today)
        history_.assets.push_back({owner.id, "vehicle", 1, draw_.between(20'000, 90'000), "car", from, to});
    }
    if (!draw_.permille(std::min(permille, 900))) return;
    const std::int64_t yuan = std::int64_t{1000} * draw_.between(poor() ? 8 : 30, poor() ? 60 : 220);
    own(anyone(), "vehicle", yuan, "car", 3600);
  }

  void add_business() {
    for (const auto* member : grown_) {
      const int permille = member->livelihood == Livelihood::self_employed ? 700 : poor() ? 3 : sound() ? 14 : 6;
      if (!draw_.permille(permille)) continue;
      const bool company = draw_.permille(280);
      const std::int64_t yuan = std::int64_t{10000} * (company ? draw_.between(5, 300) : draw_.between(1, 20));
      own(*member, "company", yuan,
          company              ? "limited_company"
          : draw_.permille(60) ? "cooperative"
                               : "sole_trader",
          4000);
    }
  }

  /// Balances by year of income: poor purses hold a little, some of them a lot that no one suspects.
  void add_money() {
    std::int64_t total = 0;
    if (poor()) {
      total = draw_.permille(70) ? draw_.between(40'000, 180'000) : draw_.between(200, 9'000);
    } else if (!sound()) {
      total = draw_.between(1'500, 26'000);
    } else {
      total = household_.income() * draw_.between(3, 30) + draw_.between(2'000, 40'000);
    }
    const Member& holder = anyone();
    own(holder, "bank_balance", total, "", 2000);
    if (sound() && draw_.permille(80)) {
      own(holder, "securities", total * draw_.between(10, 90) / 100, "", 2500);
    }
    if (sound() && draw_.permille(130)) {
      own(holder, "insurance", total * draw_.between(10, 50) / 100, "", 2500);
    }
  }

  const Context& context_;
  const County& county_;
  const Household& household_;
  CountyHistory& history_;
  std::vector<const Member*> grown_;
  Draw draw_{0, 0, Topic::wealth};
};

}  // namespace

void add_wealth(const Context& context, const County& county, Household& household, CountyHistory& history) {
  Wealth(context, county, household, history).add();
}

}  // namespace songtan::synth
