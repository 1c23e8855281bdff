// One delivered row after another, through the contract: clean, check, and yield standard records or a counted reject.
// In: cells. Out: rows in RecordTables and issues. No SQL, no allocation per cell where nothing needs mending.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/contract.h"
#include "ingest/detail/cell.h"
#include "ingest/detail/header.h"
#include "ingest/detail/issue_log.h"
#include "ingest/detail/record_tables.h"

namespace songtan::ingest::detail {

class RowMapper {
 public:
  RowMapper(const Contract& contract, const HeaderMap& header, const FileLineage& lineage, RecordTables& tables);

  /// `cells` in the delivered order; a row of a delta that deletes yields its key alone. `row` counts from 1 and rises from call to call.
  void map(std::int64_t row, std::span<const std::string_view> cells);

  /// A row that cannot be cut into the header's cells; `rule` lives as long as the program.
  void reject(std::int64_t row, std::string_view rule, ValueClass why);

  const IssueLog& issues() const { return issues_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t rejected() const { return rejected_; }

 private:
  enum class FieldKind : std::uint8_t {
    text,
    number,
    number_state,
    birth,
    birth_precision,
    date,
    bigint,
    integer,
    tiny,
    other_record
  };
  struct Field {
    FieldKind kind = FieldKind::text;
    const Expression* expression = nullptr;
    const CodeList* codes = nullptr;
    bool needed = false;
  };
  struct MappedSection {
    const Section* section = nullptr;
    std::vector<Field> fields;
    std::vector<int> own_columns;  ///< identity: columns that speak of this role alone
  };
  struct Value {
    bool null = true;
    std::string_view text;
    std::int64_t integer = 0;
    DatePrecision precision = DatePrecision::day;
  };

  MappedSection mapped(const Section& section) const;
  void find_own_columns();
  std::optional<Operation> read_operation(std::int64_t row, std::span<const std::string_view> cells);
  bool read_cells(std::int64_t row, std::span<const std::string_view> cells, bool named_only);
  bool read_key(std::int64_t row, bool removed);
  bool names(std::size_t column) const;
  bool passes_checks(std::int64_t row);
  bool passes(const RowCheck& check, ValueClass& why) const;
  bool mentions(const MappedSection& identity) const;
  bool holds(const Condition& condition) const;
  Value value_of(const Field& field, std::int64_t row);
  void add_unknown_code(std::int64_t row, const Expression& expression, std::string_view code);
  Value cell_value(const Cell& cell, const Field& field, std::int64_t row);
  const ContractColumn* own_id_column(const Field& field) const;
  Value number_value(const Field& field);
  void emit(const MappedSection& mapped, std::int64_t row);
  void write(table::TableWriter& writer, const Field& field, const Value& value) const;

  const Contract* contract_;
  HeaderMap header_;
  FileLineage lineage_;
  RecordTables* tables_;
  std::vector<CellReader> readers_;
  std::vector<Cell> cells_;
  std::vector<MappedSection> sections_;
  std::vector<char> mentioned_;
  std::vector<Value> values_;
  std::string number_;
  std::string key_;
  IssueLog issues_;
  std::int64_t rows_ = 0;
  std::int64_t rejected_ = 0;
};

}  // namespace songtan::ingest::detail
