#include "small_delivery.h"

#include "base/record_id.h"
#include "ingest/detail/load_folder.h"

namespace songtan::ingest {
namespace {

using Lines = std::vector<std::string>;
const std::string kHeader(kPeopleHeader);

TEST_CASE("rows become standard records with their lineage") {
  SmallDelivery delivery;
  delivery.people_contract();
  const std::string number = citizen_number("510802", "19500101", "001");
  delivery.file("\xEF\xBB\xBF" + kHeader + number + ",甲,19500101,1234.56\n,\"乙, \"\"丙\"\"\",19500102,\n");
  const auto report = delivery.run();
  REQUIRE(report.has_value());
  CHECK(report->files[0].rows == 2);
  const std::string first = std::to_string(record_id(file_key("ca.people", "2026-07-01.full.csv"), 1, 0));
  CHECK(
      delivery.rows("identity",
                    "record_id,source,file,row,role,known_on,name,number_state,birth,birth_precision,number IS NULL") ==
      Lines{first + "|ca.people|2026-07-01.full.csv|1|self|2026-07-01|甲|valid|1950-01-01|day|false",
            std::to_string(std::stoll(first) + 16) +
                "|ca.people|2026-07-01.full.csv|2|self|2026-07-01|乙, \"丙\"|missing|1950-01-02|day|true"});
  CHECK(delivery.rows("income", "kind,amount,valid_from,valid_to") == Lines{"wage|12345600|1950-01-01|-"});
  const auto loads = delivery.loads();
  CHECK(loads[0].id.starts_with("2026-07-01.full."));
  CHECK(loads[0].columns[0].filled == 1);
}

TEST_CASE("the same file twice changes nothing; a changed contract or file is loaded anew; undo goes back") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file(kHeader + ",甲,19500101,1\n");
  REQUIRE(delivery.run().has_value());
  const auto stamp = std::filesystem::last_write_time(delivery.loads()[0].folder / "load.json");
  const auto again = delivery.run();
  REQUIRE(again.has_value());
  CHECK(again->files[0].outcome == FileOutcome::known);
  CHECK(std::filesystem::last_write_time(delivery.loads()[0].folder / "load.json") == stamp);

  delivery.contract("# a remark\n" + std::string(kContractHead) + std::string(kPeopleColumns));
  const auto remapped = delivery.run();
  REQUIRE(remapped.has_value());
  CHECK(remapped->files[0].outcome == FileOutcome::loaded);
  CHECK(delivery.left().size() == 1);

  const std::string before = delivery.loads()[0].id;
  delivery.file(kHeader + ",甲,19500101,1\n,乙,19500101,1\n");
  const auto replaced = delivery.run();
  REQUIRE(replaced.has_value());
  CHECK(replaced->files[0].outcome == FileOutcome::replaced);
  REQUIRE(delivery.loads().size() == 1);
  CHECK(delivery.loads()[0].replaces == before);
  CHECK(delivery.rows("identity", "name") == Lines{"甲", "乙"});

