#include "ingest/detail/contract_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "base/record_id.h"
#include "model/words.h"

namespace songtan::ingest::detail {
namespace {

using Words = std::span<const std::string_view>;

struct ClosedField {
  std::string_view table;
  std::string_view field;
  Words words;
};

// Fields whose words the house knows; every other text field is free.
const std::array<ClosedField, 13>& closed_fields() {
  static const std::array<ClosedField, 13> kFields = {{
      {"relation", "kind", model::kRelationKinds},
      {"relation", "relation", model::kRelations},
      {"address", "kind", model::kAddressKinds},
      {"address", "residence_type", model::kResidenceTypes},
      {"enrolment", "state", model::kEnrolmentStates},
      {"income", "kind", model::kIncomeKinds},
      {"asset", "kind", model::kAssetKinds},
      {"spending", "kind", model::kSpendingKinds},
      {"certificate", "kind", model::kCertificateKinds},
      {"certificate", "category", model::kDisabilityCategories},
      {"certificate", "state", model::kCertificateStates},
      {"event", "kind", model::kEventKinds},
      {"consent", "kind", model::kConsentKinds},
  }};
  return kFields;
}

// What a record of this table cannot be without; a contract must map it, and a row that lacks it yields no record.
std::vector<std::string_view> fields_needed(std::string_view table) {
  if (table == "identity") return {"name"};
  if (table == "enrolment") return {"programme", "state"};
  if (table == "payment") return {"programme", "month", "amount"};
  if (table == "income" || table == "spending") return {"kind", "amount"};
  if (table == "relation") return {"kind", "relation"};
  return {"kind"};
}

std::vector<std::string_view> fields_offered(const model::TableSchema& schema) {
  std::vector<std::string_view> names;
  for (const model::Column& column : schema.columns.subspan(kLineageColumns)) {
    const bool computed =
        column.name == "number_state" || column.name == "birth_precision" || column.name == "other_record_id";
    if (!computed) names.push_back(column.name);
  }
  return names;
}

bool is_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size();
}

class SectionReader {
 public:
  SectionReader(const TomlReader& reader, Contract& contract) : reader_(reader), contract_(&contract) {}

  Result<Expression> expression(const TomlValue& value) const;
  Result<Section> section(const model::TableSchema& schema) const;

 private:
  Result<Expression> expression_of_table(const TomlValue& value) const;
  Result<Condition> condition(const TomlValue& value) const;
  Result<int> code_list(const TomlReader& table) const;
  Result<void> check_type(const Expression& expression, const model::Column& field, const TomlValue& place) const;
  Result<void> check_words(const Expression& expression, std::string_view table, std::string_view field,
                           const TomlValue& place) const;
  Result<int> role(std::string_view key, std::string_view otherwise) const;

