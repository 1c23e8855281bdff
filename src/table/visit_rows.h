// Walks the rows of a query. In: SQL. Out: a call a row, in the query's order.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "table/session.h"

namespace songtan::table {

/// Calls `visit(chunk, row)` for every row; the chunk is valid during the call only.
Result<void> visit_rows(Session& session, std::string_view sql,
                        const std::function<void(const Chunk& chunk, std::int64_t row)>& visit);

}  // namespace songtan::table
