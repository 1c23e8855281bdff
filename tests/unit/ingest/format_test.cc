// Encodings, CSV grammar and Parquet.
#include "small_delivery.h"

#include <unicode/ucnv.h>

#include "base/hash.h"
#include "ingest/detail/csv_rows.h"
#include "ingest/detail/csv_scan.h"

namespace songtan::ingest {
namespace {

using Lines = std::vector<std::string>;

std::string gb18030(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  std::string bytes(utf8.size() * 4, '\0');
  const int32_t length = ucnv_convert("gb18030", "UTF-8", bytes.data(), static_cast<int32_t>(bytes.size()), utf8.data(),
                                      static_cast<int32_t>(utf8.size()), &status);
  REQUIRE(U_SUCCESS(status));
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

std::string contract_with(std::string_view line) {
  std::string text = std::string(kContractHead) + std::string(kPeopleColumns);
  return text.insert(text.find("format = \"csv\"\n") + 15, line);
}

TEST_CASE("GB18030 reads as its UTF-8 twin, rare characters included, and bad bytes are told by offset") {
  const std::string text = std::string(kPeopleHeader) + ",甲㐀𠮷,19500101,1\n,阿衣牛牛,19500102,2\n";
  SmallDelivery utf8;
  utf8.people_contract();
  utf8.file(text);
  REQUIRE(utf8.run().has_value());
  for (const std::string_view encoding : {"gb18030", "detect"}) {
    SmallDelivery delivery;
    delivery.contract(contract_with(fmt::format("encoding = \"{}\"\n", encoding)));
    delivery.file(gb18030(text));
    const auto report = delivery.run();
    REQUIRE_MESSAGE(report.has_value(), describe(report.error(), "en"));
    CHECK(delivery.rows("identity", "record_id,name,birth") == utf8.rows("identity", "record_id,name,birth"));
    CHECK(delivery.left().size() == 1);
  }
  SmallDelivery delivery;
  delivery.contract(contract_with("encoding = \"gb18030\"\n"));
  const std::string front = gb18030(text);
  delivery.file(front + "\xFF\xFF,1,1,1\n");
  const auto bad = delivery.run();
  REQUIRE(!bad.has_value());
  CHECK(bad.error().code == "csv.encoding");
  CHECK(bad.error().offset == static_cast<std::int64_t>(front.size()));
  delivery.file(front + "\x81");
  CHECK(delivery.outcome() == "csv.truncated");
  delivery.file(text);
  CHECK(delivery.outcome() != "loaded");
}

TEST_CASE("CRLF, quotes, tabs, other orders of columns and former names are read") {
  SmallDelivery delivery;
  std::string contract = contract_with(
      "delimiter = \"\\t\"\nmultiline = true\nextra_columns = \"ignore\"\nfinal_newline = \"optional\"\n");
  contract.insert(contract.find("name = \"姓名\"\ntype"), "former_names = [\"名字\"]\n");
  delivery.contract(contract);
  delivery.file("名字\t证件号\t备注\t金额\t出生\r\n\"甲\t乙\n丙\"\t\tx\t1\t19500101\r\n丁\t\t\"\"\t2\t19500102");
  const auto report = delivery.run();
  REQUIRE_MESSAGE(report.has_value(), describe(report.error(), "en"));
  CHECK(delivery.rows("identity", "row,name,birth") == Lines{"1|甲 乙 丙|1950-01-01", "2|丁|1950-01-02"});
  CHECK(delivery.rows("issues", "row,rule,severity") == Lines{"0|column_order|warn"});
}

TEST_CASE("a header alone is a delivery of nothing") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file(kPeopleHeader);
  REQUIRE(delivery.run().has_value());
  CHECK(delivery.loads()[0].rows == 0);
  CHECK(records_of(delivery.loads(), "identity").empty());
}

// Any bytes: the scan and the tokenizer agree on rows, on their cells' count and on which rows are broken.
TEST_CASE("the two passes over CSV follow one grammar") {
  const std::string alphabet = "ab,\"\"\n\r\n,x";
  SmallDelivery scratch;
  const std::filesystem::path file = scratch.root() / "random.csv";
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    RandomStream random(seed);
    const bool multiline = seed % 2 == 0;
    std::string body;
    const std::uint64_t length = random.below(120);
    for (std::uint64_t i = 0; i < length; ++i) body += alphabet[random.below(alphabet.size())];
    body += "\n";
    SmallDelivery::write(file, "h,h\n" + body);
    const auto scan = detail::scan_csv(file, {',', multiline, true}, {1 << 20, 100, 16, 3}, [] { return false; });
    if (!scan) {
      CHECK(scan.error().code == "csv.quotes");
      continue;
    }
    std::int64_t rows = 0;
    std::int64_t broken = 0;
    for (const detail::CsvBlock& block : scan->blocks) {
      CHECK(block.first_row == rows + 1);
      detail::CsvRows reader(
          ("h,h\n" + body).substr(static_cast<std::size_t>(block.offset), static_cast<std::size_t>(block.bytes)), ',',
          multiline);
      detail::CsvRow row;
      std::int64_t in_block = 0;
      for (; reader.next(row); ++in_block) broken += row.balanced && row.cells.size() == 2 ? 0 : 1;
      CHECK(in_block == block.rows);
      rows += in_block;
    }
    CHECK(rows == scan->rows);
    CHECK(broken == scan->broken_rows);
  }
}

TEST_CASE("Parquet cells go through the same columns") {
  SmallDelivery delivery;
  std::string contract = std::string(kContractHead) + std::string(kPeopleColumns);
  contract.replace(contract.find("\"*.csv\""), 7, "\"*.parquet\"");
  contract.replace(contract.find("\"csv\""), 5, "\"parquet\"");
  contract.replace(contract.find("unit = \"yuan\""), 13, "unit = \"fen\"");
  delivery.contract(contract);
  const std::string number = citizen_number("510802", "19500101", "001");
  auto session = table::Session::open({});
  REQUIRE(session.has_value());
  const auto write = [&](const std::string& select) {
    std::filesystem::create_directories(delivery.in() / "extracts/ca.people");
    REQUIRE(session->write_parquet(select, delivery.in() / "extracts/ca.people/2026-07-01.full.parquet").has_value());
  };
  write(
      fmt::format("SELECT '{}' AS 证件号, '甲' AS 姓名, 19500101 AS 出生, CAST(12345 AS BIGINT) AS 金额 UNION ALL "
                  "SELECT NULL, '乙', NULL, NULL UNION ALL SELECT NULL, NULL, 19500103, 3",
                  number));
  const auto report = delivery.run();
  REQUIRE_MESSAGE(report.has_value(), describe(report.error(), "en"));
  CHECK(report->files[0].rejected == 1);
  CHECK(delivery.rows("identity", "row,name,number_state,birth") == Lines{"1|甲|valid|1950-01-01", "2|乙|missing|-"});
  CHECK(delivery.rows("income", "amount") == Lines{"1234500"});
  CHECK(delivery.rows("issues", "row,column_name,rule") == Lines{"3|姓名|required"});

  write("SELECT '甲' AS 姓名, 'x' AS 证件号码, 19500101 AS 出生, 1 AS 金额");
  CHECK(delivery.outcome() == "header.renamed");

  write("SELECT '' AS 证件号, '甲' || i AS 姓名, 19500101 AS 出生, i AS 金额 FROM range(5000) t(i)");
  IngestLimits limits;
  limits.block_rows = 1'000;
  REQUIRE(delivery.run(1, limits).has_value());
  CHECK(records_of(delivery.loads(), "identity").size() == 5);
  CHECK(delivery.rows("identity", "name").back() == "甲4999");
}

std::string json_contract() {
  std::string contract = std::string(kContractHead) + std::string(kPeopleColumns);
  contract.replace(contract.find("\"*.csv\""), 7, "\"*.jsonl\"");
  return contract.replace(contract.find("\"csv\""), 5, "\"jsonl\"");
}

TEST_CASE("JSON lines go through the same columns, and numbers keep their digits") {
  SmallDelivery delivery;
  delivery.contract(json_contract());
  const std::string number = citizen_number("510802", "19500101", "001");
  delivery.file("{\"姓名\": \"甲\\n乙\", \"证件号\": \"" + number + "\", \"出生\": 19500101, \"金额\": 1234.50}\n" +
                    "{\"证件号\": null, \"姓名\": \"丙\"}\n" + "{\"姓名\": {\"first\": \"丁\"}}\n" +
                    "{\"姓名\": \"a\", \"姓名\": \"b\"}\n" + "[1]\n" +
                    "{\"姓名\": \"戊\", \"金额\": 1e3}\n{\"姓名\": \"己\"}\n{\"姓名\": \"庚\"}\n",
                "2026-07-01.full.jsonl");
  const auto report = delivery.run();
  REQUIRE_MESSAGE(report.has_value(), describe(report.error(), "en"));
  CHECK(delivery.rows("identity", "row,name,number_state,birth") ==
        Lines{"1|甲 乙|valid|1950-01-01", "2|丙|missing|-", "6|戊|missing|-", "7|己|missing|-", "8|庚|missing|-"});
  CHECK(delivery.rows("income", "amount") == Lines{"12345000"});
  CHECK(delivery.rows("issues", "row,rule,severity,value_class") ==
        Lines{"3|json|reject|format", "4|json|reject|format", "5|json|reject|format", "6|money|warn|scientific"});
}

TEST_CASE("damaged JSON lines are refused by name") {
  const std::string good = "{\"证件号\": \"\", \"姓名\": \"甲\", \"出生\": \"\", \"金额\": \"\"}\n";
  const std::vector<std::pair<std::string, std::string_view>> damages = {
      {"", "json.empty"},
      {good + "{\"姓名\": \"乙\"", "json.truncated"},
      {good + "\xFF\n", "csv.encoding"},
      {"[" + good.substr(0, good.size() - 1) + "]\n", "json.lines"},
      {std::string(100'000, '[') + "\n", "json.lines"},
      {std::string(2'000'000, 'x'), "json.row_length"},
      {"{\"证件号码\": \"\", \"姓名\": \"甲\", \"出生\": \"\", \"金额\": \"\"}\n", "header.renamed"},
      {"{\"a\": 1}\n", "header.absent"},
      {std::string("{\0}\n", 4), "csv.utf16"},
  };
  for (const auto& [text, code] : damages) {
    CAPTURE(code);
    SmallDelivery delivery;
    delivery.contract(json_contract());
    delivery.file(text, "2026-07-01.full.jsonl");
    CHECK(delivery.outcome() == code);
    CHECK(delivery.left().empty());
  }
}

}  // namespace
}  // namespace songtan::ingest
