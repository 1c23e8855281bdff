#include "ingest/detail/row_mapper.h"

#include <algorithm>
#include <charconv>

#include "base/citizen_number.h"
#include "base/record_id.h"

namespace songtan::ingest::detail {
namespace {

std::int64_t integer_of(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The characters [from, from + length) of UTF-8 text, counted from 1 in code points.
std::string_view slice_of(std::string_view text, int from, int length) {
  const auto skip = [&](std::size_t at, int count) {
    for (; count > 0 && at < text.size(); --count) {
      ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    }
    return at;
  };
  const std::size_t begin = skip(0, from - 1);
  return text.substr(begin, skip(begin, length) - begin);
}

constexpr std::string_view kRequired = "required";
constexpr std::int64_t kOwnIdState = -1;  // beside those of NumberState
constexpr std::string_view kOwnIdWord = "other";
constexpr char kKeySeparator = '\x1F';

std::string_view rule_of(ColumnType type) {
  switch (type) {
    case ColumnType::number: return "number";
    case ColumnType::date: return "date";
    case ColumnType::money: return "money";
    case ColumnType::integer: return "integer";
    case ColumnType::decimal: return "decimal";
    case ColumnType::code: return "code";
    case ColumnType::region: return "region";
    case ColumnType::text: return "text";
  }
  return "text";
}

}  // namespace

RowMapper::RowMapper(const Contract& contract, const HeaderMap& header, const FileLineage& lineage,
                     RecordTables& tables)
    : contract_(&contract),
      header_(header),
      lineage_(lineage),
      tables_(&tables),
      cells_(contract.columns.size()),
      mentioned_(contract.roles.size()),
      issues_(contract.columns.size()) {
  for (const ContractColumn& column : contract.columns) readers_.emplace_back(contract, column, lineage.delivery);
  for (const Section& section : contract.sections) sections_.push_back(mapped(section));
  find_own_columns();
}

RowMapper::MappedSection RowMapper::mapped(const Section& section) const {
  MappedSection result;
  result.section = &section;
  const auto columns = section.schema->columns.subspan(kLineageColumns);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Field& field = result.fields.emplace_back();
    field.expression = &section.fields[i];
    const std::string_view name = columns[i].name;
    const std::string_view type = columns[i].sql_type;
    if (name == "number")
      field.kind = FieldKind::number;
    else if (name == "number_state")
      field.kind = FieldKind::number_state;
    else if (name == "birth_precision")
      field.kind = FieldKind::birth_precision;
    else if (name == "other_record_id")
      field.kind = FieldKind::other_record;
    else if (name == "birth")
      field.kind = FieldKind::birth;
    else if (type == "DATE")
      field.kind = FieldKind::date;
    else if (type == "BIGINT")
      field.kind = FieldKind::bigint;
    else if (type == "INTEGER")
      field.kind = FieldKind::integer;
    else if (type == "TINYINT")
      field.kind = FieldKind::tiny;
    if (field.expression->code_list >= 0)
      field.codes = &contract_->code_lists[static_cast<std::size_t>(field.expression->code_list)];
    const bool amount_matters =
        name == "amount" &&
        (section.schema->name == "payment" || section.schema->name == "income" || section.schema->name == "spending");
    field.needed = amount_matters || name == "kind" || name == "programme" || name == "month" ||
                   (name == "state" && section.schema->name == "enrolment");
  }
  return result;
}

// A role is mentioned when a cell of its own is filled; cells that several roles share speak of the row, not of one.
void RowMapper::find_own_columns() {
  std::vector<int> users(contract_->columns.size(), 0);
  const auto columns_of = [](const MappedSection& section) {
    std::vector<int> columns;
    for (const Field& field : section.fields)
      columns.insert(columns.end(), field.expression->columns.begin(), field.expression->columns.end());
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    return columns;
  };
  for (const MappedSection& section : sections_) {
    if (section.section->schema->name != "identity") continue;
    for (const int column : columns_of(section)) ++users[static_cast<std::size_t>(column)];
  }
  for (MappedSection& section : sections_) {
    if (section.section->schema->name != "identity") continue;
    for (const int column : columns_of(section)) {
      if (users[static_cast<std::size_t>(column)] == 1) section.own_columns.push_back(column);
    }
  }
}

void RowMapper::reject(std::int64_t row, std::string_view rule, ValueClass why) {
  ++rows_;
  ++rejected_;
  issues_.add(row, -1, rule, Fate::reject, why);
}

// What the row does; nothing if that cannot be told, and then the row is to be rejected.
std::optional<Operation> RowMapper::read_operation(std::int64_t row, std::span<const std::string_view> cells) {
  if (contract_->operation < 0) return Operation::insert;
  const auto column = static_cast<std::size_t>(contract_->operation);
  const int position = header_.positions[column];
  const Cell cell = position < 0 ? Cell{} : readers_[column].read(cells[static_cast<std::size_t>(position)]);
  std::optional<Operation> operation;
  if (cell.state == Cell::State::good) operation = operation_of(cell.word);
  const bool deletes = operation == Operation::remove;
  if (lineage_.delta ? operation.has_value() : !deletes) return deletes ? Operation::remove : Operation::insert;
  ValueClass why = cell.state == Cell::State::empty ? ValueClass::empty : ValueClass::unknown_code;
  if (deletes) why = ValueClass::disagrees;  // in a full: what is not there needs no row
  issues_.add(row, contract_->operation, "operation", Fate::reject, why);
  return std::nullopt;
}

bool RowMapper::names(std::size_t column) const {
  const int index = static_cast<int>(column);
  return index == contract_->operation || index == contract_->order ||
         std::find(contract_->keys.begin(), contract_->keys.end(), index) != contract_->keys.end();
}

// Keeps the row's key; false if the row must be rejected for the lack of one.
bool RowMapper::read_key(std::int64_t row, bool removed) {
  if (contract_->keys.empty()) return true;
  key_.clear();
  bool named = true;
  for (const int column : contract_->keys) {
    const Cell& cell = cells_[static_cast<std::size_t>(column)];
    const bool destroyed = cell.why == ValueClass::scientific || cell.why == ValueClass::masked;
    named = named && cell.state != Cell::State::empty && !destroyed;
    if (!key_.empty()) key_ += kKeySeparator;
    key_ += cell.text;
  }
  if (!named && lineage_.delta)
    issues_.add(row, contract_->keys.front(), "keys", removed ? Fate::reject : Fate::blank, ValueClass::empty);
  if (!named && removed) return false;
  RowKey key{.row = row, .key = std::nullopt, .removed = removed, .order = std::nullopt};
  if (named) key.key = key_;
  if (contract_->order >= 0) key.order = cells_[static_cast<std::size_t>(contract_->order)].value;
  tables_->add_key(key);
  return true;
}

// With `named_only` the cells that neither name nor order the row are passed over.
bool RowMapper::read_cells(std::int64_t row, std::span<const std::string_view> cells, bool named_only) {
  bool accepted = true;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const ContractColumn& column = contract_->columns[i];
    const int position = header_.positions[i];
    const bool passed_over = position < 0 || (named_only && !names(i));
    cells_[i] = passed_over ? Cell{} : readers_[i].read(cells[static_cast<std::size_t>(position)]);
    if (named_only && passed_over) continue;
    const Cell& cell = cells_[i];
    if (cell.state == Cell::State::empty) {
      if (!column.required) continue;
      issues_.add(row, static_cast<int>(i), kRequired, Fate::reject, ValueClass::empty);
      accepted = false;
      continue;
    }
    ColumnCount& count = issues_.count(i);
    ++count.filled;
    if (cell.state == Cell::State::good) continue;
    if (count.bad++ == 0) count.first_bad_row = row;
    issues_.add(row, static_cast<int>(i), rule_of(column.type), column.on_bad, cell.why);
    if (cell.why == ValueClass::unknown_code)
      issues_.add_unknown_code(column.code_list, static_cast<int>(i), cell.text);
    accepted = accepted && column.on_bad == Fate::blank;
  }
  return accepted;
}

