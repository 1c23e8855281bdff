#include "table/visit_rows.h"

namespace songtan::table {

Result<void> visit_rows(Session& session, std::string_view sql,
                        const std::function<void(const Chunk& chunk, std::int64_t row)>& visit) {
  TRY(Rows rows, session.query(sql));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) visit(rows.chunk(), row);
  }
}

}  // namespace songtan::table
