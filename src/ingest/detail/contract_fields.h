// The lower half of reading a contract: expressions, conditions and sections against the columns already read.
#pragma once

#include "ingest/contract.h"
#include "ingest/detail/toml_reader.h"

namespace songtan::ingest::detail {

/// Reads [codes.*], which columns and expressions name.
Result<void> read_code_lists(const TomlReader& document, Contract& contract);

/// Reads roles, office, every record section and the row checks into `contract`, whose columns are complete.
Result<void> read_sections(const TomlReader& document, Contract& contract);

/// Index of a column by name, or an error at `place` with the nearest name.
Result<int> column_of(const TomlReader& reader, const Contract& contract, const std::string& name,
                      const TomlValue& place);

}  // namespace songtan::ingest::detail
