// Workbooks, whole and hostile. They are zipped here from their XML parts.
#include <zip.h>

#include "ingest/detail/xlsx_rows.h"
#include "small_delivery.h"

namespace songtan::ingest {
namespace {

using Lines = std::vector<std::string>;
using Parts = std::vector<std::pair<std::string, std::string>>;

const std::string kWorkbook =
    R"(<?xml version="1.0"?><workbook xmlns:r="r"><sheets><sheet name="一" sheetId="1" r:id="rId7"/><sheet name="二" sheetId="2" r:id="rId8"/></sheets></workbook>)";
const std::string kRelations =
    R"(<?xml version="1.0"?><Relationships><Relationship Id="rId8" Target="worksheets/sheet2.xml"/><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>)";
const std::string kStyles =
    R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot;d&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>)";
const std::string kTexts =
    R"(<sst><si><t>证件号</t></si><si><t>姓名</t></si><si><t>出生</t></si><si><t>金额</t></si><si><r><t>甲</t></r><r><t>乙</t></r><rPh sb="0"><t>jia</t></rPh></si></sst>)";
const std::string kHead =
    R"(<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>)";
const std::string kTail = "</sheetData></worksheet>";

void zip_parts(const std::filesystem::path& file, const Parts& parts) {
  std::filesystem::create_directories(file.parent_path());
  std::filesystem::remove(file);
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_CREATE, &code);
  REQUIRE(archive != nullptr);
  for (const auto& [name, bytes] : parts) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    REQUIRE(zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0);
  }
  REQUIRE(zip_close(archive) == 0);
}

Parts workbook_of(const std::string& rows) {
  return {{"xl/workbook.xml", kWorkbook},
          {"xl/_rels/workbook.xml.rels", kRelations},
          {"xl/styles.xml", kStyles},
          {"xl/sharedStrings.xml", kTexts},
          {"xl/worksheets/sheet1.xml", kHead + rows + kTail}};
}

struct Delivered : SmallDelivery {
  Delivered() {
    std::string text = std::string(kContractHead) + std::string(kPeopleColumns);
    text.replace(text.find("\"*.csv\""), 7, "\"*.xlsx\"");
    text.replace(text.find("\"csv\""), 5, "\"xlsx\"");
    text.replace(text.find("\"yyyymmdd\""), 10, "\"yyyy-mm-dd\"");
    contract(text);
  }
  std::filesystem::path workbook() const { return in() / "extracts/ca.people/2026-07-01.full.xlsx"; }
  std::string outcome_of(const Parts& parts, IngestLimits limits = {}) const {
    zip_parts(workbook(), parts);
    return outcome(limits);
  }
};

TEST_CASE("a workbook's first sheet goes through the same columns") {
  Delivered delivery;
  const std::string number = citizen_number("510802", "19500101", "001");
  zip_parts(delivery.workbook(),
            workbook_of("<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>" + number +
                        "</t></is></c><c r=\"B2\" t=\"s\"><v>4</v></c><c r=\"C2\" s=\"1\"><v>18264</v></c><c r=\"D2\" "
                        "s=\"3\"><v>1234.5600000000001</v></c></row>"
                        "<row r=\"3\"><c r=\"A3\"/><c r=\"B3\"/></row>"
                        "<row r=\"4\"><c r=\"A4\"><v>5.1080219500101E+17</v></c><c r=\"B4\" t=\"str\"><v>丙</v></c><c "
                        "r=\"D4\"><v>7</v></c></row>"
                        "<row r=\"5\"><c r=\"B5\" t=\"str\"><v>丁</v></c><c r=\"C5\" s=\"2\"><v>18264.75</v></c></row>"
                        "<row r=\"6\"><c r=\"B6\" t=\"str\"><v>戊</v></c><c r=\"E6\"><v>1</v></c></row>"));
  const auto report = delivery.run();
  REQUIRE_MESSAGE(report.has_value(), describe(report.error(), "en"));
  CHECK(delivery.rows("identity", "row,name,number_state,birth") ==
        Lines{"1|甲乙|valid|1950-01-01", "2|丙|invalid|-", "3|丁|missing|1950-01-01"});
  CHECK(delivery.rows("income", "row,amount") == Lines{"1|12345600", "2|70000"});
  CHECK(delivery.rows("issues", "row,rule,severity,value_class") ==
        Lines{"2|number|warn|scientific", "4|cell_count|reject|too_many"});
}

