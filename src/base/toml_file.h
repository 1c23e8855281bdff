// A TOML file of a pack, read strictly. In: a path. Out: typed values, or an Error with file, line and key; what was
// not asked for by the end is an unknown key and refused. Only this and toml_tree see the TOML library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace songtan {

/// One table of the file. Getters note the first error and go on; read `error()` (or TomlFile::check) at the end.
class TomlTable {
 public:
  struct State;
  TomlTable(std::shared_ptr<State> state, const void* node, std::string place);

  bool has(std::string_view key) const;
  std::string text(std::string_view key) const;  ///< required
  std::string text_or(std::string_view key, std::string_view otherwise) const;
  std::int64_t integer(std::string_view key) const;  ///< required
  std::int64_t integer_or(std::string_view key, std::int64_t otherwise) const;
  bool boolean_or(std::string_view key, bool otherwise) const;
  std::vector<std::string> texts(std::string_view key) const;  ///< empty if absent
  std::vector<std::int64_t> integers(std::string_view key) const;
  /// A table of words, in the order of its keys; empty if absent.
  std::map<std::string, std::string> words(std::string_view key) const;
  /// Sub-table; an absent one reads as empty.
  TomlTable table(std::string_view key) const;
  std::vector<TomlTable> tables(std::string_view key) const;  ///< [[key]]
  /// Notes an error at this table's line.
  void refuse(Text message, Text mend) const;

 private:
  std::shared_ptr<State> state_;
  const void* node_;
  std::string place_;
};

class TomlFile {
 public:
  static Result<TomlFile> read(const std::filesystem::path& path);
  TomlTable root() const;
  /// The first error met by any getter, or an unknown key.
  Result<void> check() const;

 private:
  explicit TomlFile(std::shared_ptr<TomlTable::State> state);
  std::shared_ptr<TomlTable::State> state_;
};

}  // namespace songtan
