// Typed reading of a contract's TOML tree: each complaint names file, line, column and the mend.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/toml_tree.h"

namespace songtan::ingest::detail {

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
