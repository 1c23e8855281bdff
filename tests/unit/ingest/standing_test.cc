#include "ingest/standing.h"

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <tuple>

#include "small_delivery.h"

namespace songtan::ingest {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kRosterContract = R"(format = 1
id = "ca.people"
version = "1"
department = { zh = "测试局", en = "Test Bureau" }
title = { zh = "名册", en = "Roster" }
[files]
pattern = "*.csv"
format = "csv"
deliveries = "both"
[delivery]
rhythm_days = 30
absence = "none"
keys = ["编号", "类别"]
operation = "操作"
order = "版本"
[coverage]
regions = ["51"]
population = { zh = "全体", en = "all" }
period = { zh = "现状", en = "now" }
[legal]
basis = ["社会救助法 第四十一条"]
[codes.operation]
"新增" = "insert"
"变更" = "update"
"删除" = "delete"
[[columns]]
name = "操作"
type = "code"
codes = "operation"
optional = true
[[columns]]
name = "编号"
type = "text"
[[columns]]
name = "类别"
type = "text"
[[columns]]
name = "姓名"
type = "text"
required = true
[[columns]]
name = "版本"
type = "integer"
required = true
[[identity]]
name = "姓名"
local_id = "编号"
)";

constexpr std::string_view kFullHeader = "编号,类别,姓名,版本\n";
constexpr std::string_view kDeltaHeader = "操作,编号,类别,姓名,版本\n";

Lines sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

// What stands on a day: names, by load and row.
Lines standing_on(const SmallDelivery& delivery, std::string_view day, int threads = 1) {
  auto loads = settle(delivery.data(), loads_on(delivery.loads(), *Day::parse(day)), {.threads = threads});
  REQUIRE_MESSAGE(loads.has_value(), loads.error().message.en);
  const auto files = records_of(*loads, "identity");
  Lines names;
  if (files.empty()) return names;
  auto session = table::Session::open({});
  REQUIRE(session.has_value());
  auto rows = session->query("SELECT name FROM " + table::parquet_list(files));
  REQUIRE(rows.has_value());
  while (*rows->next()) {
    for (std::int64_t i = 0; i < rows->chunk().size(); ++i) names.emplace_back(rows->chunk().text(0, i));
  }
  return names;
}

TEST_CASE("deltas add, change and delete by key; a full replaces them; every day keeps its own state") {
  SmallDelivery delivery;
  delivery.contract(kRosterContract);
  delivery.file(std::string(kFullHeader) + "1,a,甲,1\n1,b,乙,1\n2,a,丙,1\n", "2026-05-01.full.csv");
  delivery.file(std::string(kDeltaHeader) + "变更,1,a,甲二,2\n删除,2,a,,2\n新增,3,a,丁,1\n", "2026-05-02.delta.csv");
  delivery.file(std::string(kDeltaHeader) + "变更,3,a,丁二,2\n新增,2,a,丙二,3\n", "2026-05-03.delta.csv");
  delivery.file(std::string(kFullHeader) + "1,a,甲三,5\n", "2026-05-04.full.csv");
  REQUIRE(delivery.run().has_value());
  CHECK(standing_on(delivery, "2026-05-01") == Lines{"甲", "乙", "丙"});
  CHECK(standing_on(delivery, "2026-05-02") == Lines{"乙", "甲二", "丁"});
  CHECK(standing_on(delivery, "2026-05-03") == Lines{"乙", "甲二", "丁二", "丙二"});
  CHECK(standing_on(delivery, "2026-05-04") == Lines{"甲三"});
  // What is taken away is taken from a copy: the loads stay as they were delivered.
  CHECK(delivery.loads()[0].records.at("identity") == 3);
  CHECK(delivery.rows("identity", "name").size() == 8);
}