TEST_CASE("hostile and damaged workbooks are refused by name and leave nothing") {
  const auto with = [](const std::string& name, std::string bytes) {
    Parts parts = workbook_of("");
    for (auto& [part, content] : parts) {
      if (part == name) content = bytes;
    }
    return parts;
  };
  const std::string sheet = "xl/worksheets/sheet1.xml";
  Parts macro = workbook_of("");
  macro.emplace_back("xl/vbaProject.bin", "x");
  Parts no_sheet = workbook_of("");
  no_sheet.pop_back();
  const std::vector<std::pair<std::string_view, Parts>> cases = {
      {"xlsx.formula", workbook_of("<row><c r=\"A2\"><f>1+1</f><v>2</v></c></row>")},
      {"xlsx.macro", macro},
      {"xlsx.damaged", no_sheet},
      {"xlsx.xml", with(sheet, "<worksheet><sheetData><row>")},
      {"xlsx.xml", with(sheet, "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>" + kHead + kTail)},
      {"xlsx.xml", with(sheet,
                        [] {
                          std::string deep;
                          for (int i = 0; i < 1'000; ++i) deep += "<a>";
                          return deep;
                        }())},
      {"xlsx.empty", with(sheet, "<worksheet><sheetData/></worksheet>")},
      {"xlsx.columns", workbook_of("<row><c r=\"ZZZZ2\"><v>1</v></c></row>")},
      {"xlsx.row_length",
       workbook_of("<row><c r=\"A2\" t=\"str\"><v>" + std::string(2'000'000, 'x') + "</v></c></row>")},
      {"xlsx.bomb", with("xl/sharedStrings.xml", "<sst>" + std::string(40'000'000, ' ') + "</sst>")},
      {"header.absent", with("xl/sharedStrings.xml", "<sst/>")},
  };
  for (const auto& [code, parts] : cases) {
    CAPTURE(code);
    Delivered delivery;
    const std::string outcome = delivery.outcome_of(parts);
    const bool expected = outcome == code || (code == "header.absent" && outcome == "xlsx.empty");
    CHECK_MESSAGE(expected, outcome);
    CHECK(delivery.left().empty());
  }
}

TEST_CASE("a workbook with any byte cut or flipped is loaded or refused, never worse") {
  Delivered delivery;
  zip_parts(delivery.workbook(), workbook_of("<row><c r=\"B2\" t=\"str\"><v>甲</v></c></row>"));
  std::ifstream stream(delivery.workbook(), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  for (std::size_t at = 0; at < whole.size(); at += 37) {
    CAPTURE(at);
    SmallDelivery::write(delivery.workbook(), whole.substr(0, at));
    CHECK(delivery.outcome() == "xlsx.damaged");
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    SmallDelivery::write(delivery.workbook(), flipped);
    const auto report = delivery.run();
    const bool named = report.has_value() || report.error().outcome == Outcome::bad_data;
    CHECK(named);
  }
}

TEST_CASE("numbers and days as a spreadsheet shows them") {
  using detail::day_of_serial;
  using detail::shown_number;
  const std::vector<std::pair<std::string_view, std::string_view>> numbers = {{"1234.5600000000001", "1234.56"},
                                                                              {"0.1", "0.1"},
                                                                              {"0.30000000000000004", "0.3"},
                                                                              {"99999999999999.999", "100000000000000"},
                                                                              {"-1.9999999999999998", "-2"},
                                                                              {"12", "12"},
                                                                              {"1E-3", "1E-3"},
                                                                              {"abc", "abc"},
                                                                              {"", ""}};
  for (const auto& [stored, shown] : numbers) CHECK(shown_number(stored) == shown);
  CHECK(day_of_serial("1", 1900) == "1900-01-01");
  CHECK(day_of_serial("59", 1900) == "1900-02-28");
  CHECK(day_of_serial("60", 1900).empty());
  CHECK(day_of_serial("61", 1900) == "1900-03-01");
  CHECK(day_of_serial("46204", 1900) == "2026-07-01");
  CHECK(day_of_serial("44742", 1904) == "2026-07-01");
  CHECK(day_of_serial("-1", 1900).empty());
  CHECK(day_of_serial("1e9", 1900).empty());
}

}  // namespace
}  // namespace songtan::ingest
