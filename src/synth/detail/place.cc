#include "synth/detail/place.h"

#include <algorithm>

#include "base/text.h"
#include "synth/detail/pack_table.h"

namespace songtan::synth {
namespace {

using Folder = std::filesystem::path;

const std::vector<std::string> kCountyColumns = {"code",
                                                 "population",
                                                 "urban",
                                                 "households",
                                                 "household_population",
                                                 "one_person",
                                                 "generations_1",
                                                 "generations_2",
                                                 "generations_3",
                                                 "generations_4",
                                                 "elders_1",
                                                 "elders_2",
                                                 "elders_3",
                                                 "moved_county",
                                                 "moved_province",
                                                 "moved_outside",
                                                 "minority",
                                                 "sample_households",
                                                 "sample_cars",
                                                 "sample_rented",
                                                 "sample_workers",
                                                 "sample_farmers"};

constexpr std::array<std::string_view, 19> kEconomyKeys = {
    "rural_pay_permille", "poor_permille",        "near_poor_permille", "wage_floor",         "wage_none",
    "wage_primary",       "wage_middle",          "wage_high",          "wage_college",       "wage_university",
    "farm_income",        "casual_income",        "operating_income",   "pension_employee",   "pension_base",
    "pension_personal",   "unemployment_benefit", "disability_ppm",     "serious_illness_ppm"};

std::vector<std::string> numbered(std::string_view stem, std::size_t count) {
  std::vector<std::string> names;
  for (const char sex : {'m', 'f'}) {
    for (std::size_t i = 0; i < count; ++i) names.push_back(std::string(stem) + sex + std::to_string(i));
  }
  return names;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) list.emplace_back(word);
  }
  return list;
}

std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> list;
  for (const char32_t point : code_points(text)) list.push_back(utf8_of(std::u32string_view(&point, 1)));
  return list;
}

Result<PackTable> read_numbers(const Folder& file, std::vector<std::string> integers, std::vector<std::string> texts) {
  auto wanted = integers;
  wanted.insert(wanted.end(), texts.begin(), texts.end());
  TRY(auto table, PackTable::read(file, wanted));
  TRY_VOID(table.check_integers(integers));
  return table;
}

Result<void> read_counties(const Folder& census, Place& place) {
  TRY(const auto table, read_numbers(census / "counties.csv", kCountyColumns, {"name"}));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto number = [&](std::string_view column) { return table.integer(row, column); };
    County county;
    county.code = static_cast<int>(number("code"));
    county.name = table.text(row, "name");
    county.population = number("population");
    county.urban = number("urban");
    county.households = number("households");
    county.household_population = number("household_population");
    county.one_person = number("one_person");
    county.generations = {number("generations_1"), number("generations_2"), number("generations_3"),
                          number("generations_4")};
    county.elders = {number("elders_1"), number("elders_2"), number("elders_3")};
    county.moved = {number("moved_county"), number("moved_province"), number("moved_outside")};
    county.minority = number("minority");
    county.sample_households = std::max<std::int64_t>(1, number("sample_households"));
    county.sample_cars = number("sample_cars");
    county.sample_rented = number("sample_rented");
    county.sample_workers = std::max<std::int64_t>(1, number("sample_workers"));
    county.sample_farmers = number("sample_farmers");
    place.counties.push_back(std::move(county));
  }
  std::sort(place.counties.begin(), place.counties.end(),
            [](const County& a, const County& b) { return a.code < b.code; });
  return {};
}

std::unexpected<Error> unknown_county(const Folder& file, std::int64_t code) {
  const auto text = std::to_string(code);
  return fail({.code = "synth.unknown_county",
               .message = {"区划代码 " + text + " 不在 counties.csv", "code " + text + " is not in counties.csv"},
               .mend = {"改正代码", "correct the code"},
               .file = file.string()});
}

County* find_county(Place& place, std::int64_t code) {
  const auto found = std::lower_bound(place.counties.begin(), place.counties.end(), code,
                                      [](const County& county, std::int64_t wanted) { return county.code < wanted; });
  return found != place.counties.end() && found->code == code ? &*found : nullptr;
}

