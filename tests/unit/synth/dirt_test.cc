#include "synth/dirt.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/citizen_number.h"

using namespace songtan;
using synth::ErrorKind;

namespace {

const std::filesystem::path kSynth = std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan" / "synth";

synth::DirtProfile realistic() { return synth::read_dirt_profile(kSynth / "dirt", "realistic").value(); }

/// A valid number, put together at run time.
std::string number_of(int sequence) {
  std::string number = fmt::format("510812{}{:03}", "19650317", sequence);
  return number + check_digit(number);
}

struct Tally {
  std::int64_t hits = 0;
  std::int64_t hits_in_bad_offices = 0;
  std::int64_t pairs = 0;  ///< rows with both errors
};

/// One row in ten is written in a bad office.
Tally tally(const synth::DirtRates& rates, ErrorKind kind, ErrorKind other, int rows) {
  Tally tally;
  for (int row = 0; row < rows; ++row) {
    const bool bad = row % 10 == 0;
    const synth::RowDirt dirt(rates, mix64(static_cast<std::uint64_t>(row), 5), bad);
    const bool hit = dirt.hits(kind, 0);
    tally.hits += hit ? 1 : 0;
    tally.hits_in_bad_offices += hit && bad ? 1 : 0;
    tally.pairs += hit && dirt.hits(other, 0) ? 1 : 0;
  }
  return tally;
}

std::filesystem::path written(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / name;
  std::ofstream(path) << text;
  return path;
}

}  // namespace

TEST_CASE("errors come at the profile's rate, half of them from a tenth of the rows") {
  const synth::DirtProfile profile = realistic();
  const synth::DirtRates rates(profile, 100'000);
  constexpr int kRows = 400'000;
  for (const ErrorKind kind :
       {ErrorKind::number_missing, ErrorKind::number_invalid, ErrorKind::name_variant, ErrorKind::birth_lunar}) {
    const Tally found = tally(rates, kind, ErrorKind::phone_missing, kRows);
    const double expected = static_cast<double>(profile.rate(kind)) * kRows / 1e6;
    CHECK(static_cast<double>(found.hits) == doctest::Approx(expected).epsilon(0.06));
    CHECK(static_cast<double>(found.hits_in_bad_offices) == doctest::Approx(expected / 2).epsilon(0.08));
  }
}

TEST_CASE("a rate near certainty keeps its mean") {
  const synth::DirtProfile profile = realistic();
  const synth::DirtRates rates(profile, 100'000);
  const Tally found = tally(rates, ErrorKind::address_missing, ErrorKind::phone_missing, 200'000);
  CHECK(static_cast<double>(found.hits) ==
        doctest::Approx(static_cast<double>(profile.rate(ErrorKind::address_missing)) * 0.2).epsilon(0.05));
}

TEST_CASE("errors keep company within a row") {
  const synth::DirtProfile profile = realistic();
  const synth::DirtRates rates(profile, 0);
  constexpr int kRows = 400'000;
  const Tally found = tally(rates, ErrorKind::number_missing, ErrorKind::name_variant, kRows);
  const double independent = static_cast<double>(profile.rate(ErrorKind::number_missing)) *
                             static_cast<double>(profile.rate(ErrorKind::name_variant)) * kRows / 1e12;
  CHECK(static_cast<double>(found.pairs) > independent * 1.3);
}

TEST_CASE("the floors of the realistic profile hold, and harsh is twice as dirty") {
  const synth::DirtProfile profile = realistic();
  CHECK(profile.rate(ErrorKind::number_missing) >= 40'000);
  CHECK(profile.rate(ErrorKind::number_invalid) >= 15'000);
  CHECK(profile.rate(ErrorKind::number_of_other) >= 2'000);
  CHECK(profile.rate(ErrorKind::name_variant) >= 20'000);
  CHECK(profile.rate(ErrorKind::birth_default) + profile.rate(ErrorKind::birth_lunar) >= 15'000);
  CHECK(profile.rate(ErrorKind::address_missing) >= 200'000);
  const auto harsh = synth::read_dirt_profile(kSynth / "dirt", "harsh").value();
  CHECK(harsh.rate(ErrorKind::number_missing) >= 150'000);
  for (const ErrorKind kind :
       {ErrorKind::number_invalid, ErrorKind::number_of_other, ErrorKind::name_variant, ErrorKind::birth_default}) {
    CHECK(harsh.rate(kind) >= 2 * profile.rate(kind));
  }
}

TEST_CASE("a mistyped number is never valid") {
  for (int i = 0; i < 2000; ++i) {
    const std::string number = number_of(i % 900 + 1);
    CHECK(state_of_number(synth::mistyped_number(number, RandomStream(static_cast<std::uint64_t>(i)))) !=
          NumberState::valid);
  }
}

TEST_CASE("the fifteen-digit form leads back to the number") {
  const std::string number = number_of(123);
  const std::string form = synth::fifteen_digit_form(number);
  CHECK(form.size() == 15);
  CHECK(state_of_number(form) == NumberState::fifteen);
  CHECK(eighteen_of_fifteen(form) == number);
}

TEST_CASE("a lunar date is read as if it were solar") {
  const auto lunar = [](int year, int month, int day) {
    return synth::lunar_read_as_solar(Day::from_civil(year, month, day)).text();
  };
  CHECK(lunar(2026, 2, 17) == "2026-01-01");  // the first day of the lunar year
  CHECK(lunar(2026, 2, 16) == "2025-12-29");
  CHECK(lunar(2024, 9, 17) == "2024-08-15");  // mid-autumn
}

TEST_CASE("a name variant is another name, a cut keeps one part") {
  const auto variants = synth::Variants::read(kSynth / "variants").value();
  for (const std::string name : {"王芳", "李伟", "欧阳修文", "马", "阿木呷呷", "吉克·阿木"}) {
    for (std::uint64_t i = 0; i < 50; ++i) CHECK(variants.name(name, RandomStream(i)) != name);
  }
  CHECK(variants.has_parts("吉克·阿木"));
  CHECK_FALSE(variants.has_parts("王芳"));
  for (std::uint64_t i = 0; i < 20; ++i) {
    const std::string cut = variants.cut("吉克·阿木", RandomStream(i));
    CHECK((cut == "吉克" || cut == "阿木"));
    CHECK(variants.separated("吉克·阿木", RandomStream(i)) != "吉克·阿木");
  }
}

TEST_CASE("a damaged profile is refused with its line") {
  const auto refused = [](const std::string& text) {
    const auto profile = synth::read_dirt_profile(kSynth / "dirt", written("songtan-dirt.toml", text).string());
    REQUIRE_FALSE(profile);
    return profile.error();
  };
  CHECK(refused("delay_percent = 0\n[rates_ppm]\nnumber_mising = 5\n").line == 3);
  CHECK(refused("delay_percent = 0\n[rates_ppm]\nnumber_missing = 2000000\n").line == 2);
  CHECK(refused("[rates_ppm]\n").outcome == Outcome::bad_data);
  CHECK_FALSE(synth::read_dirt_profile(kSynth / "dirt", "spotless"));
}
