// One purse: the people who share income, wherever they sleep. Steps fill it in this order: health, choice of purse,
// work, bending of the purse, wealth, biography; each writes rows into the county's history.
#pragma once

#include <vector>

#include "synth/detail/draw.h"
#include "synth/detail/history.h"

namespace songtan::synth {

/// Money that comes in by the month, before it is cut into stretches.
struct Flow {
  std::size_t member = 0;
  std::string_view kind;
  std::int64_t yuan = 0;
  Day from;
  Day to = kAlive;
  std::int32_t payer = 0;
};

struct Member {
  Id id = 0;
  const Person* person = nullptr;
  Lodging lodging = Lodging::family;
  Livelihood livelihood = Livelihood::home;
  bool severe = false;  ///< disability that rules out work
  bool disabled = false;
  bool ill = false;

  bool alive() const { return person->death == kAlive; }
  bool in_custody() const { return lodging == Lodging::prison || lodging == Lodging::detox; }
  bool counts() const { return alive() && !in_custody(); }
};

struct Household {
  std::vector<Member> members;
  std::vector<Flow> flows;
  const Dwelling* dwelling = nullptr;
  Draw draw;
  Purse purse = Purse::sound;
  std::int64_t line = 0;     ///< of hardship, yuan a month and head
  bool unsupported = false;  ///< one grown person without means, work or anyone bound to support them

  std::int64_t size() const;
  /// Sum of the flows that run today, yuan a month, of members who count, less the basic pension (57号 Art. 13 (3)
  /// leaves it out, so a purse is placed without it).
  std::int64_t income() const;
  /// A member who could work, or −1.
  int able() const;
  bool urban() const { return dwelling->urban; }
};

bool can_work(const Member& member);

void add_health(const Context& context, Household& household, CountyHistory& history);
/// Who is poor: the more hardship, the likelier. Needs add_health.
void choose_purse(const Context& context, const County& county, Household& household);
void add_work(const Context& context, const County& county, Household& household, CountyHistory& history);
/// Bends the flows so that the purse stands as chosen: below, just above or well above the line of its place.
void bend_purse(const Context& context, Household& household, CountyHistory& history);
void write_flows(const Context& context, const Household& household, CountyHistory& history);
void add_wealth(const Context& context, const County& county, Household& household, CountyHistory& history);
void add_biography(const Context& context, const Household& household, CountyHistory& history);

}  // namespace songtan::synth
