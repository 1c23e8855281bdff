// From cells to records: roles, pairs, conditions, code lists, moved dates.
#include "small_delivery.h"

namespace songtan::ingest {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kBirths = R"(
[codes.sex]
"男" = "1"
"女" = "2"
[codes.result]
"是" = "marriage"
"否" = "divorce"
[[columns]]
name = "姓名"
type = "text"
[[columns]]
name = "性别"
type = "code"
codes = "sex"
[[columns]]
name = "出生"
type = "date"
form = "yyyy-mm-dd"
[[columns]]
name = "母亲"
type = "text"
[[columns]]
name = "母亲证件"
type = "number"
[[columns]]
name = "年龄"
type = "integer"
[[columns]]
name = "有效期至"
type = "date"
form = "yyyy-mm-dd"
[[columns]]
name = "类型"
type = "text"
[[columns]]
name = "区划"
type = "region"
[[identity]]
name = "姓名"
sex = "性别"
birth = { first = ["出生"] }
region = "区划"
[[identity]]
role = "mother"
name = "母亲"
number = "母亲证件"
sex = { constant = "2" }
region = "区划"
birth = { age = "年龄", on = "出生" }
[[relation]]
role = "self"
other = "mother"
kind = { constant = "pair" }
relation = { constant = "mother" }
valid_from = "出生"
[[consent]]
kind = { constant = "obligor_check" }
valid_from = "出生"
valid_to = { column = "有效期至", plus_days = 1 }
when = [ { column = "有效期至", empty = false } ]
[[event]]
kind = { column = "类型", codes = "result" }
detail = { column = "类型", from = 1, length = 1 }
valid_from = { column = "出生", plus_months = 1 }
when = [ { column = "类型", not_in = ["略"] }, { column = "年龄", above = 17 } ]
[[checks]]
rule = "in_order"
columns = ["出生", "有效期至"]
on_bad = "reject"
)";

constexpr std::string_view kBirthsHeader = "姓名,性别,出生,母亲,母亲证件,年龄,有效期至,类型,区划\n";

std::string births_contract() {
  std::string text = std::string(kContractHead) + std::string(kBirths);
  return text.insert(text.find("[files]"),
                     "roles = [\"self\", \"mother\"]\noffice = { column = \"区划\", from = 1, length = 4 }\n");
}

TEST_CASE("one row speaks of several people, and only of those it mentions") {
  SmallDelivery delivery;
  delivery.contract(births_contract());
  delivery.file(std::string(kBirthsHeader) +
                "甲,男,2026-01-31,乙,,30,2026-06-30,是,510802\n"  // everything
                "丙,女,2026-02-01,,,,,略,510802\n"                // no mother
                ",,,丁,,17,,否,510812\n"                          // only a mother: 年龄 is hers
                ",,,,,,,,510812\n"                                // nobody: rejected
                "戊,,2026-03-01,,,,2026-02-01,,510802\n");        // reversed dates: rejected
  REQUIRE(delivery.run().has_value());
  CHECK(delivery.rows("identity", "row,role,name,sex,birth,birth_precision,office") ==
        Lines{"1|self|甲|1|2026-01-31|day|5108", "1|mother|乙|2|1996-01-01|year|5108",
              "2|self|丙|2|2026-02-01|day|5108", "3|mother|丁|2|-|-|5108"});
  CHECK(delivery.rows("relation", "row,role,kind,relation,other_record_id - record_id") ==
        Lines{"1|self|pair|mother|1"});
  CHECK(delivery.rows("consent", "row,valid_to") == Lines{"1|2026-07-01"});
  CHECK(delivery.rows("event", "row,kind,detail,valid_from") == Lines{"1|marriage|是|2026-02-28"});
  CHECK(delivery.rows("issues", "row,column_name,rule,severity,value_class") ==
        Lines{"4||nobody|reject|empty", "5|有效期至|in_order|reject|reversed"});
}

TEST_CASE("an unknown code of an expression is an issue and yields nothing") {
  SmallDelivery delivery;
  delivery.contract(births_contract());
  delivery.file(std::string(kBirthsHeader) + "甲,男,2026-01-31,乙,,30,,也许,510802\n");
  REQUIRE(delivery.run().has_value());
  CHECK(delivery.rows("event", "row").empty());
  CHECK(delivery.rows("issues", "row,column_name,rule,value_class") == Lines{"1|类型|code|unknown_code"});
}

}  // namespace
}  // namespace songtan::ingest
