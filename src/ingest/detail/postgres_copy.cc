#include "ingest/detail/postgres_copy.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "base/text.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConnectSeconds = "10";  // where the connection string does not say
constexpr std::int64_t kRowsBetweenLooks = 1'024;

struct Release {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  void operator()(char* text) const { PQfreemem(text); }
};
using Connection = std::unique_ptr<PGconn, Release>;
using Answer = std::unique_ptr<PGresult, Release>;

std::string environment_name(const std::string& source) {
  std::string name = "SONGTAN_POSTGRESQL_";
  for (const char c : source)
    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '.' || c == '-' ? '_' : c;
  return name;
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

std::string quoted_table(const std::string& table) {
  std::string text;
  for (const std::string_view part : split(table, '.')) text += (text.empty() ? "" : ".") + quoted(std::string(part));
  return text;
}

class TableCopy {
 public:
  TableCopy(const fs::path& note, const PostgresTable& wanted) : note_(note), wanted_(wanted) {}

  Result<void> connect(const std::string& connection);
  Result<void> write(const fs::path& spool, const std::function<bool()>& stop);

 private:
  Error unreachable(std::string code) const;
  Error refused(const PGresult* answer) const;
  Result<Answer> run(const std::string& sql, ExecStatusType wanted) const;
  Result<std::string> copy_command() const;

  fs::path note_;
  const PostgresTable& wanted_;
  Connection connection_;
};

Error TableCopy::unreachable(std::string code) const {
  Error error =
      refusal(note_, std::move(code),
              {"连不上来源的数据库，或连接中断", "the source's database cannot be reached, or was lost"},
              {"检查连接串中的主机、端口、库、用户与密码文件，以及数据库是否在运行",
               "check host, port, database, user and password file of the connection, and that the server runs"});
  error.outcome = Outcome::environment;
  return error;
}

// By the state alone: what the server says may hold values.
Error TableCopy::refused(const PGresult* answer) const {
  const char* field = answer == nullptr ? nullptr : PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  if (state.empty() || state.starts_with("08") || state.starts_with("57P")) return unreachable("postgresql.lost");
  if (state == "42P01" || state == "3F000") {
    return refusal(note_, "postgresql.table",
                   {fmt::format("数据库里没有表或视图 {}", wanted_.table),
                    fmt::format("the database has no table or view {}", wanted_.table)},
                   {"核对契约 [files] table 与连接的库", "check [files] table and the database of the connection"});
  }
  if (state == "42501") {
    return refusal(
        note_, "postgresql.rights",
        {fmt::format("没有读取 {} 的权限", wanted_.table), fmt::format("no right to read {}", wanted_.table)},
        {"请部门授予只读权限", "ask for the right to read it"});
  }
  return refusal(note_, "postgresql.query",
                 {fmt::format("数据库读取 {} 时报错，SQLSTATE {}", wanted_.table, state),
                  fmt::format("the database failed to read {}: SQLSTATE {}", wanted_.table, state)},
                 {"请部门在数据库上检查该视图", "ask the department to look at that view in its database"});
}

Result<Answer> TableCopy::run(const std::string& sql, ExecStatusType wanted) const {
  Answer answer(PQexec(connection_.get(), sql.c_str()));
  if (answer == nullptr || PQresultStatus(answer.get()) != wanted) return fail(refused(answer.get()));
  return answer;
}

Result<void> TableCopy::connect(const std::string& connection) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, Release> options(PQconninfoParse(connection.c_str(), &complaint));
  const std::unique_ptr<char, Release> unsaid(complaint);  // it may repeat a password
  if (options == nullptr) {
    Error error = refusal(note_, "postgresql.connection", {"不是 libpq 连接串", "not a connection string of libpq"},
                          {"写成 host=… dbname=… user=…，密码放在密码文件 (passfile)",
                           "write host=… dbname=… user=…, the password in a password file (passfile)"});
    error.outcome = Outcome::usage;
    return fail(std::move(error));
  }
  const std::array<const char*, 5> names = {"connect_timeout", "application_name", "dbname", "client_encoding",
                                            nullptr};
  const std::array<const char*, 5> values = {kConnectSeconds, "songtan", connection.c_str(), "UTF8", nullptr};
  connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) return fail(unreachable("postgresql.unreachable"));
  for (const char* sql : {"SET datestyle = 'ISO, YMD'", "SET timezone = 'UTC'", "SET bytea_output = 'hex'",
                          "SET intervalstyle = 'iso_8601'", "SET extra_float_digits = 1",
                          "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}) {
    TRY_VOID(run(sql, PGRES_COMMAND_OK));
  }
  return {};
}