TEST_CASE("a late version does not undo a newer one, and a late delivery not a newer full") {
  SmallDelivery delivery;
  delivery.contract(kRosterContract);
  delivery.file(std::string(kFullHeader) + "1,a,甲,4\n2,a,乙,4\n", "2026-05-01.full.csv");
  delivery.file(std::string(kDeltaHeader) + "变更,1,a,甲迟,3\n删除,2,a,,3\n", "2026-05-02.delta.csv");
  REQUIRE(delivery.run().has_value());
  CHECK(standing_on(delivery, "2026-05-02") == Lines{"甲", "乙"});
  delivery.file(std::string(kFullHeader) + "1,a,甲新,9\n", "2026-05-10.full.csv");
  delivery.file(std::string(kDeltaHeader) + "新增,3,a,丙,1\n", "2026-05-09.delta.csv");
  REQUIRE(delivery.run().has_value());
  CHECK(standing_on(delivery, "2026-05-09") == Lines{"甲", "乙", "丙"});
  CHECK(standing_on(delivery, "2026-05-10") == Lines{"甲新"});
}

TEST_CASE("a part is changed by its own deltas alone; a source without keys only adds") {
  SmallDelivery delivery;
  delivery.contract(kRosterContract);
  delivery.file(std::string(kFullHeader) + "1,a,甲,1\n", "2026-05-01.full.510802.csv");
  delivery.file(std::string(kFullHeader) + "1,a,甲双,1\n", "2026-05-01.full.510803.csv");
  delivery.file(std::string(kDeltaHeader) + "删除,1,a,,2\n", "2026-05-02.delta.510803.csv");
  delivery.file(std::string(kDeltaHeader) + "变更,1,a,甲三,3\n", "2026-05-03.delta.csv");
  REQUIRE(delivery.run().has_value());
  CHECK(standing_on(delivery, "2026-05-01") == Lines{"甲", "甲双"});  // the same key in two parts are two facts
  CHECK(standing_on(delivery, "2026-05-02") == Lines{"甲"});
  CHECK(standing_on(delivery, "2026-05-03") == Lines{"甲三"});

  SmallDelivery payments;
  std::string contract(kContractHead);
  contract.insert(contract.find("[delivery]"), "deliveries = \"both\"\n");
  payments.contract(contract + std::string(kPeopleColumns));
  payments.file(std::string(kPeopleHeader) + ",甲,19500101,1\n", "2026-05-01.full.csv");
  payments.file(std::string(kPeopleHeader) + ",甲,19500101,1\n", "2026-05-02.delta.csv");
  REQUIRE(payments.run().has_value());
  CHECK(standing_on(payments, "2026-05-02") == Lines{"甲", "甲"});
}

TEST_CASE("a row that cannot be named stays; what a delta cannot say is rejected or refused") {
  SmallDelivery delivery;
  delivery.contract(kRosterContract);
  delivery.file(std::string(kFullHeader) + ",a,无号,1\n", "2026-05-01.full.csv");
  delivery.file(
      std::string(kDeltaHeader) + "删除,,a,,2\n,1,a,甲,1\n更名,1,a,甲,1\n变更,2,a,,1\n新增,,a,又无号,1\n删除,9,a,,\n",
      "2026-05-02.delta.csv");
  REQUIRE(delivery.run().has_value());
  CHECK(standing_on(delivery, "2026-05-02") == Lines{"无号", "又无号"});
  CHECK(delivery.rows("issues", "row,column_name,rule,severity,value_class") ==
        Lines{"1|编号|keys|reject|empty", "2|操作|operation|reject|empty", "3|操作|code|warn|unknown_code",
              "3|操作|operation|reject|unknown_code", "4|姓名|required|reject|empty", "5|编号|keys|warn|empty",
              "6|版本|required|reject|empty"});
  CHECK(delivery.loads()[1].accepted == 1);
  delivery.file(std::string(kFullHeader) + "1,a,甲,1\n", "2026-05-03.delta.csv");
  CHECK(delivery.outcome() == "header.missing");
}

// The slow twin: each day's state by the words of the format document, row by row.
struct TwinRow {
  std::string key;
  std::string part;
  std::string name;
  std::tuple<int, std::string, bool, std::string, int> age;  // order, delivery, delta, file, row
  bool delta = false;
  bool removed = false;
};