bool RowMapper::passes(const RowCheck& check, ValueClass& why) const {
  const Cell& first = cells_[static_cast<std::size_t>(check.columns[0])];
  const Cell& second = cells_[static_cast<std::size_t>(check.columns[1])];
  if (first.state != Cell::State::good || second.state != Cell::State::good) return true;
  if (check.kind == RowCheck::Kind::in_order) {
    why = ValueClass::reversed;
    return first.value <= second.value;
  }
  why = ValueClass::disagrees;
  const auto parts = parts_of_number(first.text);
  if (!parts) return true;
  if (check.kind == RowCheck::Kind::number_birth)
    return second.precision != DatePrecision::day || parts->birth.days == second.value;
  const std::string_view sex = second.word.data() == nullptr ? second.text : second.word;
  return sex == (parts->male ? "1" : "2");
}

bool RowMapper::passes_checks(std::int64_t row) {
  bool accepted = true;
  for (const RowCheck& check : contract_->checks) {
    ValueClass why = ValueClass::none;
    if (passes(check, why)) continue;
    issues_.add(row, check.columns[1], check.name, check.on_bad, why);
    accepted = accepted && check.on_bad == Fate::blank;
  }
  return accepted;
}

bool RowMapper::mentions(const MappedSection& identity) const {
  return std::any_of(identity.own_columns.begin(), identity.own_columns.end(),
                     [&](int column) { return cells_[static_cast<std::size_t>(column)].state != Cell::State::empty; });
}

