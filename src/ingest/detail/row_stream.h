// How the formats that are read in one stream hand over their rows.
#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace songtan::ingest::detail {

/// The cells of one row in the order of the header, and whether it could be read (else the cells mean nothing).
/// False ends the reading.
using RowSink = std::function<bool(std::span<const std::string_view> cells, bool readable)>;

}  // namespace songtan::ingest::detail