// Ordered by the keys, then by every other column, as text and byte by byte: the same rows come as the same bytes.
Result<std::string> TableCopy::copy_command() const {
  const std::string table = quoted_table(wanted_.table);
  TRY(const Answer shape, run(fmt::format("SELECT * FROM {} LIMIT 0", table), PGRES_TUPLES_OK));
  std::vector<std::string> columns;
  for (int i = 0; i < PQnfields(shape.get()); ++i) columns.emplace_back(PQfname(shape.get(), i));
  std::stable_partition(columns.begin(), columns.end(), [&](const std::string& name) {
    return std::find(wanted_.keys.begin(), wanted_.keys.end(), name) != wanted_.keys.end();
  });
  std::string order;
  for (const std::string& name : columns)
    order += fmt::format("{}t.{}::text COLLATE \"C\"", order.empty() ? " ORDER BY " : ", ", quoted(name));
  return fmt::format("COPY (SELECT t.* FROM {} t{}) TO STDOUT (FORMAT csv, HEADER true)", table, order);
}

Result<void> TableCopy::write(const fs::path& spool, const std::function<bool()>& stop) {
  TRY(const std::string command, copy_command());
  TRY_VOID(run(command, PGRES_COPY_OUT));
  std::ofstream stream(spool, std::ios::binary | std::ios::trunc);
  int bytes = 0;
  for (std::int64_t rows = 0;; ++rows) {
    char* row = nullptr;
    bytes = PQgetCopyData(connection_.get(), &row, 0);
    const std::unique_ptr<char, Release> held(row);
    if (bytes < 0) break;
    stream.write(row, bytes);
    if (!stream) return fail(environment_error(spool, {"写入文件", "write the file"}));
    if (rows % kRowsBetweenLooks == 0 && stop()) return fail(interruption());
  }
  const Answer end(PQgetResult(connection_.get()));
  if (bytes != -1 || end == nullptr || PQresultStatus(end.get()) != PGRES_COMMAND_OK) return fail(refused(end.get()));
  stream.close();
  if (!stream) return fail(environment_error(spool, {"写入文件", "write the file"}));
  return {};
}

}  // namespace

Result<std::string> connection_of_note(const fs::path& note, const std::string& source) {
  std::ifstream stream(note, std::ios::binary);
  if (!stream) return fail(environment_error(note, {"读取文件", "read the file"}));
  std::string connection;
  for (std::string line; std::getline(stream, line);) {
    const std::string_view words = trimmed(line);
    if (words.empty() || words.starts_with('#')) continue;
    connection += (connection.empty() ? "" : " ") + std::string(words);
  }
  const std::string variable = environment_name(source);
  if (connection.empty()) {
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr) connection = value;
  }
  if (!connection.empty()) return connection;
  Error error = refusal(note, "postgresql.connection", {"没有给出数据库连接", "no connection to the database is given"},
                        {fmt::format("把 libpq 连接串写进这个文件，或设置环境变量 {}", variable),
                         fmt::format("write a libpq connection string into this file, or set {}", variable)});
  error.outcome = Outcome::usage;
  return fail(std::move(error));
}

Result<void> copy_postgres_table(const fs::path& note, const PostgresTable& wanted, const std::string& connection,
                                 const fs::path& spool, const std::function<bool()>& stop) {
  TableCopy copy(note, wanted);
  TRY_VOID(copy.connect(connection));
  return copy.write(spool, stop);
}

bool is_table_name(std::string_view name) {
  const auto parts = split(name, '.');
  return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= 63 && std::all_of(part.begin(), part.end(), [](char c) {
             const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
             return letter || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
           });
         });
}

}  // namespace songtan::ingest::detail
