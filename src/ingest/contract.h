// A source contract: what one department delivers and what each cell means, as data. In: packs/*/sources/*.toml
// (docs/formats/source-contract.md). Out: columns with their types and checks, and the sections that turn a delivered
// row into standard records. Nothing here knows a department by name.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/schema.h"

namespace songtan::ingest {

inline constexpr int kContractFormat = 1;

enum class FileFormat : std::uint8_t { csv, parquet, json_lines, xlsx, postgresql };
enum class Encoding : std::uint8_t { utf8, gb18030, detect };
enum class Absence : std::uint8_t { none, unknown };
enum class ColumnType : std::uint8_t { text, number, date, money, integer, decimal, code, region };
enum class Sensitivity : std::uint8_t { open, internal, personal, sensitive };

/// What becomes of a row whose value breaks the rule of its column.
enum class Fate : std::uint8_t { blank, reject };

/// What a row of a delta does with the rows of its key.
enum class Operation : std::uint8_t { insert, update, remove };
std::optional<Operation> operation_of(std::string_view word);

/// The written forms of dates and months.
enum class DateForm : std::uint8_t { eight_digits, dashes, slashes, chinese, six_digits, month_dash, month_chinese };
inline constexpr std::array<std::string_view, 7> kDateForms = {"yyyymmdd", "yyyy-mm-dd", "yyyy/mm/dd", "yyyy年m月d日",
                                                               "yyyymm",   "yyyy-mm",    "yyyy年m月"};

/// The word of a code that a proposal leaves to a person; a contract that still has it is refused.
inline constexpr std::string_view kUndecided = "?";

/// Delivered code → standard word.
struct CodeList {
  std::string name;
  std::map<std::string, std::string, std::less<>> words;
  std::optional<std::string> otherwise;
  std::int64_t last_line = 0;  ///< in the contract, of its last code
};

struct ContractColumn {
  std::string name;
  std::int64_t line = 0;                  ///< in the contract, of its name
  std::vector<std::string> former_names;  ///< headers that mean the same column
  ColumnType type = ColumnType::text;
  Sensitivity sensitivity = Sensitivity::internal;
  bool required = false;    ///< an empty cell rejects the row
  bool optional = false;    ///< a delivery may lack the whole column
  bool partial = false;     ///< dates: day or month may be 00
  bool not_future = false;  ///< dates: not after the delivery
  Fate on_bad = Fate::blank;
  std::vector<DateForm> forms;
  std::vector<std::string> placeholders;  ///< dates that stand for "not known", yyyy-mm-dd with * as wildcard parts
  int scale = 0;                          ///< stored = delivered × 10^scale
  std::int64_t at_least = 0;              ///< of the stored value
  std::int64_t at_most = 0;
  std::vector<int> lengths;  ///< regions: allowed counts of digits
  std::int64_t max_length = 0;
  std::string pattern;  ///< ICU regular expression over the whole cell
  int code_list = -1;
};

/// How one field of a standard record comes from a row. Evaluated after cleaning; empty cells give NULL.
struct Expression {
  enum class Kind : std::uint8_t { absent, constant, column, first, slice, birth_year };

  Kind kind = Kind::absent;
  std::string constant;
  std::vector<int> columns;
  int code_list = -1;
  int plus_days = 0;
  int plus_months = 0;
  int from = 0;
  int length = 0;
};

/// All conditions of a section must hold for a row to yield its record. They look at the cleaned text of a cell.
struct Condition {
  enum class Kind : std::uint8_t { empty, filled, in, not_in, above };

  Kind kind = Kind::filled;
  int column = 0;
  std::vector<std::string> words;
  std::int64_t bound = 0;
};

/// One kind of record that a row yields. `fields[i]` belongs to schema column kLineageColumns + i.
struct Section {
  const model::TableSchema* schema = nullptr;
  int role = 0;
  int other_role = -1;
  std::vector<Expression> fields;
  std::vector<Condition> when;
};

/// A rule over two columns of one row.
struct RowCheck {
  enum class Kind : std::uint8_t { in_order, number_birth, number_sex };

  std::string name;
  Kind kind = Kind::in_order;
  std::array<int, 2> columns = {0, 0};
  Fate on_bad = Fate::blank;  ///< blank: the row stays, with a warning
};

/// The first eight columns of every standard record: record_id … office.
inline constexpr std::size_t kLineageColumns = 8;

struct Contract {
  std::filesystem::path path;
  std::string digest;  ///< sha256 of the contract's bytes
  std::string id;
  std::string version;
  std::string department_code;
  Text department;
  Text title;

  std::vector<std::string> patterns;
  std::string table;  ///< of a PostgreSQL source: [schema.]name
  FileFormat format = FileFormat::csv;
  Encoding encoding = Encoding::utf8;
  char delimiter = ',';
  bool accepts_full = true;
  bool accepts_delta = false;
  bool required = true;
  bool ignores_extra_columns = false;
  bool needs_final_newline = true;
  bool multiline = false;

  std::int64_t rhythm_days = 0;
  Absence absence = Absence::unknown;
  std::int64_t priority = 0;
  std::vector<int> keys;  ///< columns whose delivered texts together name a row across deliveries
  int operation = -1;  ///< code column of deltas with the words insert, update, delete; -1: deltas only add and change
  int order = -1;      ///< date or integer column: of two versions of a row the greater is the newer; -1: by delivery

  std::vector<std::string> regions;
  Text population;
  Text period;
  std::vector<std::string> basis;
  std::string sharing;
  std::string method;
  std::string conditions;
  std::string grade;

  std::vector<ContractColumn> columns;
  std::vector<CodeList> code_lists;
  std::vector<std::string> roles;
  Expression office;
  std::vector<Section> sections;  ///< identity sections first, by role
  std::vector<RowCheck> checks;

  int column_index(std::string_view name) const;  ///< -1 when absent
};

/// Errors: bad_data with file, line, column of the contract and the mend.
Result<Contract> read_contract(const std::filesystem::path& file);

/// All contracts of a pack, by id. Errors: usage when there is no such folder; bad_data for a broken or doubled one.
Result<std::vector<Contract>> read_contracts(const std::filesystem::path& pack);

}  // namespace songtan::ingest
