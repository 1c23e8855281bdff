// The rows of one register on their way from SQL to files: codes, dirt, formats, parts, and who each mention truly is.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "synth/detail/extract_file.h"
#include "synth/detail/people_index.h"
#include "synth/extracts.h"

namespace songtan::synth::detail {

struct BadOffices {
  std::set<std::string, std::less<>> offices;
  std::int64_t share_ppm = 0;
};

class RegisterRows {
 public:
  RegisterRows(const ExtractPlan& plan, const RegisterForm& form, const PeopleIndex& people,
               const BadOffices& bad_offices);

  /// Runs the register's SELECT in `session` and writes its files, its mentions and what it delivered by key; `sink`
  /// holds what is on its way. A register with a delta form that was delivered before writes only what changed since.
  /// Errors: synth.columns (a hidden column is missing), synth.codes (a word without a code), the SQL's own.
  Result<std::vector<ExtractFileCount>> write(table::Session& session, table::Session& sink,
                                              const ExtractFolders& folders);

 private:
  struct Files;

  Result<std::string> ordered_select(table::Session& session);
  Result<void> write_chunk(const table::Chunk& chunk, Files& files);
  Result<std::vector<Cell>> soiled_cells(const table::Chunk& chunk, std::int64_t row) const;
  Result<Cell> cell_of(const table::Chunk& chunk, std::int64_t row, std::size_t column) const;
  void soil(Cell& cell, const ColumnForm& column, const RowDirt& dirt, std::int64_t person) const;
  std::string soiled_number(std::string number, int role, const RowDirt& dirt, std::int64_t person) const;
  std::string soiled_name(std::string name, int role, const RowDirt& dirt) const;

  const ExtractPlan& plan_;
  const RegisterForm& form_;
  const PeopleIndex& people_;
  const BadOffices& bad_offices_;
  DirtRates rates_;
  std::uint64_t source_key_;
  Day delivery_;
  std::int64_t first_value_ = 0;  ///< position of the first delivered column in the SELECT
};

}  // namespace songtan::synth::detail
