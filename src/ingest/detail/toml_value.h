// A TOML document as a plain tree with the place of every value, so that each complaint names line and column.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace songtan::ingest::detail {

struct TomlValue {
  enum class Kind : std::uint8_t { text, integer, boolean, array, table, other };

  Kind kind = Kind::other;
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<TomlValue> items;
  std::vector<std::pair<std::string, TomlValue>> fields;
  std::int64_t line = 0;
  std::int64_t character = 0;

  const TomlValue* find(std::string_view key) const;
};

/// Errors: environment if unreadable, bad_data "contract.syntax" with line and column otherwise.
Result<TomlValue> read_toml(const std::filesystem::path& file);

/// Reads typed values out of one table; every failure names file, line, column and the mend.
class TomlReader {
 public:
  TomlReader(std::string file, const TomlValue& table) : file_(std::move(file)), table_(&table) {}

  const TomlValue& value() const { return *table_; }
  TomlReader at(const TomlValue& table) const { return {file_, table}; }

  /// Refuses keys outside the list, with the nearest allowed key as the mend.
  Result<void> only(std::initializer_list<std::string_view> keys) const;
  Result<void> only(const std::vector<std::string_view>& keys) const;

  Result<const TomlValue*> needed(std::string_view key, TomlValue::Kind kind) const;
  /// Null when the key is absent.
  Result<const TomlValue*> optional(std::string_view key, TomlValue::Kind kind) const;

  Result<std::string> text(std::string_view key) const;
  Result<std::string> text_or(std::string_view key, std::string_view otherwise) const;
  Result<std::int64_t> integer_or(std::string_view key, std::int64_t otherwise) const;
  Result<bool> boolean_or(std::string_view key, bool otherwise) const;
  /// A text or an array of texts; empty when absent.
  Result<std::vector<std::string>> texts(std::string_view key) const;
  /// Array of tables; empty when absent.
  Result<std::vector<const TomlValue*>> tables(std::string_view key) const;

  /// Position of the text in the list, or an error that offers the list.
  Result<std::size_t> one_of(std::string_view key, std::string_view otherwise,
                             const std::vector<std::string_view>& words) const;

  /// An error at `place` (at this table when null).
  std::unexpected<Error> refuse(std::string code, Text message, Text mend, const TomlValue* place = nullptr) const;

 private:
  std::string file_;
  const TomlValue* table_;
};

/// The word of `words` with the least edit distance to `word`, if it is near enough to be a slip; else empty.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& words);

/// Words joined with ", ".
std::string joined(const std::vector<std::string_view>& words);

}  // namespace songtan::ingest::detail