Result<void> read_marginals(const Folder& census, Place& place) {
  const auto age_columns = numbered("", kAgeGroups);
  auto age_integers = age_columns;
  age_integers.emplace_back("code");
  TRY(const auto ages, read_numbers(census / "ages.csv", age_integers, {}));
  for (std::size_t row = 0; row < ages.rows(); ++row) {
    County* county = find_county(place, ages.integer(row, "code"));
    if (county == nullptr) return unknown_county(census / "ages.csv", ages.integer(row, "code"));
    for (std::size_t i = 0; i < age_columns.size(); ++i) {
      county->ages[i / kAgeGroups][i % kAgeGroups] = ages.integer(row, age_columns[i]);
    }
  }
  const auto schooling = numbered("education_", kSchoolings);
  const auto marital = numbered("marital_", kMaritals);
  auto integers = schooling;
  integers.insert(integers.end(), marital.begin(), marital.end());
  integers.emplace_back("code");
  TRY(const auto table, read_numbers(census / "schooling.csv", integers, {}));
  for (std::size_t row = 0; row < table.rows(); ++row) {
    County* county = find_county(place, table.integer(row, "code"));
    if (county == nullptr) return unknown_county(census / "schooling.csv", table.integer(row, "code"));
    for (std::size_t i = 0; i < schooling.size(); ++i) {
      county->schooling[i / kSchoolings][i % kSchoolings] = table.integer(row, schooling[i]);
    }
    for (std::size_t i = 0; i < marital.size(); ++i) {
      county->marital[i / kMaritals][i % kMaritals] = table.integer(row, marital[i]);
    }
  }
  return {};
}

Result<void> read_divisions(const Folder& census, Place& place) {
  TRY(const auto townships, read_numbers(census / "townships.csv", {"code"}, {"name"}));
  for (std::size_t row = 0; row < townships.rows(); ++row) {
    const std::int64_t code = townships.integer(row, "code");
    County* county = find_county(place, code / 1000);
    if (county == nullptr) return unknown_county(census / "townships.csv", code / 1000);
    const std::string name(townships.text(row, "name"));
    county->townships.push_back({code, name, name.ends_with("街道")});
  }
  TRY(const auto retired,
      read_numbers(census / "retired_codes.csv", {"code", "retired", "first_year", "last_year"}, {}));
  for (std::size_t row = 0; row < retired.rows(); ++row) {
    County* county = find_county(place, retired.integer(row, "code"));
    if (county == nullptr) return unknown_county(census / "retired_codes.csv", retired.integer(row, "code"));
    county->retired.push_back({static_cast<int>(retired.integer(row, "retired")),
                               static_cast<int>(retired.integer(row, "first_year")),
                               static_cast<int>(retired.integer(row, "last_year"))});
  }
  TRY(const auto outside, read_numbers(census / "outside.csv", {"code", "weight", "retired", "last_year"}, {"name"}));
  for (std::size_t row = 0; row < outside.rows(); ++row) {
    place.outside.push_back({static_cast<int>(outside.integer(row, "code")), std::string(outside.text(row, "name")),
                             static_cast<int>(outside.integer(row, "weight")),
                             static_cast<int>(outside.integer(row, "retired")),
                             static_cast<int>(outside.integer(row, "last_year"))});
  }
  return {};
}

Result<void> read_cities(const Folder& census, Place& place) {
  TRY(const auto table, read_numbers(census / "cities.csv", {"prefix"}, {"name"}));
  for (auto& county : place.counties) {
    const auto code = std::to_string(county.code);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (code.starts_with(table.text(row, "prefix"))) county.city = table.text(row, "name");
    }
  }
  return {};
}

Result<void> read_words(const Folder& folder, PlaceWords& place_words) {
  TRY(const auto table, read_numbers(folder / "places.csv", {}, {"part", "words"}));
  const std::array<std::pair<std::string_view, std::vector<std::string>*>, 6> parts = {
      {{"community", &place_words.community},
       {"village", &place_words.village},
       {"road", &place_words.road},
       {"employer", &place_words.employer},
       {"trade", &place_words.trade},
       {"agency", &place_words.agency}}};
  for (const auto& [part, list] : parts) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.text(row, "part") == part) *list = words(table.text(row, "words"));
    }
    if (!list->empty()) continue;
    return fail({.code = "synth.places",
                 .message = {"缺少用词 " + std::string(part), "the words of " + std::string(part) + " are missing"},
                 .mend = {"补上这一行", "add this row"},
                 .file = (folder / "places.csv").string()});
  }
  return {};
}

Result<void> read_names(const Folder& folder, Names& names) {
  TRY(const auto surnames, read_numbers(folder / "surnames.csv", {"weight"}, {"surname"}));
  std::int64_t sum = 0;
  for (std::size_t row = 0; row < surnames.rows(); ++row) {
    names.surnames.emplace_back(surnames.text(row, "surname"));
    names.surname_sums.push_back(sum += surnames.integer(row, "weight"));
  }
  TRY(const auto given, read_numbers(folder / "given_names.csv", {"first_year", "last_year", "single_permille"},
                                     {"sex", "first", "second"}));
  for (std::size_t row = 0; row < given.rows(); ++row) {
    const std::size_t sex = given.text(row, "sex") == "male" ? kMale : kFemale;
    names.given[sex].push_back({static_cast<int>(given.integer(row, "first_year")),
                                static_cast<int>(given.integer(row, "last_year")),
                                static_cast<int>(given.integer(row, "single_permille")),
                                characters(given.text(row, "first")), characters(given.text(row, "second"))});
  }
  TRY(const auto peoples,
      read_numbers(folder / "peoples.csv", {"han_permille"}, {"people", "style", "surnames", "male", "female"}));
  for (std::size_t row = 0; row < peoples.rows(); ++row) {
    const auto style = peoples.text(row, "style");
    names.peoples.push_back({std::string(peoples.text(row, "people")),
                             style == "clan"    ? NameStyle::clan
                             : style == "given" ? NameStyle::given
                                                : NameStyle::han,
                             static_cast<int>(peoples.integer(row, "han_permille")),
                             words(peoples.text(row, "surnames")),
                             {words(peoples.text(row, "male")), words(peoples.text(row, "female"))}});
  }
  return {};
}