  TomlReader reader_;
  Contract* contract_;
};

Result<int> SectionReader::code_list(const TomlReader& table) const {
  TRY(const TomlValue* named, table.optional("codes", TomlValue::Kind::text));
  if (named == nullptr) return -1;
  for (std::size_t i = 0; i < contract_->code_lists.size(); ++i) {
    if (contract_->code_lists[i].name == named->text) return static_cast<int>(i);
  }
  return table.refuse(
      "contract.codes",
      {fmt::format("没有代码表 [codes.{}]", named->text), fmt::format("there is no code list [codes.{}]", named->text)},
      {"加上这个代码表，或改用已有的", "add that list, or name one that is there"}, named);
}

Result<Expression> SectionReader::expression_of_table(const TomlValue& value) const {
  const TomlReader table = reader_.at(value);
  TRY_VOID(
      table.only({"constant", "column", "first", "codes", "plus_days", "plus_months", "from", "length", "age", "on"}));
  Expression expression;
  std::vector<std::string> names;
  if (value.find("constant") != nullptr) {
    TRY_VOID(table.only({"constant"}));
    expression.kind = Expression::Kind::constant;
    TRY(expression.constant, table.text("constant"));
    return expression;
  }
  if (value.find("age") != nullptr) {
    TRY_VOID(table.only({"age", "on"}));
    expression.kind = Expression::Kind::birth_year;
    TRY(const std::string age, table.text("age"));
    TRY(const std::string on, table.text("on"));
    names = {age, on};
  } else if (value.find("first") != nullptr) {
    expression.kind = Expression::Kind::first;
    TRY(names, table.texts("first"));
  } else {
    expression.kind = value.find("from") == nullptr ? Expression::Kind::column : Expression::Kind::slice;
    TRY(const std::string name, table.text("column"));
    names = {name};
  }
  for (const std::string& name : names) {
    TRY(const int column, column_of(reader_, *contract_, name, value));
    expression.columns.push_back(column);
  }
  TRY(expression.code_list, code_list(table));
  TRY(const std::int64_t days, table.integer_or("plus_days", 0));
  TRY(const std::int64_t months, table.integer_or("plus_months", 0));
  TRY(const std::int64_t from, table.integer_or("from", 1));
  TRY(const std::int64_t length, table.integer_or("length", 1'000));
  if (std::abs(days) > 40'000 || std::abs(months) > 1'200 || from < 1 || from > 4'000 || length < 1 || length > 4'000 ||
      names.empty()) {
    return table.refuse("contract.expression", {"表达式里的数超出范围", "a number of the expression is out of range"},
                        {"plus_days ≤ 40000，plus_months ≤ 1200，from 和 length 在 1–4000",
                         "plus_days ≤ 40000, plus_months ≤ 1200, from and length in 1–4000"});
  }
  expression.plus_days = static_cast<int>(days);
  expression.plus_months = static_cast<int>(months);
  expression.from = static_cast<int>(from);
  expression.length = static_cast<int>(length);
  return expression;
}

Result<Expression> SectionReader::expression(const TomlValue& value) const {
  if (value.kind == TomlValue::Kind::table) return expression_of_table(value);
  if (value.kind != TomlValue::Kind::text) {
    return reader_.refuse(
        "contract.expression", {"应为列名或 { … } 表达式", "must be a column's name or an expression { … }"},
        {"例如 \"姓名\" 或 { constant = \"enrolled\" }", "for example \"姓名\" or { constant = \"enrolled\" }"},
        &value);
  }
  Expression expression;
  expression.kind = Expression::Kind::column;
  TRY(const int column, column_of(reader_, *contract_, value.text, value));
  expression.columns = {column};
  return expression;
}

Result<void> SectionReader::check_type(const Expression& expression, const model::Column& field,
                                       const TomlValue& place) const {
  using Kind = Expression::Kind;
  const bool date_field = field.sql_type == "DATE";
  const bool number_field = field.sql_type == "BIGINT" || field.sql_type == "INTEGER" || field.sql_type == "TINYINT";
  bool fits = true;
  if (expression.kind == Kind::birth_year) {
    fits = field.name == "birth" &&
           contract_->columns[static_cast<std::size_t>(expression.columns[0])].type == ColumnType::integer &&
           contract_->columns[static_cast<std::size_t>(expression.columns[1])].type == ColumnType::date;
  } else if (expression.kind == Kind::constant) {
    fits = !date_field && (!number_field || is_integer(expression.constant));
  } else {
    for (const int index : expression.columns) {
      const ContractColumn& column = contract_->columns[static_cast<std::size_t>(index)];
      const int list = expression.code_list >= 0 ? expression.code_list : column.code_list;
      const bool dated = column.type == ColumnType::date;
      const bool counted =
          column.type == ColumnType::money || column.type == ColumnType::integer || column.type == ColumnType::decimal;
      bool words_count = list >= 0;
      if (list >= 0) {
        for (const auto& [code, word] : contract_->code_lists[static_cast<std::size_t>(list)].words)
          words_count = words_count && is_integer(word);
      }
      if (date_field)
        fits = fits && dated && expression.code_list < 0;
      else if (number_field)
        fits = fits && (words_count || (counted && list < 0));
      else
        fits =
            fits && (list >= 0 || (!dated && column.type != ColumnType::money && column.type != ColumnType::decimal));
    }
  }
  if (fits) return {};
  return reader_.refuse(
      "contract.type",
      {fmt::format("'{}' 的类型是 {}，与所指的列不合", field.name, field.sql_type),
       fmt::format("'{}' is {}, which does not fit the named column", field.name, field.sql_type)},
      {"DATE 用 date 列，BIGINT 用 money、integer、decimal 列，文字用 text、code、region、number 列",
       "DATE takes date columns, BIGINT money, integer or decimal, text takes text, code, region or number"},
      &place);
}

Result<void> SectionReader::check_words(const Expression& expression, std::string_view table, std::string_view field,
                                        const TomlValue& place) const {
  const auto& closed = closed_fields();
  const auto found = std::find_if(closed.begin(), closed.end(),
                                  [&](const ClosedField& f) { return f.table == table && f.field == field; });
  if (found == closed.end()) return {};
  const std::vector<std::string_view> allowed(found->words.begin(), found->words.end());
  std::vector<std::string> given;
  if (expression.kind == Expression::Kind::constant) given = {expression.constant};
  for (const int index : expression.columns) {
    const int own = contract_->columns[static_cast<std::size_t>(index)].code_list;
    const int list = expression.code_list >= 0 ? expression.code_list : own;
    if (list < 0) {
      return reader_.refuse("contract.words",
                            {fmt::format("'{}' 只能取固定的词，须用代码表", field),
                             fmt::format("'{}' takes words of a closed list, by a code list", field)},
                            {"写 { column = …, codes = … }，词表：" + joined(allowed),
                             "write { column = …, codes = … }; the words: " + joined(allowed)},
                            &place);
    }
    const CodeList& codes = contract_->code_lists[static_cast<std::size_t>(list)];
    for (const auto& [code, word] : codes.words) given.push_back(word);
    if (codes.otherwise) given.push_back(*codes.otherwise);
  }
  for (const std::string& word : given) {
    if (word.empty() || std::find(allowed.begin(), allowed.end(), word) != allowed.end()) continue;
    return reader_.refuse(
        "contract.words",
        {fmt::format("'{}' 不能是 '{}'", field, word), fmt::format("'{}' cannot be '{}'", field, word)},
        {"词表：" + joined(allowed), "the words: " + joined(allowed)}, &place);
  }
  return {};
}

Result<Condition> SectionReader::condition(const TomlValue& value) const {
  const TomlReader table = reader_.at(value);
  TRY_VOID(table.only({"column", "empty", "is", "in", "not_in", "above"}));
  Condition condition;
  TRY(const std::string name, table.text("column"));
  TRY(condition.column, column_of(reader_, *contract_, name, value));
  if (value.fields.size() != 2) {
    return table.refuse("contract.when", {"一个条件只写一种判断", "a condition holds exactly one test"},
                        {"empty、is、in、not_in、above 选一", "one of empty, is, in, not_in, above"});
  }
  if (value.find("empty") != nullptr) {
    TRY(const bool empty, table.boolean_or("empty", true));
    condition.kind = empty ? Condition::Kind::empty : Condition::Kind::filled;
  } else if (value.find("above") != nullptr) {
    condition.kind = Condition::Kind::above;
    TRY(condition.bound, table.integer_or("above", 0));
  } else {
    const bool negated = value.find("not_in") != nullptr;
    condition.kind = negated ? Condition::Kind::not_in : Condition::Kind::in;
    TRY(condition.words, table.texts(negated ? "not_in" : value.find("is") != nullptr ? "is" : "in"));
  }
  return condition;
}

Result<int> SectionReader::role(std::string_view key, std::string_view otherwise) const {
  const std::vector<std::string_view> roles(contract_->roles.begin(), contract_->roles.end());
  TRY(const std::size_t index, reader_.one_of(key, otherwise, roles));
  return static_cast<int>(index);
}

Result<Section> SectionReader::section(const model::TableSchema& schema) const {
  std::vector<std::string_view> keys = fields_offered(schema);
  keys.insert(keys.end(), {"role", "when"});
  const bool relation = schema.name == "relation";
  if (relation) keys.push_back("other");
  TRY_VOID(reader_.only(keys));
  Section section;
  section.schema = &schema;
  TRY(section.role, role("role", contract_->roles.front()));
  if (reader_.value().find("other") != nullptr) {
    TRY(section.other_role, role("other", ""));
  }
  const auto needed = fields_needed(schema.name);
  for (const model::Column& field : schema.columns.subspan(kLineageColumns)) {
    Expression& target = section.fields.emplace_back();
    const TomlValue* value = reader_.value().find(field.name);
    if (value == nullptr && std::find(needed.begin(), needed.end(), field.name) != needed.end()) {
      return reader_.refuse("contract.missing_key",
                            {fmt::format("[[{}]] 缺少 '{}'", schema.name, field.name),
                             fmt::format("[[{}]] lacks '{}'", schema.name, field.name)},
                            {fmt::format("加上 {} = …", field.name), fmt::format("add {} = …", field.name)});
    }
    if (value == nullptr) continue;
    TRY(target, expression(*value));
    TRY_VOID(check_type(target, field, *value));
    TRY_VOID(check_words(target, schema.name, field.name, *value));
  }
  TRY(const auto conditions, reader_.tables("when"));
  for (const TomlValue* value : conditions) {
    TRY(Condition read, condition(*value));
    section.when.push_back(std::move(read));
  }
  return section;
}

Result<void> read_roles(const TomlReader& document, Contract& contract) {
  TRY(contract.roles, document.texts("roles"));
  if (contract.roles.empty()) contract.roles = {"self"};
  const TomlValue* place = document.value().find("roles");
  if (contract.roles.size() > static_cast<std::size_t>(kMaximalRoles)) {
    return document.refuse("contract.roles", {"角色最多 16 个", "at most 16 roles"}, {"减少角色", "use fewer roles"},
                           place);
  }
  for (std::size_t i = 0; i < contract.roles.size(); ++i) {
    const std::string& role = contract.roles[i];
    const bool plain = !role.empty() &&
                       std::all_of(role.begin(), role.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    const bool twice = std::find(contract.roles.begin(), contract.roles.begin() + static_cast<std::ptrdiff_t>(i),
                                 role) != contract.roles.begin() + static_cast<std::ptrdiff_t>(i);
    if (plain && !twice) continue;
    return document.refuse(
        "contract.roles",
        {fmt::format("角色名 '{}' 不合或重复", role), fmt::format("role '{}' is malformed or named twice", role)},
        {"用小写英文字母，如 self、spouse、mother", "use lower-case letters: self, spouse, mother"}, place);
  }
  return {};
}

Result<void> read_identities_complete(const TomlReader& document, const Contract& contract) {
  std::vector<int> counts(contract.roles.size(), 0);
  for (const Section& section : contract.sections) {
    if (section.schema->name == "identity") ++counts[static_cast<std::size_t>(section.role)];
  }
  for (std::size_t role = 0; role < counts.size(); ++role) {
    if (counts[role] == 1) continue;
    return document.refuse("contract.identity",
                           {fmt::format("角色 '{}' 应有且只有一个 [[identity]]", contract.roles[role]),
                            fmt::format("role '{}' needs exactly one [[identity]]", contract.roles[role])},
                           {"每个角色写一个 [[identity]]", "write one [[identity]] for each role"});
  }
  return {};
}

Result<void> read_checks(const TomlReader& document, Contract& contract) {
  TRY(const auto tables, document.tables("checks"));
  for (const TomlValue* table : tables) {
    const TomlReader reader = document.at(*table);
    TRY_VOID(reader.only({"rule", "columns", "on_bad"}));
    RowCheck check;
    TRY(const std::size_t kind, reader.one_of("rule", "", {"in_order", "number_birth", "number_sex"}));
    check.kind = static_cast<RowCheck::Kind>(kind);
    check.name = reader.value().find("rule")->text;
    TRY(const std::size_t fate, reader.one_of("on_bad", "blank", {"blank", "reject"}));
    check.on_bad = static_cast<Fate>(fate);
    TRY(const auto names, reader.texts("columns"));
    if (names.size() != 2) {
      return reader.refuse("contract.check", {"columns 应写两列", "columns must name two columns"},
                           {"例如 columns = [\"起\", \"止\"]", "for example columns = [\"from\", \"to\"]"});
    }
    for (std::size_t i = 0; i < 2; ++i) {
      TRY(check.columns[i], column_of(reader, contract, names[i], *table));
    }
    const auto type = [&](std::size_t i) { return contract.columns[static_cast<std::size_t>(check.columns[i])].type; };
    const bool dates =
        type(1) == ColumnType::date && (check.kind != RowCheck::Kind::in_order || type(0) == ColumnType::date);
    const bool number = check.kind == RowCheck::Kind::in_order || type(0) == ColumnType::number;
    if (!number || (!dates && check.kind != RowCheck::Kind::number_sex)) {
      return reader.refuse("contract.check", {"检查的列类型不合", "the check's columns have other types"},
                           {"in_order：两个 date；number_birth：number、date；number_sex：number、代码 1/2",
                            "in_order: two dates; number_birth: number, date; number_sex: number, code 1/2"});
    }
    contract.checks.push_back(std::move(check));
  }
  return {};
}

}  // namespace

Result<int> column_of(const TomlReader& reader, const Contract& contract, const std::string& name,
                      const TomlValue& place) {
  const int index = contract.column_index(name);
  if (index >= 0) return index;
  std::vector<std::string_view> names;
  for (const ContractColumn& column : contract.columns) names.push_back(column.name);
  const std::string_view near = nearest_word(name, names);
  const std::string choice = near.empty() ? joined(names) : std::string(near);
  return reader.refuse("contract.unknown_column",
                       {fmt::format("没有列 '{}'", name), fmt::format("there is no column '{}'", name)},
                       {"可用的列：" + choice, "columns: " + choice}, &place);
}

Result<void> read_code_lists(const TomlReader& document, Contract& contract) {
  TRY(const TomlValue* codes, document.optional("codes", TomlValue::Kind::table));
  if (codes == nullptr) return {};
  for (const auto& [name, table] : codes->fields) {
    CodeList list;
    list.name = name;
    if (table.kind != TomlValue::Kind::table || table.fields.empty()) {
      return document.refuse(
          "contract.codes",
          {fmt::format("[codes.{}] 应为非空的表", name), fmt::format("[codes.{}] must be a table with rows", name)},
          {"每行写 \"部门代码\" = \"标准词\"", "write \"delivered code\" = \"standard word\" a line"}, &table);
    }
    for (const auto& [code, word] : table.fields) {
      if (word.kind != TomlValue::Kind::text) {
        return document.refuse(
            "contract.kind",
            {fmt::format("代码 '{}' 的词应为文字", code), fmt::format("the word of code '{}' must be a text", code)},
            {"给词加引号", "put the word in quotes"}, &word);
      }
      if (word.text == kUndecided) {
        return document.refuse(
            "contract.undecided",
            {fmt::format("代码 '{}' 的标准词还没有定", code), fmt::format("the word of code '{}' is undecided", code)},
            {"与部门核对后，把 \"?\" 换成标准词；没有意义的写 \"\"",
             "ask the department and put the standard word for \"?\"; \"\" if it means nothing"},
            &word);
      }
      list.last_line = std::max(list.last_line, word.line);
      if (code == "*")
        list.otherwise = word.text;
      else
        list.words.emplace(code, word.text);
    }
    contract.code_lists.push_back(std::move(list));
  }
  return {};
}

Result<void> read_sections(const TomlReader& document, Contract& contract) {
  TRY_VOID(read_roles(document, contract));
  if (const TomlValue* office = document.value().find("office"); office != nullptr) {
    TRY(contract.office, SectionReader(document, contract).expression(*office));
  }
  for (const model::TableSchema& schema : model::record_schemas()) {
    TRY(const auto tables, document.tables(schema.name));
    for (const TomlValue* table : tables) {
      TRY(Section section, SectionReader(document.at(*table), contract).section(schema));
      contract.sections.push_back(std::move(section));
    }
  }
  TRY_VOID(read_identities_complete(document, contract));
  // Records leave in the order of their ids, so sections of one table run by role.
  std::stable_sort(contract.sections.begin(), contract.sections.end(), [](const Section& a, const Section& b) {
    return a.schema != b.schema ? a.schema < b.schema : a.role < b.role;
  });
  return read_checks(document, contract);
}

}  // namespace songtan::ingest::detail
