// How dirty the departments' registers are. In: packs/<pack>/synth/dirt/<name>.toml or any file of that form.
// Out: rates. All rates are parts per million of the records that have the field, before correlation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace songtan::synth {

/// Kinds of error, each with its own rate. The order is part of the draws' keys: append only.
enum class ErrorKind : std::uint8_t {
  number_missing,
  number_invalid,
  number_fifteen,      ///< the 15-digit form, of people born before 1999
  number_of_other,     ///< someone else's valid number
  number_of_guardian,  ///< a child on an adult's number
  name_variant,
  name_separator,       ///< names of several parts only: another separator, or none
  name_cut,             ///< names of several parts only: cut at the separator
  name_transliterated,  ///< names with transliterated syllables only
  birth_default,        ///< 1 January of the year
  birth_lunar,          ///< the lunar date written as if it were solar
  address_missing,
  address_variant,
  phone_missing,
  phone_other,
  age_shifted,
};
constexpr int kErrorKinds = 16;

struct DirtProfile {
  std::string name;
  std::int64_t rates_ppm[kErrorKinds] = {};
  std::int64_t second_number_ppm = 0;      ///< persons who have two valid numbers, seen in half of the registers
  std::int64_t refused_check_ppm = 0;      ///< checks that time out or are refused by the source
  std::int64_t uncertified_death_ppm = 0;  ///< deaths for which no office wrote a certificate
  std::int64_t delay_percent = 0;          ///< of the registers' own lags and delays
  // Correlation: a tenth of the offices makes half of the errors, and errors keep company within a row.
  std::int64_t bad_offices_ppm = 0;
  std::int64_t bad_offices_errors_ppm = 0;
  std::int64_t sloppy_rows_ppm = 0;  ///< rows typed carelessly …
  std::int64_t sloppy_factor = 1;    ///< … whose rates are this many times the others'
  bool unambiguous = false;          ///< rows without number appear only where their other fields name one person

  std::int64_t rate(ErrorKind kind) const { return rates_ppm[static_cast<int>(kind)]; }
};

/// `name_or_file` is the name of a profile of the pack (none, realistic, harsh) or the path of a TOML file.
/// Errors: synth.toml, with file, line and key.
Result<DirtProfile> read_dirt_profile(const std::filesystem::path& folder, const std::string& name_or_file);

}  // namespace songtan::synth
