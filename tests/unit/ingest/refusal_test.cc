#include "small_delivery.h"

namespace songtan::ingest {
namespace {

const std::string kHeader(kPeopleHeader);

std::string good_rows(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i) {
    rows += fmt::format("{},甲{},19500101,{}.50\n",
                        citizen_number("510802", "19500101", fmt::format("{:03}", i % 1000)), i, i);
  }
  return rows;
}

TEST_CASE("a damaged file is refused by name, with its place, and nothing of it remains") {
  struct Damage {
    std::string_view name;
    std::string text;
    std::string_view code;
  };
  const std::string number = citizen_number("510802", "19500101", "001");
  std::string wide;
  for (int i = 0; i < 10'000; ++i) wide += fmt::format("列{},", i);
  const std::vector<Damage> damages = {
      {"empty", "", "csv.empty"},
      {"no final newline", kHeader + number + ",甲,19500101,1.00", "csv.truncated"},
      {"cut inside a character", kHeader + number + ",\xE7\x94", "csv.truncated"},
      {"GBK under UTF-8", kHeader + number + ",\xBC\xD7,19500101,1.00\n", "csv.encoding"},
      {"UTF-16 with mark", std::string("\xFF\xFE\x31\x00\x32\x00\x0A\x00", 8), "csv.utf16"},
      {"UTF-16 without mark", std::string("n\0a\0m\0e\0,\0a\0\n\0", 14), "csv.utf16"},
      {"NUL", kHeader + good_rows(40) + std::string("1,\0,2,3\n", 8), "csv.nul"},
      {"semicolons", "证件号;姓名;出生;金额\n" + number + ";甲;19500101;1\n", "header.delimiter"},
      {"tabs", "证件号\t姓名\t出生\t金额\n" + number + "\t甲\t19500101\t1\n", "header.delimiter"},
      {"no header", number + ",甲,19500101,1\n" + number + ",乙,19500101,1\n", "header.absent"},
      {"header of another table", "a,b,c,d\n1,2,3,4\n", "header.absent"},
      {"renamed", "证件号码,姓名,出生,金额\n", "header.renamed"},
      {"missing", "证件号,姓名,出生\n", "header.missing"},
      {"unknown", "证件号,姓名,出生,金额,备注\n", "header.unknown"},
      {"duplicated", "证件号,姓名,姓名,出生,金额\n", "header.duplicated"},
      {"empty name", ",证件号,姓名,出生,金额\n", "header.empty_name"},
      {"10,000 columns", wide + "\n", "csv.columns"},
      {"rows of other delimiter", kHeader + "1;甲;19500101;1\n2;乙;19500101;1\n3;丙;19500101;1\n", "csv.cell_count"},
      {"shifted by one", kHeader + "甲,19500101,1.00,\n乙,19500102,2.00,\n丙,19500103,3.00,\n丁,19500104,4.00,\n",
       "file.shifted"},
  };
  for (const Damage& damage : damages) {
    CAPTURE(damage.name);
    SmallDelivery delivery;
    delivery.people_contract();
    delivery.file(damage.text);
    const auto report = delivery.run();
    REQUIRE(!report.has_value());
    const Error& error = report.error();
    CHECK(error.code == damage.code);
    CHECK(error.outcome == Outcome::bad_data);
    CHECK(error.file.ends_with("2026-07-01.full.csv"));
    CHECK(!error.message.zh.empty());
    CHECK(!error.mend.en.empty());
    CHECK(describe(error, "en").find(number) == std::string::npos);
    CHECK(delivery.left().empty());
    CHECK(delivery.loads().empty());
  }
}

TEST_CASE("offsets and rows of refusals are right") {
  SmallDelivery delivery;
  delivery.people_contract();
  const std::string front = kHeader + good_rows(3);
  delivery.file(front + "x,\xFF,1,1\n");
  const auto bytes = delivery.run();
  REQUIRE(!bytes.has_value());
  CHECK(bytes.error().row == 4);
  CHECK(bytes.error().offset == static_cast<std::int64_t>(front.size()) + 2);
}

TEST_CASE("a row longer than the limit is refused without being held") {
  SmallDelivery delivery;
  delivery.people_contract();
  IngestLimits limits;
  limits.row_bytes = 1'000;
  delivery.file(kHeader + good_rows(2) + "1," + std::string(2'000, 'x') + ",19500101,1\n");
  CHECK(delivery.outcome(limits) == "csv.row_length");
  delivery.file(std::string(3 << 20, 'x'));
  CHECK(delivery.outcome(limits) == "csv.row_length");
}

TEST_CASE("one changed form of a typed column is drift, explained and refused") {
  SmallDelivery delivery;
  delivery.people_contract();
  std::string rows;
  for (int i = 0; i < 30; ++i)
    rows += fmt::format("{},甲{},1950-01-01,1\n", citizen_number("510802", "19500101", fmt::format("{:03}", i)), i);
  delivery.file(kHeader + rows);
  const auto report = delivery.run();
  REQUIRE(!report.has_value());
  CHECK(report.error().code == "file.drifted");
  CHECK(report.error().column == "出生");
  CHECK(report.error().row == 1);
}

TEST_CASE("deliveries that are not there, misnamed or strange") {
  SmallDelivery delivery;
  delivery.people_contract();
  const auto absent = delivery.run();
  REQUIRE(!absent.has_value());
  CHECK(absent.error().code == "source.absent");
  CHECK(absent.error().outcome == Outcome::bad_data);

  delivery.file(kHeader, "july.full.csv");
  CHECK(delivery.outcome() == "file.name");
  std::filesystem::remove(delivery.in() / "extracts/ca.people/july.full.csv");
  delivery.file(kHeader, "2026-02-30.full.csv");
  CHECK(delivery.outcome() == "file.name");
  std::filesystem::remove(delivery.in() / "extracts/ca.people/2026-02-30.full.csv");
  delivery.file(kHeader, "2026-07-01.delta.csv");
  CHECK(delivery.outcome() == "file.delivery_kind");
  std::filesystem::remove(delivery.in() / "extracts/ca.people/2026-07-01.delta.csv");
  delivery.file(kHeader, "2026-07-01.full.xlsx");
  CHECK(delivery.outcome() == "file.unexpected");
  std::filesystem::remove(delivery.in() / "extracts/ca.people/2026-07-01.full.xlsx");

  delivery.file(kHeader);
  delivery.file("x\n", "2026-07-01.full.csv", "nobody.knows");
  const auto report = delivery.run();
  REQUIRE(report.has_value());
  REQUIRE(report->notes.size() == 1);
  CHECK(report->notes[0].en.find("nobody.knows") != std::string::npos);
}

TEST_CASE("--in and --pack that are not there are wrong usage") {
  SmallDelivery delivery;
  delivery.people_contract();
  SilentProgress progress;
  const auto in =
      ingest({.pack = delivery.root() / "pack", .in = delivery.root() / "nowhere", .data = delivery.data()}, progress);
  REQUIRE(!in.has_value());
  CHECK(in.error().outcome == Outcome::usage);
  const auto pack =
      ingest({.pack = delivery.root() / "nowhere", .in = delivery.in(), .data = delivery.data()}, progress);
  REQUIRE(!pack.has_value());
  CHECK(pack.error().outcome == Outcome::usage);
  CHECK(!std::filesystem::exists(delivery.data()));
}

TEST_CASE("a refused file leaves the others loaded, and a mended one joins them") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file(kHeader + good_rows(5), "2026-07-01.full.510802.csv");
  delivery.file(kHeader + good_rows(5) + "cut", "2026-07-01.full.510812.csv");
  CHECK(delivery.outcome() == "csv.truncated");
  CHECK(delivery.loads().size() == 1);
  delivery.file(kHeader + good_rows(6), "2026-07-01.full.510812.csv");
  CHECK(delivery.outcome() == "loaded");
  CHECK(delivery.loads().size() == 2);
}

TEST_CASE("Parquet that is cut or is something else is refused without its words") {
  SmallDelivery delivery;
  std::string contract = std::string(kContractHead) + std::string(kPeopleColumns);
  contract.replace(contract.find("\"*.csv\""), 7, "\"*.parquet\"");
  contract.replace(contract.find("\"csv\""), 5, "\"parquet\"");
  delivery.contract(contract);
  delivery.file("PAR1 not really", "2026-07-01.full.parquet");
  CHECK(delivery.outcome() == "parquet.damaged");
  CHECK(delivery.left().empty());
}

}  // namespace
}  // namespace songtan::ingest
