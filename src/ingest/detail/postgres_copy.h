// A table or view of PostgreSQL as a CSV file: UTF-8, a header, one snapshot, rows in a fixed order. In: a delivery note,
// whose place in extracts/ says source, date and kind, and a connection that never stands in the pack.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::ingest::detail {

/// What to read, as the contract says.
struct PostgresTable {
  std::string source;             ///< names the environment variable that may hold the connection
  std::string table;              ///< [schema.]name
  std::vector<std::string> keys;  ///< columns that order the rows; all others follow
};

/// The libpq connection string of a note (lines that begin with '#' are remarks), or else of the environment variable
/// SONGTAN_POSTGRESQL_<SOURCE>, dots and dashes as '_'. Errors: usage postgresql.connection; environment.
Result<std::string> connection_of_note(const std::filesystem::path& note, const std::string& source);

/// Writes the table's rows to `spool` by COPY in one read-only snapshot. Equal rows give equal bytes. `stop` is asked
/// between rows. Errors never hold values or passwords: usage postgresql.connection (not a connection string);
/// environment postgresql.unreachable, postgresql.lost; bad_data postgresql.table, postgresql.rights, postgresql.query.
/// Cost: the server sorts; here one row in memory.
Result<void> copy_postgres_table(const std::filesystem::path& note, const PostgresTable& wanted,
                                 const std::string& connection, const std::filesystem::path& spool,
                                 const std::function<bool()>& stop);

/// True if a contract may name such a table: letters, digits and '_', with at most one dot.
bool is_table_name(std::string_view name);

}  // namespace songtan::ingest::detail
