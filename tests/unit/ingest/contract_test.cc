#include "ingest/contract.h"

#include "small_delivery.h"

namespace songtan::ingest {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

const std::string kGood = std::string(kContractHead) + std::string(kPeopleColumns);

// Takes deltas by 证件号; `more` goes into [delivery].
std::string delta_contract(std::string_view more) {
  const std::string both = replaced(kGood, "format = \"csv\"", "format = \"csv\"\ndeliveries = \"both\"");
  return replaced(both, "absence = \"none\"", "absence = \"none\"\nkeys = [\"证件号\"]\n" + std::string(more));
}

TEST_CASE("a broken contract is told with file, line, the word at fault and the mend") {
  struct Fault {
    std::string_view name;
    std::string text;
    std::string_view code;
    std::string_view says;
  };
  const std::vector<Fault> faults = {
      {"no TOML", replaced(kGood, "id = ", "id = = "), "toml.syntax", "TOML"},
      {"other format", replaced(kGood, "format = 1", "format = 2"), "contract.format", "format = 1"},
      {"unknown key", replaced(kGood, "rhythm_days", "rythm_days"), "contract.unknown_key", "rhythm_days"},
      {"missing key", replaced(kGood, "absence = \"none\"", ""), "contract.missing_key", "absence"},
      {"wrong kind", replaced(kGood, "rhythm_days = 30", "rhythm_days = \"30\""), "contract.kind", "rhythm_days"},
      {"no such word", replaced(kGood, "absence = \"none\"", "absence = \"never\""), "contract.word", "none, unknown"},
      {"column twice", replaced(kGood, "name = \"姓名\"\ntype", "name = \"证件号\"\ntype"), "contract.column_twice",
       "证件号"},
      {"unknown column", replaced(kGood, "number = \"证件号\"", "number = \"证件\""), "contract.unknown_column",
       "证件号"},
      {"unit missing", replaced(kGood, "unit = \"yuan\"\n", ""), "contract.missing_key", "unit"},
      {"form unknown", replaced(kGood, "\"yyyymmdd\"", "\"ddmmyyyy\""), "contract.word", "yyyymmdd"},
      {"range", replaced(kGood, "[0, 100000]", "[5, 1]"), "contract.range", "range"},
      {"kind not of the list", replaced(kGood, "constant = \"wage\"", "constant = \"salary\""), "contract.words",
       "wage"},
      {"text into a date", replaced(kGood, "valid_from = \"出生\"", "valid_from = \"姓名\""), "contract.type",
       "valid_from"},
      {"date into an amount", replaced(kGood, "amount = \"金额\"", "amount = \"出生\""), "contract.type", "amount"},
      {"no identity", replaced(kGood, "[[identity]]\nnumber = \"证件号\"\nname = \"姓名\"\nbirth = \"出生\"\n", ""),
       "contract.identity", "self"},
      {"identity without name", replaced(kGood, "name = \"姓名\"\nbirth = \"出生\"\n", ""), "contract.missing_key",
       "name"},
      {"no such code list", replaced(kGood, "type = \"number\"", "type = \"code\"\ncodes = \"sex\""), "contract.codes",
       "sex"},
      {"bad pattern", replaced(kGood, "type = \"number\"", "type = \"number\"\npattern = \"(\""), "contract.pattern",
       "pattern"},
      {"role unknown", replaced(kGood, "[[income]]", "[[income]]\nrole = \"wife\""), "contract.word", "self"},
      {"delimiter", replaced(kGood, "format = \"csv\"", "format = \"csv\"\ndelimiter = \"||\""), "contract.delimiter",
       "|"},
      {"key column", replaced(kGood, "absence = \"none\"", "absence = \"none\"\nkeys = [\"编号\"]"),
       "contract.unknown_column", "编号"},
      {"operation without keys",
       replaced(replaced(kGood, "absence = \"none\"", "absence = \"none\"\noperation = \"姓名\""), "format = \"csv\"",
                "format = \"csv\"\ndeliveries = \"both\""),
       "contract.keys", "keys"},
      {"keys and operation without deltas",
       replaced(kGood, "absence = \"none\"", "absence = \"none\"\nkeys = [\"证件号\"]\noperation = \"姓名\""),
       "contract.keys", "both"},
      {"operation that is no code", delta_contract("operation = \"姓名\""), "contract.operation", "insert"},
      {"order that may be empty", delta_contract("order = \"出生\""), "contract.order", "required"},
      {"order of text", delta_contract("order = \"姓名\""), "contract.order", "integers"},
      {"bad id", replaced(kGood, "id = \"ca.people\"", "id = \"../people\""), "contract.id", "id"},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.name);
    SmallDelivery delivery;
    delivery.contract(fault.text);
    const auto report = delivery.run();
    REQUIRE(!report.has_value());
    const Error& error = report.error();
    CHECK(error.code == fault.code);
    CHECK(error.outcome == Outcome::bad_data);
    CHECK(error.file.ends_with("ca.people.toml"));
    CHECK(error.line > 0);
    const bool told = (error.message.en + error.mend.en).find(fault.says) != std::string::npos;
    CHECK_MESSAGE(told, error.message.en << " | " << error.mend.en);
    CHECK(!error.mend.zh.empty());
  }
}

TEST_CASE("a contract's file is named after its id") {
  SmallDelivery delivery;
  delivery.contract(kGood, "ca.persons");
  CHECK(delivery.outcome() == "contract.name");
}

TEST_CASE("the contracts of every pack in the tree are read") {
  const std::filesystem::path packs = std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs";
  int contracts = 0;
  for (const auto& pack : std::filesystem::directory_iterator(packs)) {
    if (!std::filesystem::exists(pack.path() / "sources")) continue;
    const auto read = read_contracts(pack.path());
    REQUIRE_MESSAGE(read.has_value(), describe(read.error(), "en"));
    for (const Contract& contract : *read) {
      CAPTURE(contract.id);
      CHECK(!contract.regions.empty());
      CHECK(!contract.basis.empty());
      CHECK(contract.sections.size() >= 2);
      ++contracts;
    }
  }
  CHECK(contracts >= 27);
}

TEST_CASE("the contract that docs/formats prints works as printed") {
  std::ifstream stream(std::filesystem::path(SONGTAN_SOURCE_DIR) / "docs/formats/source-contract.md");
  const std::string page((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  const std::size_t from = page.find("```toml\n") + 8;
  REQUIRE(from > 8);
  SmallDelivery delivery;
  delivery.contract(page.substr(from, page.find("```", from) - from), "ca.benefits");
  const std::string number = citizen_number("510802", "19400101", "001");
  delivery.file("证号,姓名,身份证号,种类,月金额,起,止,监护人,经办机构\nK1,甲," + number +
                    ",甲,50.00,2026-01,2026-05,乙,510802\nK2,丙,,乙,25,2026-02,,,510802\n",
                "2026-07-01.full.csv", "ca.benefits");
  const auto report = delivery.run();
  REQUIRE_MESSAGE(report.has_value(), describe(report.error(), "en"));
  using Lines = std::vector<std::string>;
  CHECK(delivery.rows("enrolment", "programme,state,amount,valid_from,valid_to,office") ==
        Lines{"GL|enrolled|500000|2026-01-01|2026-06-01|510802", "HL|enrolled|250000|2026-02-01|-|510802"});
  CHECK(delivery.rows("identity", "role,name,number_state") ==
        Lines{"self|甲|valid", "guardian|乙|missing", "self|丙|missing"});
}

}  // namespace
}  // namespace songtan::ingest
