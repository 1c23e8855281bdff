#include "synth/dirt_profile.h"

#include <array>
#include <utility>

#include "base/toml_file.h"

namespace songtan::synth {
namespace {

constexpr std::array<std::pair<std::string_view, ErrorKind>, kErrorKinds> kKeys = {{
    {"number_missing", ErrorKind::number_missing},
    {"number_invalid", ErrorKind::number_invalid},
    {"number_fifteen", ErrorKind::number_fifteen},
    {"number_of_other", ErrorKind::number_of_other},
    {"number_of_guardian", ErrorKind::number_of_guardian},
    {"name_variant", ErrorKind::name_variant},
    {"name_separator", ErrorKind::name_separator},
    {"name_cut", ErrorKind::name_cut},
    {"name_transliterated", ErrorKind::name_transliterated},
    {"birth_default", ErrorKind::birth_default},
    {"birth_lunar", ErrorKind::birth_lunar},
    {"address_missing", ErrorKind::address_missing},
    {"address_variant", ErrorKind::address_variant},
    {"phone_missing", ErrorKind::phone_missing},
    {"phone_other", ErrorKind::phone_other},
    {"age_shifted", ErrorKind::age_shifted},
}};

std::int64_t share(const TomlTable& table, std::string_view key) {
  const std::int64_t ppm = table.integer_or(key, 0);
  if (ppm < 0 || ppm > 1'000'000) {
    table.refuse({std::string(key) + " 应在 0 与 1000000 之间（百万分之几）",
                  std::string(key) + " must lie between 0 and 1000000 (parts per million)"},
                 {});
  }
  return ppm;
}

}  // namespace

Result<DirtProfile> read_dirt_profile(const std::filesystem::path& folder, const std::string& name_or_file) {
  const bool is_file = name_or_file.ends_with(".toml");
  const auto path = is_file ? std::filesystem::path(name_or_file) : folder / (name_or_file + ".toml");
  TRY(const TomlFile file, TomlFile::read(path));
  const TomlTable root = file.root();
  DirtProfile profile;
  profile.name = path.stem().string();
  profile.delay_percent = root.integer("delay_percent");
  profile.unambiguous = root.boolean_or("unambiguous", false);
  const TomlTable rates = root.table("rates_ppm");
  for (const auto& [key, kind] : kKeys) profile.rates_ppm[static_cast<int>(kind)] = share(rates, key);
  const TomlTable persons = root.table("persons_ppm");
  profile.second_number_ppm = share(persons, "second_number");
  profile.refused_check_ppm = share(persons, "refused_check");
  profile.uncertified_death_ppm = share(persons, "uncertified_death");
  const TomlTable correlation = root.table("correlation");
  profile.bad_offices_ppm = share(correlation, "bad_offices_ppm");
  profile.bad_offices_errors_ppm = share(correlation, "bad_offices_errors_ppm");
  profile.sloppy_rows_ppm = share(correlation, "sloppy_rows_ppm");
  profile.sloppy_factor = correlation.integer_or("sloppy_factor", 1);
  TRY_VOID(file.check());
  return profile;
}

}  // namespace songtan::synth
