// Reads the files to be linked into an EngineFrame: one row a record, one column a model column. In: files, the id's
// column, the model. Out: coded rows, blocking keys, and the ids and sources by which results are told.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/progress.h"
#include "link/link_model.h"
#include "table/session.h"

namespace songtan::link {

struct InputFiles {
  std::vector<std::filesystem::path> files;  ///< CSV or Parquet; each is one source, named by its stem
  std::string id_column;                     ///< empty: the row's number serves
};

/// Texts in one arena.
class TextList {
 public:
  void add(std::string_view text) {
    arena_ += text;
    ends_.push_back(static_cast<std::uint32_t>(arena_.size()));
  }
  std::string_view at(std::size_t i) const {
    const std::size_t from = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(arena_).substr(from, ends_[i] - from);
  }
  std::size_t size() const { return ends_.size(); }

 private:
  std::string arena_;
  std::vector<std::uint32_t> ends_;
};

struct LinkageInput {
  EngineFrame frame;
  std::vector<std::string> columns;  ///< names of the frame's columns
  std::vector<BlockingKeys> keys;    ///< one per blocking rule of the model
  std::vector<std::string> sources;
  TextList ids;

  std::uint16_t column(const std::string& name) const;  ///< must exist (CHECK)
};

/// Opens a session that holds the inputs as one view `linkage_input` (source_number, row_id, all input columns) and
/// knows the text functions of models: link_fold, link_sound, link_sorted_words. SQL of models can reach no files.
Result<table::Session> open_inputs(const InputFiles& files, int threads, std::int64_t memory_bytes);

/// Names of the input columns, in order.
Result<std::vector<std::string>> input_columns(table::Session& session);

Result<LinkageInput> load_input(table::Session& session, const LinkModel& model);

/// The model in the kernel's form. Errors: a column that the input does not have; too many patterns.
Result<EngineModel> compiled_model(const LinkModel& model, const LinkageInput& input);

/// Share of each value of a column among its values that are not missing, by value code.
std::vector<double> value_shares(const EngineFrame& frame, std::uint16_t column);

}  // namespace songtan::link
