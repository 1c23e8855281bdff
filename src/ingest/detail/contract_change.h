// A proposed change of a contract as a patch of its file, for a person to read, mend and adopt. Nothing here writes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/contract.h"

namespace songtan::ingest::detail {

class ContractChange {
 public:
  /// Reads the contract's text; a file that is gone meanwhile proposes nothing.
  explicit ContractChange(const Contract& contract);

  /// The column is also delivered under another header.
  void add_former_name(const ContractColumn& column, std::string_view name);
  /// Adds lines to the column's table.
  void add_to_column(const ContractColumn& column, std::string_view line);
  /// Puts other words for the value of a key that the column's table has on a line of its own.
  void replace_in_column(const ContractColumn& column, std::string_view key, std::string_view line);
  /// A new [[columns]] table after the last one.
  void add_column(const std::vector<std::string>& lines);
  void add_code(const CodeList& list, std::string_view code);

  /// A unified diff of sources/<id>.toml, for `patch -p1` in the pack's folder. Empty when nothing is proposed.
  std::string patch() const;

 private:
  void insert_after(std::size_t line, std::string text);
  std::size_t end_of_table(std::size_t line) const;
  std::size_t line_of_key(const ContractColumn& column, std::string_view key) const;

  std::string name_;
  std::size_t last_column_ = 0;
  std::vector<std::string> lines_;
  std::map<std::size_t, std::vector<std::string>> added_;  ///< behind a line, counted from 1
  std::map<std::size_t, std::string> replaced_;
};

/// A TOML text in quotes.
std::string toml_text(std::string_view text);

}  // namespace songtan::ingest::detail