bool RowMapper::holds(const Condition& condition) const {
  const Cell& cell = cells_[static_cast<std::size_t>(condition.column)];
  const auto listed = [&] {
    return std::find(condition.words.begin(), condition.words.end(), cell.text) != condition.words.end();
  };
  switch (condition.kind) {
    case Condition::Kind::empty: return cell.state == Cell::State::empty;
    case Condition::Kind::filled: return cell.state != Cell::State::empty;
    case Condition::Kind::in: return listed();
    case Condition::Kind::not_in: return !listed();
    case Condition::Kind::above: return cell.state == Cell::State::good && cell.value > condition.bound;
  }
  return false;
}

void RowMapper::add_unknown_code(std::int64_t row, const Expression& expression, std::string_view code) {
  issues_.add(row, expression.columns.front(), "code", Fate::blank, ValueClass::unknown_code);
  issues_.add_unknown_code(expression.code_list, expression.columns.front(), code);
}

RowMapper::Value RowMapper::cell_value(const Cell& cell, const Field& field, std::int64_t row) {
  Value value;
  if (cell.state == Cell::State::empty) return value;
  const Expression& expression = *field.expression;
  if (field.codes != nullptr) {
    const auto found = field.codes->words.find(cell.text);
    if (found != field.codes->words.end())
      value.text = found->second;
    else if (field.codes->otherwise)
      value.text = *field.codes->otherwise;
    else
      add_unknown_code(row, expression, cell.text);
    value.null = value.text.empty();
    value.integer = integer_of(value.text);
    return value;
  }
  // A bad number still says something to linkage; every other bad value counts as missing.
  if (cell.state == Cell::State::bad && field.kind != FieldKind::number) return value;
  const bool coded = cell.word.data() != nullptr;  // a code may stand for nothing: its word is then empty, not absent
  value.text = coded ? cell.word : cell.text;
  value.integer = coded ? integer_of(cell.word) : cell.value;
  value.precision = cell.precision;
  value.null = value.text.empty();
  if (expression.kind == Expression::Kind::slice) value.text = slice_of(value.text, expression.from, expression.length);
  if (expression.plus_months != 0)
    value.integer = plus_months({static_cast<std::int32_t>(value.integer)}, expression.plus_months).days;
  value.integer += expression.plus_days;
  return value;
}

RowMapper::Value RowMapper::value_of(const Field& field, std::int64_t row) {
  const Expression& expression = *field.expression;
  Value value;
  switch (expression.kind) {
    case Expression::Kind::absent: return value;
    case Expression::Kind::constant:
      value.null = false;
      value.text = expression.constant;
      value.integer = integer_of(expression.constant);
      return value;
    case Expression::Kind::column:
    case Expression::Kind::slice:
      return cell_value(cells_[static_cast<std::size_t>(expression.columns[0])], field, row);
    case Expression::Kind::first:
      for (const int column : expression.columns) {
        value = cell_value(cells_[static_cast<std::size_t>(column)], field, row);
        if (!value.null) break;
      }
      return value;
    case Expression::Kind::birth_year: {
      const Cell& age = cells_[static_cast<std::size_t>(expression.columns[0])];
      const Cell& on = cells_[static_cast<std::size_t>(expression.columns[1])];
      if (age.state != Cell::State::good || on.state != Cell::State::good || age.value > 150) return value;
      const int year = Day{static_cast<std::int32_t>(on.value)}.year() - static_cast<int>(age.value);
      value.null = false;
      value.integer = Day::from_civil(year, 1, 1).days;
      value.precision = DatePrecision::year;
      return value;
    }
  }
  return value;
}

// A place may know its people by ids of its own: a text column with a pattern, read as `number`. It says nothing of birth
// or sex, and no digit of it can be checked or repaired.
const ContractColumn* RowMapper::own_id_column(const Field& field) const {
  if (field.expression->kind != Expression::Kind::column) return nullptr;
  const ContractColumn& column = contract_->columns[static_cast<std::size_t>(field.expression->columns[0])];
  return column.type == ColumnType::text && !column.pattern.empty() ? &column : nullptr;
}

