// Errors that clerks make, one field at a time: pure functions of the true value and a stream of draws. Which row
// suffers which error is decided by RowDirt; how often, by the profile. Nothing here is read by link.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/hash.h"
#include "base/result.h"
#include "synth/dirt_profile.h"

namespace songtan::synth {

/// Effective rates of one profile, once the share of rows that bad offices write is known.
/// The mean over offices and rows stays the profile's rate as long as no rate is cut off at certainty.
class DirtRates {
 public:
  /// `bad_share_ppm`: the share of rows written in bad offices; 0: all offices are alike.
  DirtRates(const DirtProfile& profile, std::int64_t bad_share_ppm);

  std::int64_t ppm(ErrorKind kind, bool bad_office, bool sloppy_row) const {
    return ppm_[bad_office ? 1 : 0][sloppy_row ? 1 : 0][static_cast<std::size_t>(kind)];
  }
  std::int64_t sloppy_rows_ppm() const { return sloppy_rows_ppm_; }

 private:
  std::array<std::array<std::array<std::int64_t, kErrorKinds>, 2>, 2> ppm_{};
  std::int64_t sloppy_rows_ppm_ = 0;
};

/// The errors of one row: a pure function of (row key, kind, role), whatever order they are asked in.
class RowDirt {
 public:
  RowDirt(const DirtRates& rates, std::uint64_t row_key, bool bad_office)
      : rates_(&rates), row_key_(row_key), bad_office_(bad_office) {
    sloppy_ = RandomStream(row_key, 1'000'000).chance_ppm(static_cast<std::uint64_t>(rates.sloppy_rows_ppm()));
  }

  bool hits(ErrorKind kind, int role) const {
    const std::int64_t ppm = rates_->ppm(kind, bad_office_, sloppy_);
    return ppm > 0 && stream(kind, role).chance_ppm(static_cast<std::uint64_t>(ppm));
  }
  /// How the field goes wrong: independent of the draw that decided whether.
  RandomStream manner(ErrorKind kind, int role) const {
    return {row_key_, kErrorKinds + static_cast<std::uint64_t>(kind), static_cast<std::uint64_t>(role)};
  }

 private:
  RandomStream stream(ErrorKind kind, int role) const {
    return {row_key_, static_cast<std::uint64_t>(kind), static_cast<std::uint64_t>(role)};
  }

  const DirtRates* rates_;
  std::uint64_t row_key_;
  bool bad_office_;
  bool sloppy_ = false;
};

/// A number that a check finds wrong: one digit mistyped, two swapped, one left out.
std::string mistyped_number(std::string_view number, RandomStream stream);

/// The 15-digit form (no century, no check digit) of someone born before 2000.
std::string fifteen_digit_form(std::string_view number);

/// The lunar date of a day, read as if it were a date of the solar calendar (moved to the month's last day where that
/// day does not exist). By ICU's Chinese calendar.
Day lunar_read_as_solar(Day birth);

std::string mistyped_phone(std::string_view phone, RandomStream stream);

/// Ways in which the same name or address is written otherwise, from the pack's own tables
/// (synth/variants/{homophones,transliterations,separators,addresses}.csv).
class Variants {
 public:
  static Result<Variants> read(const std::filesystem::path& folder);

  /// Another writing of the name; always different from it.
  std::string name(std::string_view name, RandomStream stream) const;
  /// True if the name has several parts joined by a separator.
  bool has_parts(std::string_view name) const;
  std::string separated(std::string_view name, RandomStream stream) const;
  std::string cut(std::string_view name, RandomStream stream) const;
  /// Other syllables of the same sounds; the name itself where no syllable has a variant.
  std::string transliterated(std::string_view name, RandomStream stream) const;
  std::string address(std::string_view address, RandomStream stream) const;

 private:
  using Group = std::u32string;
  const Group* homophones(char32_t character) const;

  std::vector<Group> groups_;
  std::map<char32_t, std::vector<std::size_t>> groups_of_;
  std::map<char32_t, Group> syllables_;
  std::vector<std::u32string> separators_;  ///< the first is the one in true names
  std::vector<std::pair<std::string, std::string>> address_forms_;
};

}  // namespace songtan::synth