/// Of the rows of census/peoples.csv, those with the longest prefix of the county's code count.
Result<void> read_peoples(const Folder& census, Place& place) {
  TRY(const auto table, read_numbers(census / "peoples.csv", {"prefix", "permille"}, {"people"}));
  for (auto& county : place.counties) {
    const auto code = std::to_string(county.code);
    std::size_t longest = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto prefix = table.text(row, "prefix");
      if (code.starts_with(prefix)) longest = std::max(longest, prefix.size());
    }
    county.people_weights.assign(place.names.peoples.size(), 0);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto prefix = table.text(row, "prefix");
      if (!code.starts_with(prefix) || prefix.size() != longest) continue;
      for (std::size_t i = 0; i < place.names.peoples.size(); ++i) {
        if (place.names.peoples[i].name == table.text(row, "people")) {
          county.people_weights[i] += table.integer(row, "permille");
        }
      }
    }
  }
  return {};
}

Result<void> read_lines(const Folder& folder, Place& place) {
  TRY(const auto table, read_numbers(folder / "lines.csv", {"prefix", "urban", "rural"}, {}));
  for (auto& county : place.counties) {
    const auto code = std::to_string(county.code);
    std::size_t longest = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto prefix = table.text(row, "prefix");
      if (!code.starts_with(prefix) || prefix.size() < longest) continue;
      longest = prefix.size();
      county.line = {table.integer(row, "urban"), table.integer(row, "rural")};
    }
    if (longest > 0) continue;
    return fail({.code = "synth.lines",
                 .message = {"县 " + code + " 没有困难线", "county " + code + " has no line of hardship"},
                 .mend = {"在 lines.csv 补一行前缀", "add a prefix to lines.csv"},
                 .file = (folder / "lines.csv").string()});
  }
  return {};
}

Result<void> read_economy(const Folder& folder, Place& place) {
  TRY(const auto economy, read_numbers(folder / "economy.csv", {"value"}, {"name"}));
  for (std::size_t row = 0; row < economy.rows(); ++row) {
    place.economy.values.emplace(economy.text(row, "name"), economy.integer(row, "value"));
  }
  for (const auto key : kEconomyKeys) {
    if (place.economy.values.contains(key)) continue;
    return fail({.code = "synth.economy",
                 .message = {"缺少参数 " + std::string(key), "the setting " + std::string(key) + " is missing"},
                 .mend = {"补上这一行", "add this row"},
                 .file = (folder / "economy.csv").string()});
  }
  TRY(const auto statuses, read_numbers(folder / "drawn_statuses.csv", {"share_permille"}, {"programme", "condition"}));
  for (std::size_t row = 0; row < statuses.rows(); ++row) {
    place.statuses.push_back({std::string(statuses.text(row, "programme")),
                              std::string(statuses.text(row, "condition")),
                              static_cast<int>(statuses.integer(row, "share_permille"))});
  }
  return {};
}

}  // namespace

std::int64_t Economy::operator[](std::string_view key) const {
  const auto found = values.find(key);
  CHECK_PROMISE(found != values.end());
  return found->second;
}

const County* Place::county(int code) const {
  const auto found = std::lower_bound(counties.begin(), counties.end(), code,
                                      [](const County& county, int wanted) { return county.code < wanted; });
  return found != counties.end() && found->code == code ? &*found : nullptr;
}

Result<Place> read_place(const std::filesystem::path& pack) {
  Place place;
  const auto folder = pack / "synth";
  TRY_VOID(read_counties(folder / "census", place));
  TRY_VOID(read_marginals(folder / "census", place));
  TRY_VOID(read_divisions(folder / "census", place));
  TRY_VOID(read_cities(folder / "census", place));
  TRY_VOID(read_words(folder / "names", place.words));
  TRY_VOID(read_names(folder / "names", place.names));
  TRY_VOID(read_peoples(folder / "census", place));
  TRY_VOID(read_lines(folder, place));
  TRY_VOID(read_economy(folder, place));
  return place;
}

}  // namespace songtan::synth
