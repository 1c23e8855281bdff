// The small CSV tables of a pack's synth folder. In: a file. Out: its cells by column name, or an error with file and
// line. Lines that begin with # are for people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan::synth {

class PackTable {
 public:
  /// Reads UTF-8 CSV without quotes (no cell of these tables holds a comma). Every row must be as wide as the header,
  /// and every wanted column must exist.
  static Result<PackTable> read(const std::filesystem::path& file, const std::vector<std::string>& wanted);

  std::size_t rows() const { return cells_.size() / width_; }
  std::string_view text(std::size_t row, std::string_view column) const;
  /// Digits only; a bad cell was refused by `check_integers` before.
  std::int64_t integer(std::size_t row, std::string_view column) const;
  /// Refuses the table if a cell of one of these columns is not a whole number.
  Result<void> check_integers(const std::vector<std::string>& columns) const;

 private:
  std::size_t position(std::string_view column) const;

  std::string file_;
  std::size_t width_ = 1;
  std::vector<std::string> header_;
  std::vector<std::string> cells_;
  std::vector<std::int64_t> lines_;
};

}  // namespace songtan::synth
