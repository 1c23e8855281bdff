#include "ingest/contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/hash.h"
#include "base/region_code.h"
#include "ingest/detail/cell.h"
#include "ingest/detail/contract_fields.h"
#include "ingest/detail/postgres_copy.h"
#include "ingest/detail/refusal.h"
#include "ingest/detail/toml_reader.h"

namespace songtan::ingest {
namespace {

using detail::TomlReader;

constexpr std::int64_t kDefaultTextLength = 4'000;
constexpr std::int64_t kLargestStored = 1'000'000'000'000'000;  // 10^15: a hundred billion yuan in 1/10,000
constexpr std::size_t kMostColumns = 2'000;

bool is_identifier(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.front() != '.' && std::all_of(text.begin(), text.end(), allowed);
}

Result<Text> read_text_pair(const TomlReader& document, std::string_view key) {
  TRY(const TomlValue* table, document.needed(key, TomlValue::Kind::table));
  const TomlReader reader = document.at(*table);
  TRY_VOID(reader.only({"zh", "en", "code"}));
  Text pair;
  TRY(pair.zh, reader.text("zh"));
  TRY(pair.en, reader.text("en"));
  return pair;
}

Result<void> read_table(const TomlReader& reader, Contract& contract) {
  const bool database = contract.format == FileFormat::postgresql;
  TRY(contract.table, reader.text_or("table", ""));
  if (database ? detail::is_table_name(contract.table) : contract.table.empty()) return {};
  return reader.refuse(
      "contract.table",
      {database ? "PostgreSQL 来源要写 table = \"[模式.]表名\"" : "只有 PostgreSQL 来源可以写 table",
       database ? "a PostgreSQL source needs table = \"[schema.]name\"" : "only a PostgreSQL source has a table"},
      {"例如 table = \"share.roster\"", "for example table = \"share.roster\""}, reader.value().find("table"));
}

Result<void> read_files(const TomlReader& document, Contract& contract) {
  TRY(const TomlValue* table, document.needed("files", TomlValue::Kind::table));
  const TomlReader reader = document.at(*table);
  TRY_VOID(reader.only({"pattern", "format", "encoding", "delimiter", "deliveries", "required", "extra_columns",
                        "final_newline", "multiline", "table"}));
  TRY(contract.patterns, reader.texts("pattern"));
  if (contract.patterns.empty()) TRY_VOID(reader.needed("pattern", TomlValue::Kind::text));
  TRY(const std::size_t format, reader.one_of("format", "", {"csv", "parquet", "jsonl", "xlsx", "postgresql"}));
  contract.format = static_cast<FileFormat>(format);
  TRY_VOID(read_table(reader, contract));
  TRY(const std::size_t encoding, reader.one_of("encoding", "utf-8", {"utf-8", "gb18030", "detect"}));
  contract.encoding = static_cast<Encoding>(encoding);
  TRY(const std::string delimiter, reader.text_or("delimiter", ","));
  if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n" || delimiter == "\r") {
    return reader.refuse("contract.delimiter", {"分隔符应为一个字符", "the delimiter must be one character"},
                         {"写成 \",\"、\"\\t\"、\"|\" 或 \";\"", "write \",\", \"\\t\", \"|\" or \";\""},
                         table->find("delimiter"));
  }
  contract.delimiter = delimiter[0];
  TRY(const std::size_t deliveries, reader.one_of("deliveries", "full", {"full", "delta", "both"}));
  contract.accepts_full = deliveries != 1;
  contract.accepts_delta = deliveries != 0;
  TRY(contract.required, reader.boolean_or("required", true));
  TRY(const std::size_t extra, reader.one_of("extra_columns", "refuse", {"refuse", "ignore"}));
  contract.ignores_extra_columns = extra == 1;
  TRY(const std::size_t newline, reader.one_of("final_newline", "needed", {"needed", "optional"}));
  contract.needs_final_newline = newline == 0;
  TRY(contract.multiline, reader.boolean_or("multiline", false));
  return {};
}

Result<void> read_coverage(const TomlReader& document, Contract& contract) {
  TRY(const TomlValue* coverage, document.needed("coverage", TomlValue::Kind::table));
  const TomlReader reader = document.at(*coverage);
  TRY_VOID(reader.only({"regions", "population", "period"}));
  TRY(contract.regions, reader.texts("regions"));
  for (const std::string& region : contract.regions) {
    if (is_region_prefix(region)) continue;
    return reader.refuse(
        "contract.region",
        {"coverage.regions 应为 2–12 位区划代码", "coverage.regions must be division codes of 2 to 12 digits"},
        {"例如 \"51\"", "for example \"51\""}, coverage->find("regions"));
  }
  TRY(contract.population, read_text_pair(reader, "population"));
  TRY(contract.period, read_text_pair(reader, "period"));
  TRY(const TomlValue* legal, document.needed("legal", TomlValue::Kind::table));
  const TomlReader law = document.at(*legal);
  TRY_VOID(law.only({"basis", "sharing", "method", "conditions", "grade"}));
  TRY(contract.basis, law.texts("basis"));
  if (contract.basis.empty()) TRY_VOID(law.needed("basis", TomlValue::Kind::array));
  TRY_VOID(law.one_of("sharing", "conditional", {"unconditional", "conditional", "withheld"}));
  TRY(contract.sharing, law.text_or("sharing", "conditional"));
  TRY(contract.method, law.text_or("method", ""));
  TRY(contract.conditions, law.text_or("conditions", ""));
  TRY(contract.grade, law.text_or("grade", ""));
  return {};
}

// What a delta does with the rows it names needs keys to name them by.
Result<int> delta_column(const TomlReader& reader, const Contract& contract, std::string_view key) {
  const TomlValue* place = reader.value().find(key);
  if (place == nullptr) return -1;
  if (contract.keys.empty() || !contract.accepts_delta) {
    return reader.refuse(
        "contract.keys",
        {fmt::format("{} 需要 keys，并要 [files] deliveries 为 \"delta\" 或 \"both\"", key),
         fmt::format("{} needs keys, and deliveries = \"delta\" or \"both\" in [files]", key)},
        {"写 keys = [\"列名\"]：哪些列合起来认出一行", "write keys = [\"column\"]: the columns that name a row"},
        place);
  }
  TRY(const std::string name, reader.text(key));
  return detail::column_of(reader, contract, name, *place);
}

Result<void> read_operation(const TomlReader& reader, Contract& contract) {
  TRY(contract.operation, delta_column(reader, contract, "operation"));
  if (contract.operation < 0) return {};
  const ContractColumn& column = contract.columns[static_cast<std::size_t>(contract.operation)];
  bool closed = column.type == ColumnType::code;
  if (closed) {
    const CodeList& list = contract.code_lists[static_cast<std::size_t>(column.code_list)];
    closed = !list.otherwise.has_value();
    for (const auto& [code, word] : list.words) closed = closed && operation_of(word).has_value();
  }
  if (closed) return {};
  return reader.refuse(
      "contract.operation",
      {fmt::format("operation 的列 '{}' 应为代码列，代码表的词只能是 insert、update、delete", column.name),
       fmt::format("operation '{}' must be a code column whose words are insert, update, delete", column.name)},
      {"写 type = \"code\"、codes = \"…\" 与 optional = true，并列出 [codes.…]",
       "write type = \"code\", codes = \"…\", optional = true, and the list [codes.…]"},
      reader.value().find("operation"));
}

Result<void> read_order(const TomlReader& reader, Contract& contract) {
  TRY(contract.order, delta_column(reader, contract, "order"));
  if (contract.order < 0) return {};
  const ContractColumn& column = contract.columns[static_cast<std::size_t>(contract.order)];
  const bool ordered = column.type == ColumnType::date || column.type == ColumnType::integer;
  if (ordered && column.required && column.on_bad == Fate::reject) return {};
  return reader.refuse("contract.order",
                       {fmt::format("order 的列 '{}' 应为必填的日期列或整数列", column.name),
                        fmt::format("order '{}' must be a required column of dates or integers", column.name)},
                       {"写 type = \"date\" 或 \"integer\" 与 required = true",
                        "write type = \"date\" or \"integer\", and required = true"},
                       reader.value().find("order"));
}

Result<void> read_delivery(const TomlReader& document, Contract& contract) {
  TRY(const TomlValue* table, document.needed("delivery", TomlValue::Kind::table));
  const TomlReader reader = document.at(*table);
  TRY_VOID(reader.only({"rhythm_days", "absence", "priority", "keys", "operation", "order"}));
  TRY_VOID(reader.needed("rhythm_days", TomlValue::Kind::integer));
  TRY(contract.rhythm_days, reader.integer_or("rhythm_days", 0));
  if (contract.rhythm_days < 1 || contract.rhythm_days > 3660) {
    return reader.refuse("contract.rhythm", {"rhythm_days 应在 1–3660", "rhythm_days must lie in 1–3660"},
                         {"写多少天后“没有”变为“不知道”", "tell after how many days \"none\" becomes \"unknown\""},
                         table->find("rhythm_days"));
  }
  TRY(const std::size_t absence, reader.one_of("absence", "", {"none", "unknown"}));
  contract.absence = static_cast<Absence>(absence);
  TRY(contract.priority, reader.integer_or("priority", 50));
  TRY(const std::vector<std::string> keys, reader.texts("keys"));
  for (const std::string& key : keys) {
    TRY(const int column, detail::column_of(reader, contract, key, *table->find("keys")));
    contract.keys.push_back(column);
  }
  TRY_VOID(read_operation(reader, contract));
  return read_order(reader, contract);
}

Result<void> read_date(const TomlReader& reader, ContractColumn& column) {
  const std::vector<std::string_view> known(kDateForms.begin(), kDateForms.end());
  TRY(const std::vector<std::string> forms, reader.texts("form"));
  for (const std::string& form : forms) {
    const auto found = std::find(known.begin(), known.end(), form);
    if (found == known.end()) {
      return reader.refuse(
          "contract.word",
          {fmt::format("不认识的日期写法 '{}'", form), fmt::format("unknown form of dates '{}'", form)},
          {"可用：" + detail::joined(known), "one of: " + detail::joined(known)}, reader.value().find("form"));
    }
    column.forms.push_back(static_cast<DateForm>(found - known.begin()));
  }
  if (column.forms.empty()) TRY_VOID(reader.needed("form", TomlValue::Kind::text));
  TRY(column.partial, reader.boolean_or("partial", false));
  TRY(column.not_future, reader.boolean_or("not_future", false));
  TRY(column.placeholders, reader.texts("placeholders"));
  return {};
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// Ranges are written in the delivered unit and kept in the stored one.
Result<void> read_range(const TomlReader& reader, ContractColumn& column) {
  column.at_most = kLargestStored;
  TRY(const TomlValue* range, reader.optional("range", TomlValue::Kind::array));
  if (range == nullptr) return {};
  const bool pair = range->items.size() == 2 && range->items[0].kind == TomlValue::Kind::integer &&
                    range->items[1].kind == TomlValue::Kind::integer;
  if (!pair || range->items[0].integer > range->items[1].integer) {
    return reader.refuse("contract.range",
                         {"range 应为 [最小, 最大] 两个整数", "range must be two integers [least, most]"},
                         {"例如 range = [0, 100000]", "for example range = [0, 100000]"}, range);
  }
  const std::int64_t power = power_of_ten(column.scale);
  const auto stored = [&](std::int64_t value) {
    const std::int64_t limit = kLargestStored / power;
    return std::clamp(value, -limit, limit) * power;
  };
  column.at_least = stored(range->items[0].integer);
  column.at_most = stored(range->items[1].integer);
  return {};
}

Result<void> read_money(const TomlReader& reader, ContractColumn& column) {
  TRY(const std::size_t unit, reader.one_of("unit", "", {"yuan", "fen", "ten_thousand_yuan"}));
  constexpr std::array<int, 3> kScales = {4, 2, 8};
  column.scale = kScales[unit];
  return read_range(reader, column);
}

Result<void> read_region(const TomlReader& reader, ContractColumn& column) {
  TRY(const TomlValue* digits, reader.optional("digits", TomlValue::Kind::array));
  column.lengths = {6, 9, 12};
  if (digits == nullptr) return {};
  column.lengths.clear();
  for (const TomlValue& item : digits->items) {
    if (item.kind != TomlValue::Kind::integer || item.integer < 2 || item.integer > 12) {
      return reader.refuse("contract.digits", {"digits 应为 2–12 的整数", "digits must be integers of 2 to 12"},
                           {"例如 digits = [6, 12]", "for example digits = [6, 12]"}, digits);
    }
    column.lengths.push_back(static_cast<int>(item.integer));
  }
  return {};
}

Result<void> read_code(const TomlReader& reader, const Contract& contract, ContractColumn& column) {
  TRY(const std::string name, reader.text("codes"));
  for (std::size_t i = 0; i < contract.code_lists.size(); ++i) {
    if (contract.code_lists[i].name == name) column.code_list = static_cast<int>(i);
  }
  if (column.code_list >= 0) return {};
  return reader.refuse(
      "contract.codes",
      {fmt::format("没有代码表 [codes.{}]", name), fmt::format("there is no code list [codes.{}]", name)},
      {fmt::format("加上 [codes.{}]，或改用已有的代码表", name),
       fmt::format("add [codes.{}], or name one that is there", name)},
      reader.value().find("codes"));
}

Result<void> read_type(const TomlReader& reader, const Contract& contract, ContractColumn& column) {
  switch (column.type) {
    case ColumnType::date: return read_date(reader, column);
    case ColumnType::money: return read_money(reader, column);
    case ColumnType::integer: return read_range(reader, column);
    case ColumnType::decimal: {
      TRY(const std::int64_t places, reader.integer_or("places", 2));
      if (places < 0 || places > 8) {
        return reader.refuse("contract.places", {"places 应在 0–8", "places must lie in 0–8"},
                             {"写小数位数", "write the number of decimal places"});
      }
      column.scale = static_cast<int>(places);
      return read_range(reader, column);
    }
    case ColumnType::code: return read_code(reader, contract, column);
    case ColumnType::region: return read_region(reader, column);
    case ColumnType::text:
    case ColumnType::number: return {};
  }
  return {};
}

std::vector<std::string_view> keys_of_type(ColumnType type) {
  std::vector<std::string_view> keys = {"name",     "former_names", "type",    "sensitivity", "required",
                                        "optional", "on_bad",       "pattern", "max_length"};
  const auto add = [&](std::initializer_list<std::string_view> more) { keys.insert(keys.end(), more); };
  if (type == ColumnType::date) add({"form", "partial", "not_future", "placeholders"});
  if (type == ColumnType::money) add({"unit", "range"});
  if (type == ColumnType::integer) add({"range"});
  if (type == ColumnType::decimal) add({"places", "range"});
  if (type == ColumnType::code) add({"codes"});
  if (type == ColumnType::region) add({"digits"});
  return keys;
}

Result<ContractColumn> read_column(const TomlReader& reader, const Contract& contract) {
  ContractColumn column;
  TRY(column.name, reader.text("name"));
  column.line = reader.value().find("name")->line;
  TRY(const std::size_t type,
      reader.one_of("type", "", {"text", "number", "date", "money", "integer", "decimal", "code", "region"}));
  column.type = static_cast<ColumnType>(type);
  TRY_VOID(reader.only(keys_of_type(column.type)));
  TRY(column.former_names, reader.texts("former_names"));
  TRY(const std::size_t sensitivity,
      reader.one_of("sensitivity", "internal", {"open", "internal", "personal", "sensitive"}));
  column.sensitivity = static_cast<Sensitivity>(sensitivity);
  TRY(column.required, reader.boolean_or("required", false));
  TRY(column.optional, reader.boolean_or("optional", false));
  TRY(const std::size_t fate, reader.one_of("on_bad", column.required ? "reject" : "blank", {"blank", "reject"}));
  column.on_bad = static_cast<Fate>(fate);
  TRY(column.pattern, reader.text_or("pattern", ""));
  if (!column.pattern.empty() && !detail::is_pattern(column.pattern)) {
    return reader.refuse("contract.pattern", {"pattern 不是正则表达式", "pattern is not a regular expression"},
                         {"按 ICU 正则语法改正", "mend it by ICU's syntax"}, reader.value().find("pattern"));
  }
  TRY(column.max_length, reader.integer_or("max_length", kDefaultTextLength));
  if (column.name.empty() || contract.column_index(column.name) >= 0) {
    return reader.refuse("contract.column_twice",
                         {fmt::format("列名 '{}' 为空或重复", column.name),
                          fmt::format("column '{}' is empty or named twice", column.name)},
                         {"每个列名只写一次", "name each column once"});
  }
  TRY_VOID(read_type(reader, contract, column));
  return column;
}

Result<void> read_columns(const TomlReader& document, Contract& contract) {
  TRY(const auto tables, document.tables("columns"));
  if (tables.empty()) TRY_VOID(document.needed("columns", TomlValue::Kind::array));
  if (tables.size() > kMostColumns) {
    return document.refuse("contract.columns", {"列数超过 2000", "more than 2,000 columns"},
                           {"拆成几个来源", "split it into several sources"});
  }
  for (const TomlValue* table : tables) {
    TRY(ContractColumn column, read_column(document.at(*table), contract));
    contract.columns.push_back(std::move(column));
  }
  return {};
}

Result<void> read_head(const TomlReader& document, Contract& contract) {
  TRY(const std::int64_t format, document.integer_or("format", 0));
  if (format != kContractFormat) {
    return document.refuse("contract.format", {"契约版本应为 format = 1", "the contract must say format = 1"},
                           {"第一行写 format = 1", "write format = 1 as the first line"},
                           document.value().find("format"));
  }
  TRY_VOID(document.only({"format",   "id",          "version", "department", "title",   "files",  "delivery",
                          "coverage", "legal",       "columns", "codes",      "roles",   "office", "checks",
                          "identity", "relation",    "address", "enrolment",  "payment", "income", "asset",
                          "spending", "certificate", "event",   "consent"}));
  TRY(contract.id, document.text("id"));
  if (!is_identifier(contract.id)) {
    return document.refuse(
        "contract.id",
        {"id 只能用小写字母、数字、'.'、'_'、'-'", "id may hold lower-case letters, digits, '.', '_', '-' only"},
        {"例如 id = \"mca.dibao\"", "for example id = \"mca.dibao\""}, document.value().find("id"));
  }
  TRY(contract.version, document.text("version"));
  TRY(contract.department, read_text_pair(document, "department"));
  contract.department_code = contract.id.substr(0, contract.id.find('.'));
  TRY(contract.title, read_text_pair(document, "title"));
  return {};
}

}  // namespace

std::optional<Operation> operation_of(std::string_view word) {
  if (word == "insert") return Operation::insert;
  if (word == "update") return Operation::update;
  if (word == "delete") return Operation::remove;
  return std::nullopt;
}

int Contract::column_index(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Result<Contract> read_contract(const std::filesystem::path& file) {
  TRY(const TomlValue tree, read_toml_tree(file));
  const TomlReader document(file.string(), tree);
  Contract contract;
  contract.path = file;
  TRY(contract.digest, sha256_of_file(file));
  TRY_VOID(read_head(document, contract));
  TRY_VOID(read_files(document, contract));
  TRY_VOID(read_coverage(document, contract));
  TRY_VOID(detail::read_code_lists(document, contract));
  TRY_VOID(read_columns(document, contract));
  TRY_VOID(read_delivery(document, contract));
  TRY_VOID(detail::read_sections(document, contract));
  return contract;
}

Result<std::vector<Contract>> read_contracts(const std::filesystem::path& pack) {
  const std::filesystem::path folder = pack / "sources";
  std::error_code code;
  if (!std::filesystem::is_directory(folder, code)) {
    Error error =
        detail::refusal(folder, "pack.no_sources", {"政策包里没有 sources 文件夹", "the pack has no folder 'sources'"},
                        {"--pack 应指向如 packs/sichuan 的文件夹", "let --pack name a folder like packs/sichuan"});
    error.outcome = Outcome::usage;
    return fail(std::move(error));
  }
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (entry.path().extension() == ".toml") files.insert(entry.path());
  }
  std::vector<Contract> contracts;
  for (const auto& file : files) {
    TRY(Contract contract, read_contract(file));
    if (file.stem().string() != contract.id) {
      return fail(detail::refusal(file, "contract.name", {"文件名与 id 不一致", "the file is not named after its id"},
                                  {"文件应命名为 " + contract.id + ".toml", "name the file " + contract.id + ".toml"}));
    }
    contracts.push_back(std::move(contract));
  }
  std::sort(contracts.begin(), contracts.end(), [](const Contract& a, const Contract& b) { return a.id < b.id; });
  return contracts;
}

}  // namespace songtan::ingest
