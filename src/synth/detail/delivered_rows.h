// What a register has delivered, row by row: which file and row last spoke for a key, in which words, and who the row
// truly is. In: the rows of a delivery in their order, and the same of the delivery before. Out: what changed, truth's
// mentions, and the state from which the next delivery goes on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "synth/detail/extract_file.h"
#include "synth/extracts.h"
#include "table/session.h"
#include "table/writer.h"

namespace songtan::synth::detail {

class DeliveredRows {
 public:
  enum class Change : std::uint8_t { none, inserted, updated };

  /// Reads what was delivered before, if the register delivers changes only and there was a delivery. `sink` holds the
  /// rows until finish(). Memory: the words of every row, for a register with a delta form.
  static Result<DeliveredRows> open(const RegisterForm& form, const ExtractFolders& folders, table::Session& sink);

  /// Only changes are delivered this time.
  bool is_delta() const { return is_delta_; }

  /// What became of the row with this key. Its mentions follow; unless it is unchanged, put() says where it stands.
  Change change_of(std::int64_t key, const std::vector<Cell>& cells);
  void put(std::string_view file, std::int64_t row);
  void mention(std::string_view role, std::int64_t person);

  /// Rows of the delivery before that are no more, by key; call after the last row.
  std::vector<std::vector<Cell>> gone() const;

  /// People named by rows that stand in this file.
  std::int64_t mentions_in(const std::string& file) const;

  /// Writes lawful/mentions/<source>.parquet and delivered/<source>.parquet.
  Result<void> finish(const ExtractFolders& folders);

 private:
  struct Row {
    std::string file;
    std::int64_t row = 0;
    std::string words;  ///< the cells as shown, apart by a unit separator
    bool seen = false;
  };

  DeliveredRows(const RegisterForm& form, table::Session& sink) : form_(form), sink_(sink) {}
  Result<void> read_before(const std::filesystem::path& file);
  void end_row();

  const RegisterForm& form_;
  table::Session& sink_;
  bool is_delta_ = false;
  bool keeps_words_ = false;
  std::unordered_map<std::int64_t, Row> before_;
  std::vector<table::TableWriter> writers_;  ///< mentions, delivered
  std::int64_t key_ = 0;
  Row current_;
  bool open_ = false;
  std::unordered_map<std::string, std::int64_t> mentions_;
};

}  // namespace songtan::synth::detail