// A slice of another code (the certificate's number holds the citizen number) is cleaned here; a number column already is.
RowMapper::Value RowMapper::number_value(const Field& field) {
  Value value = value_of(field, 0);
  if (const ContractColumn* column = own_id_column(field); column != nullptr) {
    const Cell& cell = cells_[static_cast<std::size_t>(field.expression->columns[0])];
    value.integer = value.null                        ? static_cast<std::int64_t>(NumberState::missing)
                    : cell.state == Cell::State::good ? kOwnIdState
                                                      : static_cast<std::int64_t>(NumberState::invalid);
    return value;
  }
  if (!value.null) {
    number_ = cleaned_number(value.text);
    value.text = number_;
    value.null = number_.empty();
  }
  value.integer = static_cast<std::int64_t>(state_of_number(value.text));
  return value;
}

void RowMapper::write(table::TableWriter& writer, const Field& field, const Value& value) const {
  if (value.null && field.kind != FieldKind::number_state) return writer.null();
  switch (field.kind) {
    case FieldKind::text:
    case FieldKind::number:
    case FieldKind::number_state:
    case FieldKind::birth_precision: return writer.text(value.text);
    case FieldKind::birth:
    case FieldKind::date: return writer.date({static_cast<std::int32_t>(value.integer)});
    case FieldKind::bigint:
    case FieldKind::other_record: return writer.bigint(value.integer);
    case FieldKind::integer: return writer.integer(static_cast<std::int32_t>(value.integer));
    case FieldKind::tiny: return writer.tiny(static_cast<std::int8_t>(value.integer));
  }
}

void RowMapper::emit(const MappedSection& mapped, std::int64_t row) {
  const Section& section = *mapped.section;
  values_.resize(mapped.fields.size());
  std::size_t number = 0;
  std::size_t birth = 0;
  for (std::size_t i = 0; i < mapped.fields.size(); ++i) {
    const Field& field = mapped.fields[i];
    Value& value = values_[i];
    switch (field.kind) {
      case FieldKind::number:
        value = number_value(field);
        number = i;
        break;
      case FieldKind::number_state:
        value.text = values_[number].integer == kOwnIdState
                         ? kOwnIdWord
                         : word_of(static_cast<NumberState>(values_[number].integer));
        break;
      case FieldKind::birth:
        value = value_of(field, row);
        birth = i;
        break;
      case FieldKind::birth_precision: value = {values_[birth].null, word_of(values_[birth].precision)}; break;
      case FieldKind::other_record:
        value = {section.other_role < 0,
                 {},
                 section.other_role < 0 ? 0 : record_id(lineage_.file_key, row, section.other_role)};
        break;
      default: value = value_of(field, row);
    }
    if (value.null && field.needed) return;
  }
  table::TableWriter& writer = tables_->writer(*section.schema);
  writer.bigint(record_id(lineage_.file_key, row, section.role));
  Field office;
  office.expression = &contract_->office;
  write(writer, office, value_of(office, row));
  for (std::size_t i = 0; i < mapped.fields.size(); ++i) write(writer, mapped.fields[i], values_[i]);
  writer.end_row();
  tables_->count_row(*section.schema);
}

void RowMapper::map(std::int64_t row, std::span<const std::string_view> cells) {
  ++rows_;
  const auto operation = read_operation(row, cells);
  const bool removes = operation == Operation::remove;
  bool accepted = read_cells(row, cells, removes) && operation.has_value();
  if (removes) {
    rejected_ += accepted && read_key(row, true) ? 0 : 1;
    return;
  }
  accepted = passes_checks(row) && accepted;
  std::fill(mentioned_.begin(), mentioned_.end(), 0);
  if (accepted) {
    for (const MappedSection& section : sections_) {
      if (section.section->schema->name == "identity")
        mentioned_[static_cast<std::size_t>(section.section->role)] = mentions(section) ? 1 : 0;
    }
    if (std::find(mentioned_.begin(), mentioned_.end(), 1) == mentioned_.end()) {
      issues_.add(row, -1, "nobody", Fate::reject, ValueClass::empty);
      accepted = false;
    }
  }
  if (!accepted) {
    ++rejected_;
    return;
  }
  read_key(row, false);
  for (const MappedSection& mapped : sections_) {
    const Section& section = *mapped.section;
    if (mentioned_[static_cast<std::size_t>(section.role)] == 0) continue;
    if (section.other_role >= 0 && mentioned_[static_cast<std::size_t>(section.other_role)] == 0) continue;
    if (std::all_of(section.when.begin(), section.when.end(), [&](const Condition& c) { return holds(c); }))
      emit(mapped, row);
  }
}

}  // namespace songtan::ingest::detail
