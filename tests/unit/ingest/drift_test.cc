// Contract drift: what changed is recognised, refused, and proposed as a patch that a person may adopt.
#include <cstdlib>

#include "small_delivery.h"

namespace songtan::ingest {
namespace {

std::string number_of(int i) { return citizen_number("510802", "19500101", fmt::format("{:03}", i % 1000)); }

// Forty rows by a maker of lines.
std::string rows_of(const std::function<std::string(int)>& line) {
  std::string rows;
  for (int i = 0; i < 40; ++i) rows += line(i) + "\n";
  return rows;
}

Error refused(const SmallDelivery& delivery) {
  const auto report = delivery.run();
  REQUIRE(!report.has_value());
  CHECK(report.error().outcome == Outcome::bad_data);
  CHECK(delivery.left().empty());
  return report.error();
}

// Applies the proposal with patch(1), as a person would.
void adopt(const SmallDelivery& delivery, const std::string& proposal) {
  REQUIRE(!proposal.empty());
  SmallDelivery::write(delivery.root() / "proposal.patch", proposal);
  const std::string command = fmt::format("patch -s -p1 -d '{}' < '{}'", (delivery.root() / "pack").string(),
                                          (delivery.root() / "proposal.patch").string());
  REQUIRE(std::system(command.c_str()) == 0);
}

TEST_CASE("renamed columns are found by their names and by their values, and the adopted patch loads the file") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file("身份证件号码,姓名,生日,金额\n" +
                rows_of([](int i) { return fmt::format("{},甲{},19500101,1.00", number_of(i), i); }));
  const Error error = refused(delivery);
  CHECK(error.code == "header.renamed");
  CHECK(error.message.en.find("证件号 → 身份证件号码") != std::string::npos);
  CHECK(error.message.en.find("出生 → 生日") != std::string::npos);
  CHECK(error.proposal.find("+former_names = [\"生日\"]") != std::string::npos);
  CHECK(error.proposal.find(number_of(1)) == std::string::npos);
  adopt(delivery, error.proposal);
  CHECK(delivery.outcome() == "loaded");
  CHECK(delivery.rows("identity", "name,number_state").front() == "甲0|valid");
}

TEST_CASE("a column whose values do not fit is no renamed column") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file("证件号,姓名,出生地,金额\n" +
                rows_of([](int i) { return fmt::format("{},甲{},某地,1.00", number_of(i), i); }));
  const Error error = refused(delivery);
  CHECK(error.code == "header.missing");
  CHECK(error.message.en.find("出生地") != std::string::npos);
  CHECK(error.proposal.find("+optional = true") != std::string::npos);
  adopt(delivery, error.proposal);
  CHECK(delivery.outcome() == "loaded");
}

TEST_CASE("a new column is proposed with the type its values show") {
  struct New {
    std::string_view value;
    std::string_view line;
  };
  const std::string number = number_of(7);
  for (const New& fresh :
       {New{number, "+type = \"number\""}, New{"2026-05-01", "+form = \"yyyy-mm-dd\""},
        New{"2026年5月", "+form = \"yyyy年m月\""}, New{"17", "+type = \"integer\""}, New{"某街", "+type = \"text\""}}) {
    SmallDelivery delivery;
    delivery.people_contract();
    const std::string file = "证件号,姓名,出生,金额,新列\n" + rows_of([&](int i) {
                               return fmt::format("{},甲{},19500101,1.00,{}", number_of(i), i, fresh.value);
                             });
    delivery.file(file);
    const Error error = refused(delivery);
    CHECK(error.code == "header.unknown");
    CHECK_MESSAGE(error.proposal.find(fresh.line) != std::string::npos, error.proposal);
    adopt(delivery, error.proposal);
    CHECK(delivery.outcome() == "loaded");
    delivery.file(std::string(kPeopleHeader) + number + ",甲,19500101,1\n", "2026-06-01.full.csv");
    CHECK(delivery.outcome() == "loaded");  // earlier deliveries lack the column
  }
}

TEST_CASE("a date written anew is proposed with its form") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file(std::string(kPeopleHeader) +
                rows_of([](int i) { return fmt::format("{},甲{},1950年1月{}日,1", number_of(i), i, 1 + i % 28); }));
  const Error error = refused(delivery);
  CHECK(error.code == "file.drifted");
  adopt(delivery, error.proposal);
  CHECK(delivery.outcome() == "loaded");
  CHECK(delivery.rows("identity", "birth")[2] == "1950-01-03");
}

TEST_CASE("a code that is in no list and comes often is drift; a person must say what it means") {
  SmallDelivery delivery;
  std::string contract(kContractHead);
  contract +=
      "[codes.state]\n\"1\" = \"enrolled\"\n\"2\" = \"ended\"\n[[columns]]\nname = \"姓名\"\ntype = \"text\"\n"
      "[[columns]]\nname = \"状态\"\ntype = \"code\"\ncodes = \"state\"\n[[identity]]\nname = \"姓名\"\n"
      "[[enrolment]]\nprogramme = { constant = \"X\" }\nstate = \"状态\"\n";
  delivery.contract(contract);
  const auto file = [&](int rows, int fresh, std::string_view code) {
    std::string text = "姓名,状态\n";
    for (int i = 0; i < rows; ++i) text += fmt::format("甲{},{}\n", i, i < fresh ? code : std::string_view("1"));
    delivery.file(text);
  };
  file(3'000, 25, "7");
  CHECK(delivery.outcome() == "loaded");  // less than one in a hundred: slips, each a warning
  file(2'000, 30, "7");
  const auto report = delivery.run();
  REQUIRE(!report.has_value());
  CHECK(report.error().code == "file.codes");
  CHECK(report.error().column == "状态");
  adopt(delivery, report.error().proposal);
  CHECK(delivery.outcome() == "contract.undecided");
  contract.insert(contract.find("[[columns]]"), "\"7\" = \"refused\"\n");
  delivery.contract(contract);
  CHECK(delivery.outcome() == "loaded");
  CHECK(delivery.rows("enrolment", "state").front() == "refused");
}

}  // namespace
}  // namespace songtan::ingest
