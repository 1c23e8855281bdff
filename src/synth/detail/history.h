// What happened to the people of a county: health, work, money, property, custody. In: a finished CountyWorld.
// Out: rows of the standard records, in whole numbers and dates, without texts.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "synth/detail/world.h"

namespace songtan::synth {

struct IncomeRow {
  Id person = 0;
  std::string_view kind;
  std::int64_t yuan = 0;  ///< a month
  Day from;
  Day to = kAlive;         ///< exclusive; kAlive is open
  std::int32_t payer = 0;  ///< 0: nobody to name
};

struct AssetRow {
  Id person = 0;
  std::string_view kind;
  std::int64_t quantity = 1;
  std::int64_t yuan = 0;
  std::string_view detail;
  Day from;
  Day to = kAlive;
};

struct SpendingRow {
  Id person = 0;
  std::string_view kind;
  std::int64_t yuan = 0;
  std::string_view detail;
  Day day;
};

struct CertificateRow {
  Id person = 0;
  std::string_view category;
  std::int8_t grade = 0;
  Day from;
  Day to = kAlive;
  std::string_view state;
};

struct EventRow {
  Id person = 0;
  std::string_view kind;
  Day from;
  Day to = kAlive;
  std::string_view detail;
};

struct EnrolmentRow {
  Id person = 0;
  std::string_view programme;
  Day from;
};

/// What somebody lives on, in one word; a column of people.parquet.
enum class Livelihood : std::uint8_t {
  child,
  student,
  employee,
  self_employed,
  casual,
  farmer,
  jobless,
  home,
  pensioner,
  unable,
  custody,
  dead
};
std::string_view word_of(Livelihood livelihood);

/// How a purse stands by design; the decisions judge for themselves.
enum class Purse : std::uint8_t { sound, near_poor, poor };

struct CountyHistory {
  std::vector<IncomeRow> incomes;
  std::vector<AssetRow> assets;
  std::vector<SpendingRow> spendings;
  std::vector<CertificateRow> certificates;
  std::vector<EventRow> events;
  std::vector<EnrolmentRow> enrolments;
  std::vector<Livelihood> livelihoods;  ///< by position
  std::vector<Purse> purses;            ///< by dwelling
};

/// The wedding of two people, the same from either side; before today and before any death of theirs.
Day wedding_of(const Context& context, Id id, const Person& person, const Person& spouse);

/// Each table of the result is sorted by person, then by time of making. Nothing lies after a death or after today.
CountyHistory make_history(const Context& context, std::span<const CountyWorld> worlds, const CountyWorld& world);

}  // namespace songtan::synth
