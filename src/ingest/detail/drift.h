// What changed in a delivery against its contract, and what to write into the contract if the change is meant. Drift is
// told and refused; only a person adopts it. Values are looked at, never told.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "ingest/contract.h"

namespace songtan::ingest::detail {

/// Some rows of a delivered file, to judge columns by their values.
struct DeliveredSample {
  Day delivery;
  std::vector<std::vector<std::string>> rows;  ///< each with a cell for every delivered column
};

/// A header with columns that the contract does not name, or without some that it does.
struct HeaderDrift {
  std::vector<std::string> names;    ///< as delivered, evened out
  std::vector<int> column_of;        ///< contract column of each name, or -1
  std::vector<std::size_t> missing;  ///< contract columns that are not there
};

/// header.renamed, header.missing or header.unknown, with the proposal. A new column takes the place of a missing one
/// when its name is like it or its values fit it. Cost: sample × columns.
Error refusal_of_header(const Contract& contract, const std::filesystem::path& file, const HeaderDrift& drift,
                        const DeliveredSample& sample);

/// How one typed column may be written now: the lines to put for a key of the contract, or nothing.
std::string proposal_for_form(const Contract& contract, std::size_t column, std::size_t position,
                              const DeliveredSample& sample);

/// An unknown code that is too frequent to be a slip.
struct NewCode {
  int code_list = 0;
  std::string column;
  std::string code;
  std::int64_t count = 0;
};

/// file.codes, with the codes to add; their words are for a person to decide.
Error refusal_of_codes(const Contract& contract, const std::filesystem::path& file, const std::vector<NewCode>& codes);

/// A delivered name or code that may stand in an error: a header that is really a data row must not tell of a person.
std::string shown_word(const std::string& word, std::size_t position);

}  // namespace songtan::ingest::detail
