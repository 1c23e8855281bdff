// A TOML document as a plain tree with the place of every value, for formats whose keys are not known beforehand; fixed
// ones read through toml_file.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan {

struct TomlField;

struct TomlValue {
  enum class Kind : std::uint8_t { text, integer, boolean, array, table, other };

  Kind kind = Kind::other;
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<TomlValue> items;
  std::vector<TomlField> fields;
  std::int64_t line = 0;
  std::int64_t character = 0;

  const TomlValue* find(std::string_view key) const;
};

/// One key of a table, in the order of the file.
struct TomlField {
  std::string key;
  TomlValue value;
};

/// Errors: environment if unreadable; bad_data toml.syntax with line and column, toml.size above 1 MiB.
Result<TomlValue> read_toml_tree(const std::filesystem::path& file);

}  // namespace songtan
