// Every type of column, written as the cell, what is stored, and the class of what is wrong.
#include "small_delivery.h"

#include "ingest/detail/cell.h"

namespace songtan::ingest::detail {
namespace {

struct Case {
  std::string_view cell;
  std::string_view stored;  // the integer or the text; "" when nothing is
  std::string_view why = "none";
};

std::string stored_of(const Cell& cell, ColumnType type) {
  if (cell.state != Cell::State::good) return "";
  if (type == ColumnType::date) return Day{static_cast<std::int32_t>(cell.value)}.text();
  if (type == ColumnType::text || type == ColumnType::region || type == ColumnType::number)
    return std::string(cell.text);
  if (type == ColumnType::code) return std::string(cell.word);
  return std::to_string(cell.value);
}

void check_cells(const ContractColumn& column, const std::vector<Case>& cases, const Contract& contract = {}) {
  CellReader reader(contract, column, *Day::parse("2026-07-01"));
  for (const Case& expected : cases) {
    CAPTURE(expected.cell);
    const Cell cell = reader.read(expected.cell);
    CHECK(stored_of(cell, column.type) == expected.stored);
    CHECK(word_of(cell.why) == expected.why);
  }
}

ContractColumn column_of_type(ColumnType type) {
  ContractColumn column;
  column.name = "c";
  column.type = type;
  column.max_length = 20;
  column.at_most = 1'000'000'000'000'000;
  return column;
}

TEST_CASE("dates in every form, and what is no date") {
  ContractColumn column = column_of_type(ColumnType::date);
  column.forms = {DateForm::eight_digits};
  column.not_future = true;
  check_cells(column, {{"20260630", "2026-06-30"},
                       {" 20260630 ", "2026-06-30"},
                       {"２０２６０６３０", "2026-06-30"},
                       {"20000229", "2000-02-29"},
                       {"19000229", "", "no_such_date"},
                       {"00000101", "", "no_such_date"},
                       {"20261301", "", "no_such_date"},
                       {"18491231", "", "too_early"},
                       {"20260702", "", "future"},
                       {"2026-06-30", "", "format"},
                       {"2026063", "", "format"},
                       {"2.02606E+7", "", "scientific"},
                       {"", ""}});
  column.forms = {DateForm::dashes, DateForm::slashes, DateForm::chinese};
  check_cells(column, {{"2026-6-3", "2026-06-03"},
                       {"2026/06/03", "2026-06-03"},
                       {"2026年6月3日", "2026-06-03"},
                       {"2026年06月", "", "format"},
                       {"2026-06-03x", "", "format"},
                       {"26-06-03", "", "format"},
                       {"0000-01-01", "", "no_such_date"}});
  column.forms = {DateForm::six_digits, DateForm::month_dash, DateForm::month_chinese};
  check_cells(column, {{"202606", "2026-06-01"},
                       {"2026-06", "2026-06-01"},
                       {"2026年6月", "2026-06-01"},
                       {"202613", "", "no_such_date"}});
  column.forms = {DateForm::eight_digits};
  column.partial = true;
  check_cells(column, {{"19560700", "1956-07-01"}, {"19560000", "1956-01-01"}, {"19561300", "", "no_such_date"}});
}

TEST_CASE("how exactly a date is known") {
  Contract contract;
  ContractColumn column = column_of_type(ColumnType::date);
  column.forms = {DateForm::eight_digits, DateForm::six_digits};
  column.partial = true;
  column.placeholders = {"*-01-01"};
  CellReader reader(contract, column, *Day::parse("2026-07-01"));
  CHECK(reader.read("19560702").precision == DatePrecision::day);
  CHECK(reader.read("195607").precision == DatePrecision::month);
  CHECK(reader.read("19560700").precision == DatePrecision::month);
  CHECK(reader.read("19560101").precision == DatePrecision::placeholder);
}

TEST_CASE("money is exact in its unit") {
  ContractColumn column = column_of_type(ColumnType::money);
  column.scale = 4;
  column.at_most = 100'000'0000;
  check_cells(column, {{"1234.56", "12345600"},
                       {"0", "0"},
                       {"0.0001", "1"},
                       {"1.50000", "15000"},
                       {"100000", "1000000000"},
                       {"100000.01", "", "out_of_range"},
                       {"-1", "", "out_of_range"},
                       {"1.00005", "", "format"},
                       {"1,234", "", "format"},
                       {"1e3", "", "scientific"},
                       {"12元", "", "letters"},
                       {".5", "", "format"},
                       {"5.", "", "format"},
                       {"--1", "", "format"},
                       {"99999999999999999999", "", "out_of_range"}});
  column.scale = 2;
  check_cells(column, {{"12345", "1234500"}});
  column.scale = 8;
  column.at_most = 1'000'000'000'000'000;
  check_cells(column, {{"12.3456", "1234560000"},
                       {"10000000", "1000000000000000"},
                       {"100000000", "", "out_of_range"},
                       {"999999999999999", "", "out_of_range"}});
}

TEST_CASE("citizen numbers are judged as the house judges them") {
  const std::string good = citizen_number("510802", "19500101", "002");
  std::string swapped = good;
  std::swap(swapped[16], swapped[15]);
  const std::string full_width = "５１０" + good.substr(3);
  ContractColumn column = column_of_type(ColumnType::number);
  const std::string scientific = "5.10E+17";
  const std::string no_month = std::string("510802") + "19501301" + "001X";
  check_cells(column, {{good, good},
                       {full_width, good},
                       {" " + good, good},
                       {"", ""},
                       {swapped, "", "check_digit"},
                       {std::string_view(good).substr(1), "", "too_short"},
                       {good + "1", "", "too_long"},
                       {scientific, "", "scientific"},
                       {"510802********0011", "", "masked"},
                       {"身份证丢失", "", "letters"},
                       {no_month, "", "no_such_date"},
                       {"无", "", "letters"},
                       {"510802/19500101/", "", "symbols"}});
  Contract contract;
  CellReader reader(contract, column, *Day::parse("2026-07-01"));
  for (const std::string_view raw : {std::string_view(good), std::string_view(full_width), std::string_view(swapped),
                                     std::string_view("51o8O2l950OIOIOO2")}) {
    const Cell cell = reader.read(raw);
    CHECK(cell.text == cleaned_number(raw));
    CHECK(cell.value == static_cast<std::int64_t>(state_of_number(cleaned_number(raw))));
  }
}

TEST_CASE("texts, regions, codes and patterns") {
  ContractColumn text = column_of_type(ColumnType::text);
  check_cells(text, {{"  李 雷  ", "李 雷"},
                     {"ＡＢ　Ｃ", "AB C"},
                     {"x\ty", "x y"},
                     {"　", ""},
                     {"123456789012345678901", "", "too_long"}});
  text.pattern = "[0-9]{3}";
  check_cells(text, {{"123", "123"}, {"1234", "", "format"}});
  ContractColumn region = column_of_type(ColumnType::region);
  region.lengths = {6, 12};
  check_cells(region, {{"510802", "510802"},
                       {"510802001001", "510802001001"},
                       {"5108", "", "too_short"},
                       {"5108020010011", "", "too_long"},
                       {"5108ab", "", "letters"}});
  Contract contract;
  contract.code_lists.push_back({"sex", {{"男", "1"}, {"女", "2"}, {"不详", ""}}, std::nullopt});
  ContractColumn code = column_of_type(ColumnType::code);
  code.code_list = 0;
  check_cells(code, {{"男", "1"}, {"不详", ""}, {"未知", "", "unknown_code"}}, contract);
  contract.code_lists[0].otherwise = "9";
  check_cells(code, {{"未知", "9"}}, contract);
}

TEST_CASE("whole numbers and decimals") {
  ContractColumn whole = column_of_type(ColumnType::integer);
  whole.at_most = 130;
  check_cells(whole, {{"0", "0"},
                      {"130", "130"},
                      {"131", "", "out_of_range"},
                      {"1.0", "1"},
                      {"1.5", "", "format"},
                      {"abc", "", "letters"}});
  ContractColumn decimal = column_of_type(ColumnType::decimal);
  decimal.scale = 2;
  check_cells(decimal, {{"88.5", "8850"}, {"88.555", "", "format"}});
}

TEST_CASE("dates move by whole months and keep to the month's end") {
  CHECK(plus_months(*Day::parse("2026-01-31"), 1).text() == "2026-02-28");
  CHECK(plus_months(*Day::parse("2026-12-01"), 1).text() == "2027-01-01");
  CHECK(plus_months(*Day::parse("2024-03-31"), -1).text() == "2024-02-29");
}

}  // namespace
}  // namespace songtan::ingest::detail
