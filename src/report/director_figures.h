// The figures of a director's page: counts of one published night and how they went over the nights before. In: folders
// of nights and the words of the pack. Out: plain figures, in which nobody is named; hiding small ones is the page's work.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/money.h"
#include "base/result.h"
#include "page/markup.h"
#include "table/session.h"

namespace songtan::report {

struct PageNight {
  std::string id;
  Day date;
  std::filesystem::path folder;
};

/// A division by its significant code (without trailing zero levels).
struct PageDivision {
  std::string parent;
  Text name;
};

/// Where a county lies on the pack's sheet (tools/make_map.py).
struct MapPlace {
  std::string code;
  std::int64_t x = 0;  ///< tenths of a unit of the sheet, as y and radius
  std::int64_t y = 0;
  std::int64_t radius = 0;
};

struct PageSource {
  std::string id;
  Text title;
  Text department;
  std::int64_t rhythm_days = 0;
  bool required = false;
};

/// What the night room knows and the tables do not.
struct DirectorInputs {
  std::vector<PageNight> nights;  ///< by date, at most one a date; the last is the one reported
  std::map<std::string, PageDivision, std::less<>> divisions;
  std::vector<MapPlace> map;
  std::vector<PageSource> sources;
  std::map<std::string, Text, std::less<>> classes;
  std::map<std::string, Text, std::less<>> programmes;
  std::set<std::string, std::less<>> compared;  ///< programmes whose rosters are delivered; empty: all of them
  page::Currency currency;
  Text pack_title;
  std::string pack_version;
  bool held = false;
  std::vector<Text> held_reasons;
  std::string language = "zh";
};

/// Families with a finding "entitled and not receiving": `certain` if one of them is certain, else `probable`.
struct Waiting {
  std::int64_t certain = 0;
  std::int64_t probable = 0;
  std::int64_t all() const { return certain + probable; }
};

struct CountyFigures {
  std::string code;  ///< empty: no county known
  std::int64_t families = 0;
  Waiting waiting;
  std::map<std::string, std::int64_t> findings;  ///< by class
};

struct TownFigures {
  std::string code;
  std::int64_t families = 0;
  Waiting waiting;
  std::int64_t fen_per_month = 0;      ///< of certain findings
  std::vector<std::int64_t> by_night;  ///< waiting families, one a night
};

struct ProgrammeFigures {
  std::string code;
  std::int64_t entitled = 0;                    ///< subjects, certainly or under the presumptions
  std::map<std::string, std::int64_t> certain;  ///< findings by class
  std::map<std::string, std::int64_t> probable;
};

struct NightFigures {
  Day date;
  std::map<std::string, std::int64_t> findings;  ///< by class, without the withdrawn
};

struct SourceFigures {
  std::string id;
  std::optional<Day> delivered;
  std::int64_t rows = 0;
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::int64_t warnings = 0;
};

struct IssueFigures {
  std::string source;
  std::string rule;
  std::string severity;
  std::int64_t rows = 0;
};

struct GroupCounts {
  std::string by;  ///< sex | age | residence | people
  std::string value;
  std::int64_t persons = 0;
  std::int64_t waiting = 0;    ///< live in a family that waits
  std::int64_t open = 0;       ///< live in a family, or are somebody, with a decision to verify
  std::int64_t no_number = 0;  ///< no valid number in any register
};

struct MissingFact {
  std::string fact;
  std::int64_t decisions = 0;
};

struct DirectorFigures {
  std::int64_t records = 0;
  std::int64_t persons = 0;
  std::int64_t families = 0;
  std::int64_t decisions = 0;
  std::int64_t open_decisions = 0;
  std::int64_t findings = 0;
  std::int64_t finding_families = 0;
  Waiting waiting;
  Money certain_due;                           ///< a month
  std::map<std::string, std::int64_t> states;  ///< new, same, changed, withdrawn
  std::vector<CountyFigures> counties;
  std::vector<TownFigures> towns;
  std::vector<ProgrammeFigures> programmes;
  std::vector<NightFigures> nights;
  std::vector<SourceFigures> sources;
  std::vector<IssueFigures> issues;
  std::vector<GroupCounts> groups;
  std::vector<MissingFact> missing;
};

/// Cost: one scan of the reported night's persons, families, members, decisions and findings; of earlier nights only
/// findings and families. Errors: those of the session.
Result<DirectorFigures> director_figures(table::Session& session, const DirectorInputs& inputs);

}  // namespace songtan::report