  REQUIRE(undo_load(delivery.data(), delivery.loads()[0].id).has_value());
  REQUIRE(delivery.loads().size() == 1);
  CHECK(delivery.loads()[0].id == before);
  REQUIRE(undo_load(delivery.data(), before).has_value());
  CHECK(delivery.loads().empty());
  const auto unknown = undo_load(delivery.data(), before);
  REQUIRE(!unknown.has_value());
  CHECK(unknown.error().outcome == Outcome::usage);
}

TEST_CASE("a bad row is a counted reject, linked to nobody, told by class and never by value") {
  SmallDelivery delivery;
  delivery.people_contract();
  const std::string number = citizen_number("510802", "19500101", "001");
  std::string wrong = number;
  wrong[3] = wrong[3] == '9' ? '0' : static_cast<char>(wrong[3] + 1);
  std::string rows = kHeader;
  rows += number + ",甲,19500101,1\n";           // 1
  rows += number + ",,19500101,1\n";             // 2 no name: rejected
  rows += wrong + ",乙,19500101,1\n";            // 3 check digit: kept
  rows += number.substr(0, 17) + ",丙,,1\n";     // 4 17 digits: kept
  rows += "5.10E+17,丁,,1\n";                    // 5 a spreadsheet was here: kept
  rows += "a,b\n";                               // 6 too few cells: rejected
  rows += "\"open,戊,19500101,1\n";              // 7 open quote: rejected
  rows += number + ",己,00000101,1\n";           // 8 year 0: the date is blank
  rows += number + ",庚,19500230,1\n";           // 9 no such day
  rows += number + ",辛,20270101,1\n";           // 10 future
  rows += number + ",壬,19500101,-1\n";          // 11 negative
  rows += number + ",癸,19500101,1e3\n";         // 12 scientific amount
  rows += "510802********0011,子,19500101,1\n";  // 13 masked
  for (int i = 0; i < 30; ++i) rows += number + ",好,19500101,1\n";
  delivery.file(rows);
  REQUIRE(delivery.run().has_value());
  CHECK(delivery.loads()[0].rejected == 3);
  CHECK(delivery.loads()[0].accepted == 40);
  CHECK(delivery.rows("issues", "row,column_name,rule,severity,value_class,count") ==
        Lines{"2|姓名|required|reject|empty|1", "3|证件号|number|warn|check_digit|1",
              "4|证件号|number|warn|too_short|1", "5|证件号|number|warn|scientific|1", "6||cell_count|reject|too_few|1",
              "7||quotes|reject|unbalanced|1", "8|出生|date|warn|no_such_date|1", "9|出生|date|warn|no_such_date|1",
              "10|出生|date|warn|future|1", "11|金额|money|warn|out_of_range|1", "12|金额|money|warn|scientific|1",
              "13|证件号|number|warn|masked|1"});
  CHECK(delivery.rows("identity", "row,number_state").size() == 40);
  CHECK(delivery.rows("identity", "row,number_state")[1] == "3|invalid");
}

TEST_CASE("blocks and threads do not show in the records") {
  std::string rows = kHeader;
  for (int i = 0; i < 5'000; ++i)
    rows += fmt::format("{},\"名{}\",1950{:02}01,{}.25\n",
                        citizen_number("510802", "19500101", fmt::format("{:03}", i % 1000)), i, i % 14, i);
  const auto rows_at = [&](int threads, std::int64_t block_rows) {
    SmallDelivery delivery;
    delivery.people_contract();
    delivery.file(rows);
    IngestLimits limits;
    limits.block_rows = block_rows;
    REQUIRE(delivery.run(threads, limits).has_value());
    Lines all = delivery.rows("identity", "record_id,row,name,number,birth");
    for (const std::string_view kind : {"income", "issues"}) {
      const Lines more =
          delivery.rows(kind, kind == "income" ? "record_id,amount" : "row,column_name,value_class,count");
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  };
  const Lines whole = rows_at(1, 100'000);
  CHECK(whole.size() > 10'000);
  CHECK(rows_at(4, 77) == whole);
  CHECK(rows_at(2, 1'000) == whole);
}

TEST_CASE("what a killed ingest left is swept, and a second ingest at once is refused") {
  SmallDelivery delivery;
  delivery.people_contract();
  delivery.file(kHeader + ",甲,19500101,1\n");
  SmallDelivery::write(delivery.data() / "loads/ca.people/.unfinished-2026-07-01.full.abc/identity-000000001.parquet",
                       "half");
  REQUIRE(delivery.run().has_value());
  CHECK(delivery.left().size() == 1);
  const auto lock = detail::LoadsLock::take(delivery.data());
  REQUIRE(lock.has_value());
  const auto second = delivery.run();
  REQUIRE(!second.has_value());
  CHECK(second.error().outcome == Outcome::environment);
  CHECK(second.error().code == "data.locked");
}

TEST_CASE("on a day the newest full delivery of each part speaks, and the deltas after it") {
  const auto load = [](std::string source, std::string part, std::string_view day, bool delta) {
    Load made;
    made.id = std::string(day);
    made.source = std::move(source);
    made.part = std::move(part);
    made.delivery = *Day::parse(day);
    made.delta = delta;
    return made;
  };
  const std::vector<Load> loads = {load("a", "", "2026-05-01", false),  load("a", "", "2026-05-10", true),
                                   load("a", "", "2026-06-01", false),  load("a", "", "2026-06-10", true),
                                   load("a", "x", "2026-05-01", false), load("b", "", "2026-07-01", false)};
  const auto ids = [&](std::string_view day) {
    Lines list;
    for (const Load& speaking : loads_on(loads, *Day::parse(day)))
      list.push_back(speaking.source + speaking.part + " " + speaking.id);
    return list;
  };
  CHECK(ids("2026-06-30") == Lines{"a 2026-06-01", "a 2026-06-10"});  // the whole is newer than the part
  CHECK(ids("2026-05-20") == Lines{"a 2026-05-01", "a 2026-05-10", "ax 2026-05-01"});
  CHECK(ids("2026-04-01").empty());
}

}  // namespace
}  // namespace songtan::ingest
