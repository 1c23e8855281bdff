#include "report/gate.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "model/schema.h"
#include "report/measures.h"

using namespace songtan;
namespace fs = std::filesystem;

namespace {

// Two nights of four sources a month apart. Tests bend tonight's tables before the gate sees them.
struct TwoNights {
  fs::path folder = fs::temp_directory_path() / ("songtan_gate_" + std::to_string(getpid()));
  table::Session session = open();
  int bent = 0;
  report::GateNight last = night("2026-09-30", "last", "2026-09-28", 0);
  report::GateNight tonight = night("2026-10-31", "tonight", "2026-10-29", 3);
  std::vector<report::GateSource> sources = {
      {"a.x", true, 31}, {"b.x", true, 31}, {"c.x", true, 31}, {"d.x", false, 31}};

  ~TwoNights() { fs::remove_all(folder); }

  static table::Session open() {
    return std::move(*table::Session::open({.threads = 1, .memory_bytes = 128 << 20, .spill_folder = {}}));
  }
  void run(const std::string& sql) {
    const auto done = session.run(sql);
    if (!done) FAIL(describe(done.error(), "en"));
  }
  fs::path write(const std::string& table, const std::string& name, const std::string& rows) {
    const model::TableSchema& schema = model::schema_of(table);
    const fs::path file = folder / (name + "." + table + ".parquet");
    fs::create_directories(folder);
    const auto done =
        session.write_parquet(fmt::format("SELECT {} FROM ({} UNION ALL BY NAME {}) ORDER BY {}",
                                          model::select_list(schema), model::empty_select(schema), rows, schema.key),
                              file);
    if (!done) FAIL(describe(done.error(), "en"));
    return file;
  }
  report::GateNight night(const std::string& date, const std::string& name, const std::string& delivered, int more) {
    return {.date = *Day::parse(date),
            .measures = {write("measures", name,
                               fmt::format(R"(
SELECT source, '' AS part, m.measure, m.value, m.count + {0} AS count, m.digest + {0} AS digest FROM (VALUES ('a.x'), ('b.x'), ('c.x'), ('d.x')) s(source),
 (VALUES ('rows', '', 1000, 0), ('records', 'linked', 900, 0), ('records', 'alone', 100, 0), ('event.kind', 'birth', 600, 0), ('event.kind', 'death', 400, 0),
         ('office', '510802', 50000, 7), ('office', '510812', 40000, 8), ('office', '510822', 35000, 9)) m(measure, value, count, digest))",
                                           more))},
            .loads = {write("loads", name,
                            fmt::format(R"(
SELECT '{0}.full.' || left(source, 1) AS load, source, '{0}.full.csv' AS file, DATE '{0}' AS delivery, 'full' AS kind, 1000 AS rows, 1000 AS accepted, 0 AS rejected,
 '{1}' || source AS sha256 FROM (VALUES ('a.x'), ('b.x'), ('c.x'), ('d.x')) s(source))",
                                        delivered, name))},
            .findings = {write(
                "findings", name,
                "SELECT i AS finding_id, 'to_verify' AS class, 'new' AS state, i AS rank FROM range(100) t(i)")},
            .persons = {write("persons", name, "SELECT i AS person_id FROM range(1000) t(i)")}};
  }
  /// Rewrites one of tonight's files; `rows` may read it as {0}.
  void bend(std::vector<fs::path>& files, const std::string& table, const std::string& rows) {
    files = {write(table, fmt::format("bent{}", bent++), fmt::format(fmt::runtime(rows), table::parquet_list(files)))};
  }
  std::string judge(bool first = false) {
    const auto limits = report::GateLimits::read(fs::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan");
    REQUIRE(limits);
    const auto breaches = report::judge(session, *limits, sources, tonight, first ? std::nullopt : std::optional(last));
    if (!breaches) FAIL(describe(breaches.error(), "en"));
    std::string text;
    for (const report::Breach& breach : *breaches) {
      CHECK_FALSE(breach.words.zh.empty());
      text += breach.check + " " + breach.subject + ";";
    }
    return text;
  }
};

}  // namespace

TEST_CASE_FIXTURE(TwoNights, "an ordinary month passes the gate, and so does a first night") {
  CHECK(judge() == "");
  CHECK(judge(true) == "");
}

TEST_CASE_FIXTURE(TwoNights, "half a file is held, and a file with too many rejected rows") {
  bend(tonight.measures, "measures",
       "SELECT * REPLACE (CASE WHEN source = 'b.x' AND measure = 'rows' THEN 500 ELSE count END AS count) FROM {0}");
  bend(tonight.loads, "loads", "SELECT * REPLACE (CASE WHEN source = 'c.x' THEN 60 ELSE 0 END AS rejected) FROM {0}");
  CHECK(judge() == "reject_permille c.x/2026-10-29.full.csv;rows_change_permille b.x;");
}