struct TwinFile {
  std::string day;
  std::string part;
  bool delta = false;
  std::vector<TwinRow> rows;

  std::string name() const { return day + (delta ? ".delta" : ".full") + (part.empty() ? "" : "." + part) + ".csv"; }
  std::string text() const {
    std::string text(delta ? kDeltaHeader : kFullHeader);
    for (const TwinRow& row : rows) {
      if (delta) text += row.removed ? "删除," : "变更,";
      text += fmt::format("{},a,{},{}\n", row.key, row.removed ? "" : row.name, std::get<0>(row.age));
    }
    return text;
  }
};

bool twin_speaks(const TwinFile& file, const std::map<std::string, TwinFile>& files, const std::string& day) {
  if (file.day > day) return false;
  for (const auto& [name, other] : files) {
    if (other.delta || other.day > day || other.day <= file.day) continue;
    if (other.part.empty() || other.part == file.part || (file.part.empty() && !file.delta)) return false;
  }
  return true;
}

Lines twin_on(const std::map<std::string, TwinFile>& files, const std::string& day) {
  std::vector<TwinRow> rows;
  for (const auto& [name, file] : files) {
    if (twin_speaks(file, files, day)) rows.insert(rows.end(), file.rows.begin(), file.rows.end());
  }
  Lines names;
  for (const TwinRow& row : rows) {
    const bool taken = std::any_of(rows.begin(), rows.end(), [&](const TwinRow& other) {
      const bool same = other.key == row.key && (other.part.empty() || row.part.empty() || other.part == row.part);
      return same && (other.delta || row.delta) && other.age > row.age;
    });
    if (!taken && !row.removed) names.push_back(row.name);
  }
  return sorted(std::move(names));
}

TwinFile random_file(std::mt19937& random, int& names) {
  const auto below = [&](unsigned bound) { return static_cast<int>(random() % bound); };
  TwinFile file{.day = fmt::format("2026-05-{:02}", 1 + below(6)), .part = {}, .delta = below(3) > 0, .rows = {}};
  const std::array<std::string, 3> parts = {"", "510802", "510803"};
  file.part = parts[static_cast<std::size_t>(below(3))];
  for (int row = 1, rows = below(7); row <= rows; ++row) {
    TwinRow made{.key = std::to_string(below(5)), .part = file.part, .name = fmt::format("名{}", names++), .age = {}};
    made.age = {below(3), file.day, file.delta, file.name(), row};
    made.delta = file.delta;
    made.removed = file.delta && below(3) == 0;
    file.rows.push_back(std::move(made));
  }
  return file;
}

TEST_CASE("in any order of delivery, with files that come again or are undone, each day stands as its twin says") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    SmallDelivery delivery;
    delivery.contract(kRosterContract);
    int names = 0;
    std::map<std::string, TwinFile> files;
    std::map<std::string, std::vector<TwinFile>> history;
    for (int step = 0; step < 8; ++step) {
      const TwinFile file = random_file(random, names);
      delivery.file(file.text(), file.name());
      if (files.contains(file.name())) history[file.name()].push_back(files[file.name()]);
      files[file.name()] = file;
      REQUIRE(delivery.run(1 + step % 2).has_value());
      if (step % 4 == 3) {  // undo one load: what it had replaced speaks again
        const auto loads = delivery.loads();
        const Load& load = loads[random() % loads.size()];
        REQUIRE(undo_load(delivery.data(), load.id, load.source).has_value());
        auto& earlier = history[load.file];
        std::filesystem::remove(delivery.in() / "extracts" / load.source / load.file);
        files.erase(load.file);
        if (!earlier.empty()) {
          files[load.file] = earlier.back();
          earlier.pop_back();
        }
      }
      for (const std::string day : {"2026-05-03", "2026-05-06"}) {
        CAPTURE(day);
        const Lines found = sorted(standing_on(delivery, day, 1 + step % 3));
        const Lines expected = twin_on(files, day);
        CHECK(found == expected);
      }
    }
  }
}

}  // namespace
}  // namespace songtan::ingest
