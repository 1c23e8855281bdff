#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "table/session.h"
#include "table/writer.h"

using namespace songtan;
using table::ColumnType;
using table::Session;
using table::TableWriter;

namespace {

Session session(int threads = 1, bool locked = false) {
  auto opened = Session::open({.threads = threads, .memory_bytes = 256 << 20, .spill_folder = {}, .locked = locked});
  REQUIRE(opened);
  return std::move(*opened);
}

std::filesystem::path scratch() {
  auto folder = std::filesystem::temp_directory_path() / ("songtan_table_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  return folder;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("rows written come back as they were, NULLs too") {
  Session db = session();
  REQUIRE(db.run("CREATE TABLE t(id BIGINT, name VARCHAR, born DATE, sex TINYINT, ok BOOLEAN, n INTEGER)"));
  auto writer = TableWriter::open(db, "t");
  REQUIRE(writer);
  for (int i = 0; i < 5000; ++i) {
    writer->bigint(i);
    if (i % 7 == 0)
      writer->null();
    else
      writer->text("a name longer than twelve bytes " + std::to_string(i));
    writer->date(Day{i});
    writer->tiny(static_cast<std::int8_t>(i % 2));
    writer->boolean(i % 3 == 0);
    writer->integer(-i);
    writer->end_row();
  }
  REQUIRE(writer->finish());
  auto rows = db.query("SELECT * FROM t ORDER BY id");
  REQUIRE(rows);
  std::int64_t seen = 0;
  while (*rows->next()) {
    const auto& chunk = rows->chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row, ++seen) {
      CHECK(chunk.bigints(0)[static_cast<std::size_t>(row)] == seen);
      CHECK(chunk.is_null(1, row) == (seen % 7 == 0));
      if (seen % 7 != 0) CHECK(chunk.text(1, row) == "a name longer than twelve bytes " + std::to_string(seen));
      CHECK(chunk.days(2)[static_cast<std::size_t>(row)].days == seen);
    }
  }
  CHECK(seen == 5000);
}

TEST_CASE("equal rows give equal Parquet bytes at 1, 2 and 4 threads") {
  const auto folder = scratch();
  std::string first;
  for (int threads : {1, 2, 4}) {
    Session db = session(threads);
    const auto file = folder / (std::to_string(threads) + ".parquet");
    auto count = db.write_parquet("SELECT i, 'name ' || (i % 1000) AS name FROM range(300000) t(i) ORDER BY i", file);
    REQUIRE(count);
    CHECK(*count == 300000);
    if (first.empty()) first = bytes_of(file);
    CHECK(bytes_of(file) == first);
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("a scalar function sees NULL and may answer NULL") {
  Session db = session(2);
  REQUIRE(db.add_function(
      {"plus_one", {ColumnType::bigint}, ColumnType::bigint, [](const table::Chunk& in, table::OutputColumn& out) {
         for (std::int64_t row = 0; row < in.size(); ++row) {
           if (in.is_null(0, row))
             out.set_null(row);
           else
             out.set_bigint(row, in.bigints(0)[static_cast<std::size_t>(row)] + 1);
         }
       }}));
  CHECK(*db.integer("SELECT sum(plus_one(CASE WHEN i % 2 = 0 THEN i END)) FROM range(10000) t(i)") == 24995000 + 5000);
  CHECK(*db.integer("SELECT count(*) FROM range(10000) t(i) WHERE plus_one(CASE WHEN i % 2 = 0 THEN i END) IS NULL") ==
        5000);
}

TEST_CASE("a locked session opens no file and changes no setting") {
  Session db = session(1, true);
  CHECK_FALSE(db.run("SELECT * FROM read_csv('/etc/passwd')"));
  CHECK_FALSE(db.run("COPY (SELECT 1) TO '/tmp/songtan_must_not_exist'"));
  CHECK_FALSE(db.run("SET threads = 4"));
  CHECK_FALSE(db.run("INSTALL httpfs"));
}

TEST_CASE("inspection tells statements and result types without running them") {
  Session db = session();
  auto one = db.inspect("SELECT 1::BIGINT AS id, 0.5::DOUBLE AS share");
  REQUIRE(one);
  REQUIRE(one->size() == 1);
  CHECK(one->front().is_select);
  CHECK(one->front().column_sql_types[1] == "DOUBLE");
  auto two = db.inspect("CREATE TABLE x(i INTEGER); SELECT 1");
  REQUIRE(two);
  CHECK(two->size() == 2);
  CHECK_FALSE(two->front().is_select);
  CHECK_FALSE(db.inspect("SELEC 1"));
}

TEST_CASE("a broken statement is an error with DuckDB's words, not a crash") {
  Session db = session();
  auto result = db.query("SELECT * FROM nowhere");
  REQUIRE_FALSE(result);
  CHECK(result.error().message.en.find("nowhere") != std::string::npos);
  CHECK_FALSE(db.integer("SELECT 1 WHERE false"));
}

TEST_CASE("a query over a UNION ALL of joins ends, whatever its size") {
  Session db = session(2);
  REQUIRE(
      db.run("CREATE TABLE a AS SELECT range AS x, range * 7 % 500009 AS y FROM range(500000);"
             "CREATE TABLE b AS SELECT range AS x FROM range(0, 500000, 3)"));
  // Streamed, this statement never hands out its first row.
  auto rows = db.query("SELECT a.x FROM a JOIN b USING (x) UNION ALL SELECT y FROM a JOIN b ON b.x = a.y");
  REQUIRE(rows);
  std::int64_t seen = 0;
  while (*rows->next()) seen += rows->chunk().size();
  CHECK(seen > 300000);
}

TEST_CASE("sessions that spill into one folder at once keep their rows apart") {
  const auto folder = scratch() / "spill";
  const auto open = [&] {
    auto opened = Session::open({.threads = 1, .memory_bytes = 24 << 20, .spill_folder = folder});
    REQUIRE(opened);
    return std::move(*opened);
  };
  Session left = open();
  Session right = open();
  // Each sorts more than fits; the rows are fetched in turns, so both have pages on the disk at the same time.
  constexpr const char* kSorted =
      "SELECT {} + (range * 7919) % 300000 AS n, md5('{}-' || (range * 7919) % 300000) AS word FROM range(300000) "
      "ORDER BY 1";
  auto a = left.stream(fmt::format(fmt::runtime(kSorted), 0, "left"));
  auto b = right.stream(fmt::format(fmt::runtime(kSorted), 1'000'000, "right"));
  REQUIRE(a);
  REQUIRE(b);
  std::int64_t next = 0;
  for (bool more = true; more;) {
    const auto more_a = a->next();
    const auto more_b = b->next();
    REQUIRE(more_a);
    REQUIRE(more_b);
    more = *more_a && *more_b;
    if (!more) break;
    REQUIRE(a->chunk().size() == b->chunk().size());
    for (std::int64_t i = 0; i < a->chunk().size(); ++i, ++next) {
      REQUIRE(a->chunk().bigints(0)[static_cast<std::size_t>(i)] == next);
      REQUIRE(b->chunk().bigints(0)[static_cast<std::size_t>(i)] == 1'000'000 + next);
      REQUIRE(a->chunk().text(1, i) != b->chunk().text(1, i));
    }
  }
  CHECK(next == 300'000);
}