TEST_CASE_FIXTURE(TwoNights, "a department that did not deliver is held: by its peers, by its rhythm, or at all") {
  const std::string late =
      "SELECT * REPLACE (DATE '2026-09-28' AS delivery, '2026-09-28.full.a' AS load) FROM {0} WHERE source = 'a.x' "
      "UNION ALL SELECT * FROM {0} WHERE source <> 'a.x'";
  bend(tonight.loads, "loads", late);
  CHECK(judge() == "");  // three of four sources are fewer than 80 %, a month is not three rhythms
  sources.push_back({"e.x", false, 31});
  sources.push_back({"f.x", false, 31});
  bend(tonight.loads, "loads",
       "SELECT * FROM {0} UNION ALL SELECT '2026-10-29.full.e', n, 'f', DATE '2026-10-29', 'full', 9, 9, 0, n, '1' "
       "FROM (VALUES ('e.x'), ('f.x')) s(n)");
  bend(last.loads, "loads",
       "SELECT * FROM {0} UNION ALL SELECT '2026-09-28.full.e', n, 'f', DATE '2026-09-28', 'full', 9, 9, 0, n, '1' "
       "FROM (VALUES ('e.x'), ('f.x')) s(n)");
  CHECK(judge() == "peers_delivered_permille a.x;");
  sources[0].rhythm_days = 10;
  CHECK(judge() == "overdue_percent a.x;");
  sources.push_back({"g.x", false, 31});
  CHECK(judge(true) == "absent_sources g.x;");
}

TEST_CASE_FIXTURE(TwoNights, "a slipped column, a broken link and a swollen class of findings are held") {
  bend(
      tonight.measures, "measures",
      R"(SELECT * REPLACE (CASE WHEN source = 'a.x' AND value = 'birth' THEN 'death' WHEN source = 'a.x' AND value = 'death' THEN 'move' ELSE value END AS value,
 CASE WHEN source = 'c.x' AND value = 'linked' THEN 700 WHEN source = 'c.x' AND value = 'alone' THEN 303 ELSE count END AS count) FROM {0})");
  bend(tonight.findings, "findings",
       "SELECT i AS finding_id, 'to_verify' AS class, 'new' AS state, i AS rank FROM range(200) t(i)");
  CHECK(judge() ==
        "finding_change_permille to_verify;link_rate_change_permille *;link_rate_change_permille "
        "c.x;words_change_permille a.x/event.kind;");
}

TEST_CASE_FIXTURE(TwoNights, "an office that sends its old file is held; where nothing changes anywhere, nobody is") {
  const std::string same =
      "SELECT n.* REPLACE (CASE WHEN n.source = 'a.x' AND n.measure = 'office' AND n.value {1} THEN o.count ELSE "
      "n.count END AS count, "
      "CASE WHEN n.source = 'a.x' AND n.measure = 'office' AND n.value {1} THEN o.digest ELSE n.digest END AS digest) "
      "FROM {0} n JOIN {2} o USING (source, part, measure, value)";
  const auto before = tonight.measures;
  const auto with = [&](const std::string& offices) {
    tonight.measures = {write(
        "measures", "bent",
        fmt::format(fmt::runtime(same), table::parquet_list(before), offices, table::parquet_list(last.measures)))};
  };
  with("= '510812'");
  CHECK(judge() == "resent_row_days a.x/510812;");
  with("LIKE '51%'");
  CHECK(judge() == "");
  tonight.measures = before;
  bend(tonight.loads, "loads",
       "SELECT * REPLACE (CASE WHEN source = 'b.x' THEN 'lastb.x' ELSE sha256 END AS sha256, 20000 AS rows) FROM {0}");
  CHECK(judge() == "resent_row_days b.x/2026-10-29.full.csv;");
  bend(tonight.loads, "loads", R"(
SELECT * REPLACE (replace(load, '.full.', '.full.' || part || '.') AS load, 60 AS rows, CASE WHEN source = 'c.x' AND part = '510802' THEN 'lastc.x' ELSE load || part END AS sha256)
FROM {0}, (VALUES ('510802'), ('510812')) p(part))");
  CHECK(judge() == "resent_part_rows c.x/2026-10-29.full.csv;");
}

TEST_CASE("limits are read strictly") {
  const fs::path pack = fs::temp_directory_path() / ("songtan_gate_pack_" + std::to_string(getpid()));
  fs::create_directories(pack);
  const auto read = [&](const std::string& text) {
    std::ofstream(pack / "pack.toml") << text;
    return report::GateLimits::read(pack);
  };
  CHECK(read("name = 'x'\n")->of("rows_change_permille") == std::nullopt);
  CHECK(read("[gate]\nrows_change_permille = 5\n")->of("rows_change_permille") == 5);
  const auto unknown = read("[gate]\nrows_chance = 5\n");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().line == 2);
  CHECK(unknown.error().code == "gate.key");
  CHECK(read("[gate]\nreject_permille = -5\n").error().code == "gate.value");
  CHECK(read("[gate]\nreject_permille = \"5\"\n").error().code == "gate.value");
  fs::remove_all(pack);
}
